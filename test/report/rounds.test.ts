import { expect, test } from 'vitest'
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts'
import { mergeRounds } from '../../src/diagnose/rounds.ts'
import { paintLines } from '../../src/report/line.ts'
import type { Page } from '../../src/report/page.ts'
import { describeRounds, roundLines } from '../../src/report/rounds.ts'
import { formatDiagnosis } from '../../src/report/terminal.ts'
import { displayWidth } from '../../src/report/width.ts'
import { healthy, refused } from './diagnoses.ts'

const page: Page = { columns: 80, unicode: true, verbose: false, paint: (_, text) => text }

const at = (diagnosis: Diagnosis, second: number): Diagnosis => ({
  ...diagnosis,
  startedAt: new Date(Date.UTC(2026, 10, 21, 9, 0, second)).toISOString(),
})

/** Ten rounds, of which the third and the last fail. */
const merged = mergeRounds(
  Array.from({ length: 10 }, (_, second) =>
    at(second === 2 || second === 9 ? refused : healthy, second),
  ),
) as Diagnosis

test('every round has a sign, and every answer its number and its times', () => {
  expect(paintLines(roundLines(merged, 60, page), page.paint)).toBe(
    [
      '✓ ✓ ✗ ✓ ✓ ✓ ✓ ✓ ✓ ✗',
      '✓ 8 of 10 reachable, at 09:00:00, 09:00:01, 09:00:03,',
      '  09:00:04, 09:00:05, 09:00:06 …',
      '✗ 2 of 10 unreachable: service.stopped (server), at',
      '  09:00:02, 09:00:09',
      '',
    ].join('\n'),
  )
})

test('without rounds nothing is said of them', () => {
  expect(describeRounds(healthy)).toEqual([])
  expect(roundLines(healthy, 60, page)).toEqual([])
})

test('they stand in the report, as wide as the terminal and in ASCII where there is nothing else', () => {
  const text = formatDiagnosis(merged, { ...page, unicode: false })
  expect(text).toContain('\n rounds    + + x + + + + + + x\n')
  expect(text).toMatch(/^[\n -~]*$/)
  for (const line of text.split('\n'))
    if (!/\$ |undo {2}/.test(line)) expect(displayWidth(line)).toBeLessThanOrEqual(80)
})
