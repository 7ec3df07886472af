import { describe, expect, test } from 'vitest'
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts'
import type { Page } from '../../src/report/page.ts'
import { formatDiagnosis } from '../../src/report/terminal.ts'
import { displayWidth } from '../../src/report/width.ts'
import * as written from './diagnoses.ts'

const page: Page = { columns: 80, unicode: true, verbose: false, paint: (_, text) => text }

const { HOSTILE, ...diagnoses } = written
const all = Object.entries(diagnoses) as [string, Diagnosis][]

describe.for([80, 120])('at %i columns', (columns) => {
  test.for(all)('%s reads well', async ([name, diagnosis]) => {
    const text = formatDiagnosis(diagnosis, { ...page, columns })
    await expect(text).toMatchFileSnapshot(`data/${name}-${columns}.txt`)
  })
})

test('everything that was found is told when everything is asked for', async () => {
  const text = formatDiagnosis(written.refused, { ...page, verbose: true })
  await expect(text).toMatchFileSnapshot('data/refused-verbose.txt')
})

test('a terminal without UTF-8 gets ASCII only', async () => {
  const text = formatDiagnosis(written.dropped, { ...page, unicode: false })
  await expect(text).toMatchFileSnapshot('data/dropped-ascii.txt')
  for (const [, diagnosis] of all)
    expect(formatDiagnosis(diagnosis, { ...page, unicode: false })).toMatch(/^[\n -~]*$/)
})

test.for(all)('of %s only commands are wider than the terminal', ([, diagnosis]) => {
  for (const columns of [40, 80, 99, 100, 140])
    for (const line of formatDiagnosis(diagnosis, { ...page, columns }).split('\n'))
      if (!/\$ |undo {2}/.test(line)) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
})

test('nothing that came from outside can steer the terminal', () => {
  for (const verbose of [false, true])
    for (const columns of [80, 120]) {
      const text = formatDiagnosis(written.hostile, { ...page, columns, verbose })
      expect(text).not.toContain(HOSTILE)
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
    }
})

test('a remedy stands on one line, whole, so that it can be copied', () => {
  const text = formatDiagnosis(written.long, page)
  const [remedy] = written.long.verdict.remedies
  expect(text.split('\n').some((line) => line.endsWith(`server$ ${remedy?.command}`))).toBe(true)
})

test('a status is told by a sign and a word, whatever the colours', () => {
  const styles: string[] = []
  const paint: Page['paint'] = (style, text) => {
    styles.push(style)
    return text
  }
  const text = formatDiagnosis(written.degraded, { ...page, paint })
  expect(text).toContain('✓ pass')
  expect(text).toContain('! warn')
  expect(text).toContain('– skip')
  expect(new Set(styles)).toEqual(
    new Set(['bold', 'plain', 'fail', 'pass', 'warn', 'dim', 'command']),
  )
})

test('what another cause explains is said to follow from it', () => {
  expect(
    formatDiagnosis(written.refused, { ...page, columns: 120 }).replace(/\s+/g, ' '),
  ).toContain('follows from service.stopped')
})
