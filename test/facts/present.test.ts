import { expect, test } from 'vitest'
import { present } from '../../src/facts/present.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const question = present(['/a', '/b'])

test('those that exist are found; none is an answer, too', () => {
  const error = "ls: cannot access '/b': No such file or directory\n"
  expect(answer(question, printed('/a\n', 2, error))).toEqual(new Set(['/a']))
  expect(answer(question, printed('', 2, error))).toEqual(new Set())
  expect(answer(question, printed('', 127, 'sh: ls: not found'))).toBeNull()
})

test('no text makes it throw', () => expectQuestionSurvives(question, '/a\n/b\n'))
