import { expect, test } from 'vitest'
import { clock } from '../../src/facts/date.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

test.for([
  ['1795829781 +0000\n', 0],
  ['1795829781 +0530\n', 5.5 * 3_600_000],
  ['1795829781 -0330\n', -3.5 * 3_600_000],
] as const)('%s', ([text, zoneMs]) => {
  expect(answer(clock, printed(text))).toEqual({ epochMs: 1_795_829_781_000, zoneMs })
})

test('what is no clock is no answer', () => {
  expect(answer(clock, printed('date: invalid date\n', 1))).toBeNull()
})

test('any text is survived', () => {
  expectQuestionSurvives(clock, '1795829781 +0000\n')
})
