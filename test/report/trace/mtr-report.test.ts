import { expect, test } from 'vitest'
import { formatMtrReport } from '../../../src/report/trace/mtr-report.ts'
import { rounds } from '../../diagnose/trace/attempts.ts'
import { traceOf } from '../../diagnose/trace/traces.ts'
import { example } from './example.ts'

/** What `mtr -r -n -c 1` of Debian 12 printed, with times put in. */
const MTR = [
  'HOST: vm                          Loss%   Snt   Last   Avg  Best  Wrst StDev',
  '  1.|-- 10.9.1.2                   0.0%     1    1.0   1.0   1.0   1.0   0.0',
  '  2.|-- ???                       100.0     1    0.0   0.0   0.0   0.0   0.0',
  '  3.|-- 192.0.2.7                  0.0%     1    3.0   3.0   3.0   3.0   0.0',
]

test('the report is what mtr prints', () => {
  const lines = formatMtrReport(
    traceOf(rounds([['10.9.1.2'], [null], ['192.0.2.7']])),
    'vm',
    false,
  ).split('\n')
  expect(lines[0]).toBe('Start: 2026-11-28T12:00:00+0000')
  expect(lines.slice(1, 5)).toEqual(MTR)
})

test('a name is shown where there is one, made fit for a terminal, and numbers stay under each other', () => {
  const report = formatMtrReport(example(), 'a-host-with-a-very-long-name.example.org', true)
  expect(report).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
  expect(report).toContain('  2. AS64500  203.0.113.1')
  expect(report).toContain('  3. AS???    ???')
  const ends = report
    .split('\n')
    .slice(1, -1)
    .map((line) => line.length)
  expect(new Set(ends).size).toBe(1)
})
