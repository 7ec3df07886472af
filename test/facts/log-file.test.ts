import { expect, test } from 'vitest'
import { linesOf, logTail } from '../../src/facts/log-file.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

test('the end of a file is its lines', () => {
  const question = logTail('/var/log/x.log')
  expect(question.sources[0]?.argv).toEqual(['tail', '-c', '65536', '/var/log/x.log'])
  expect(answer(question, printed('one\n\ntwo\n'))).toEqual(['one', '', 'two'])
  expect(answer(question, printed(''))).toEqual([])
})

test('a file that cannot be read is no answer', () => {
  const error = "tail: cannot open '/var/log/x.log' for reading: Permission denied\n"
  expect(answer(logTail('/var/log/x.log'), printed('', 1, error))).toBeNull()
})

test('a last line without its end is a line', () => {
  expect(linesOf('one\ntwo')).toEqual(['one', 'two'])
})

test('any text is survived', () => {
  expectQuestionSurvives(logTail('/x'), 'one\ntwo\n')
})
