import { expect, test } from 'vitest'
import { say } from '../../src/report/line.ts'
import { HEADING_COLUMNS, section } from '../../src/report/section.ts'

test('the heading stands left of the first line, and the others beside it', () => {
  const lines = section('proof', [[say('one')], [say('two')]])
  const texts = lines.map((line) => line.map(({ text }) => text).join(''))
  expect(texts).toEqual([' proof     one', '           two'])
  expect(texts[1]?.indexOf('two')).toBe(HEADING_COLUMNS)
  expect(section('nothing', [])).toEqual([])
})
