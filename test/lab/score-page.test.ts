import { expect, test } from 'vitest'
import { type FaultKind, loadFault } from '../../src/lab/fault.ts'
import { type Graded, gradeTrial } from '../../src/lab/grade.ts'
import { listUnproduced, loadUnproduced, scoreMarkdown } from '../../src/lab/score-page.ts'
import type { Trial } from '../../src/lab/trial.ts'

const trial: Trial = {
  fault: '',
  skipped: null,
  upMs: 400,
  withServer: null,
  clientOnly: { said: null, crash: 'a | b', tookMs: 1 },
  second: null,
  mended: null,
  remedies: [],
  oracle: null,
  traces: [],
}
const graded = (name: string, kind: FaultKind): Graded => gradeTrial(loadFault(name), kind, trial)

const page = scoreMarkdown(
  [
    graded('server-frozen', 'faults'),
    graded('server-unit-stopped', 'faults'),
    graded('stopped-behind-drop', 'pairs'),
    graded('healthy', 'oddities'),
  ],
  '2026-11-21',
)

test('each kind has a table of its own, and nothing breaks a row', () => {
  expect(page).toContain('on 2026-11-21')
  for (const section of page.split('\n## ').slice(1)) {
    const rows = section.split('\n').filter((line) => line.startsWith('|'))
    expect(rows.length).toBeGreaterThan(2)
    const cells = rows.map((row) => row.match(/(?<!\\)\|/g)?.length)
    expect(new Set(cells).size, section).toBe(1)
  }
})

test('a row says how its fault is made, and a pair what stands behind the first', () => {
  expect(page).toMatch(/\| server-frozen \|.*\| live \|/)
  expect(page).toMatch(/\| server-unit-stopped \|.*\| recorded \|/)
  expect(page).toMatch(/\| stopped-behind-drop \|.*firewall\.ingress-drop.*tcp\.no-listener/)
})

test('a cause of the catalogue has a fault, or the reason why it has none, and not both', () => {
  const reasons = loadUnproduced()
  expect(Object.keys(reasons).toSorted()).toEqual(listUnproduced().toSorted())
  for (const code of listUnproduced()) {
    expect(reasons[code], code).toBeTruthy()
    expect(page).toContain(`| ${code} | ${reasons[code]}`)
  }
})
