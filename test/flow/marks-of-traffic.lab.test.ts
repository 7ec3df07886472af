/**
 * Traffic that nobody has seen before, lossy and reordered anew in each run, beside tshark: what the
 * golden captures show by chance must hold for others.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { joinCaptures } from '../capture/tshark.ts'
import { type Agreement, agreementText, fraction, markAgreement } from './mark-agreement.ts'

const SCENARIOS = [
  ...[
    'loss-forward',
    'loss-back-receiver',
    'loss-no-sack',
    'loss-download',
    'loss-in-capture-back',
  ],
  ...['reordered', 'duplicated', 'delayed-loss', 'window-tiny'],
]

const folder = mkdtempSync(join(tmpdir(), 'rungs-traffic-'))
let table: ReadonlyMap<string, Agreement>

beforeAll(() => {
  const script = join(import.meta.dirname, '..', 'capture', 'make-captures.sh')
  execFileSync('bash', [script, folder, ...SCENARIOS], { stdio: 'ignore' })
  const all = join(folder, 'all.pcapng')
  const files = readdirSync(folder).map((name) => join(folder, name))
  joinCaptures(files, all, 'of-times')
  table = markAgreement(all)
  console.log(agreementText(table))
}, 180_000)
afterAll(() => rmSync(folder, { recursive: true }))

test('nineteen of twenty marks of each kind in new traffic are those of tshark', () => {
  for (const [kind, row] of table) {
    if (row.both + row.ours + row.theirs < 50) continue
    expect(fraction(row), `${kind}: ${row.only.slice(0, 20).join(', ')}`).toBeGreaterThan(0.95)
  }
})

test('the traffic, random as it is, has plenty of each mark that a lossy path brings', () => {
  const common = ['retransmission', 'duplicateAck', 'outOfOrder', 'lostSegment', 'windowUpdate']
  for (const kind of common) expect(table.get(kind)?.both, kind).toBeGreaterThanOrEqual(20)
})
