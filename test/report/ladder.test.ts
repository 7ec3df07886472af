import { expect, test } from 'vitest'
import type { Evidence } from '../../src/diagnose/diagnosis.ts'
import {
  evidenceLines,
  LABEL_COLUMNS,
  labelled,
  rungBlocks,
  statusLabel,
} from '../../src/report/ladder.ts'
import { lineWidth, paintLines } from '../../src/report/line.ts'
import type { Page } from '../../src/report/page.ts'
import { healthy, refused } from './diagnoses.ts'

const page: Page = { columns: 80, unicode: true, verbose: false, paint: (_, text) => text }
const text = (lines: Parameters<typeof paintLines>[0]) => paintLines(lines, page.paint)

test('there are seven rungs, whatever was found', () => {
  for (const findings of [[], healthy.findings, refused.findings])
    expect(rungBlocks(findings, 60, page)).toHaveLength(7)
})

test('a rung that nobody asked about says so', () => {
  expect(text(rungBlocks([], 60, page)[0] ?? [])).toBe('– nothing asked\n')
})

test('what failed comes before what passed', () => {
  const found = healthy.findings.filter(({ layer, host }) => layer === 3 && host === 'client')
  const [first, ...rest] = found
  const failed = found
    .slice(1, 2)
    .map((one) => ({ ...one, status: 'fail' as const, summary: 'no!' }))
  const block = rungBlocks([...(first ? [first] : []), ...failed, ...rest], 60, page)[2] ?? []
  expect(text(block)).toMatch(/^✗ fail {5}no!\n✓ pass/)
})

test('the same summary is told once', () => {
  const twice = [...healthy.findings, ...healthy.findings]
  expect(text(rungBlocks(twice, 200, page)[6] ?? []).match(/200 OK/g)).toHaveLength(1)
})

test('every status takes as many columns', () => {
  const widths = (['pass', 'warn', 'fail', 'skip', 'unknown'] as const).map((status) =>
    lineWidth(statusLabel(status, page)),
  )
  expect(new Set(widths).size).toBe(1)
})

test('a label stands in front of the first line of its rung only', () => {
  const lines = text(labelled([[[{ style: 'plain', text: 'a' }], [{ style: 'plain', text: 'b' }]]]))
  expect(lines).toBe(`${' 1 physical'.padEnd(LABEL_COLUMNS)}a\n${' '.repeat(LABEL_COLUMNS)}b\n`)
})

const evidence: Evidence = {
  host: 'server',
  source: 'nft',
  command: 'nft list ruleset',
  lines: Array.from({ length: 9 }, (_, line) => `line ${line}`),
  delta: { name: 'drops', before: 7, after: 10 },
}

test('evidence is the command on its host, some lines, and the counter that moved', () => {
  expect(text(evidenceLines(evidence, 60, page))).toBe(
    `server$ nft list ruleset\n${[0, 1, 2, 3, 4, 5].map((line) => `  line ${line}\n`).join('')}` +
      '  … 3 more lines (--verbose)\n  drops: 7 → 10 (+3)\n',
  )
})

test('all lines of evidence are there when everything is asked for', () => {
  expect(text(evidenceLines(evidence, 60, { ...page, verbose: true }))).toContain('line 8')
})

test('what is not known takes one line of its rung; the reasons stand below the verdict', () => {
  const found = healthy.findings.filter(({ layer }) => layer === 1)
  const unknown = found.map((one) => ({ ...one, status: 'unknown' as const }))
  expect(text(rungBlocks(unknown, 80, page)[0] ?? [])).toBe(
    '? unknown  eth0 is a network device · eth0 has a carrier\n',
  )
})
