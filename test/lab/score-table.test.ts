import { expect, test } from 'vitest'
import { parseFault } from '../../src/lab/fault.ts'
import { type Graded, gradeTrial } from '../../src/lab/grade.ts'
import { formatGraded, formatSummary } from '../../src/lab/score-table.ts'
import type { Result, Trial } from '../../src/lab/trial.ts'

const fault = parseFault({
  name: 'server-frozen',
  title: 'stopped | by a signal',
  layer: 4,
  mendable: 'all',
  expect: { cause: 'tcp.frozen', side: 'server' },
})

const result = (cause: 'tcp.frozen' | 'mtu.black-hole', tookMs: number): Result => ({
  said: {
    state: 'unreachable',
    cause,
    side: 'server',
    confidence: 'proven',
    summary: '',
    candidates: [{ cause, side: 'server' }],
    behind: [],
    unreached: [],
    rounds: [],
  },
  crash: null,
  tookMs,
})

const trial: Trial = {
  fault: fault.name,
  skipped: null,
  upMs: 400,
  withServer: result('tcp.frozen', 1200),
  clientOnly: result('mtu.black-hole', 3400),
  second: null,
  mended: 'all',
  remedies: [],
  oracle: null,
  traces: null,
}
const graded = gradeTrial(fault, 'faults', trial)
const skipped = gradeTrial(fault, 'faults', { ...trial, skipped: 'needs nft' })
const odd: Graded = gradeTrial(
  parseFault({ name: 'healthy', title: 'fine', layer: 0, expect: { state: 'reachable' } }),
  'oddities',
  { ...trial, withServer: null, mended: null },
)

test('a line says both grades, the candidates, the seconds, and what was said wrongly', () => {
  const line = formatGraded(graded)
  expect(line).toMatch(/^server-frozen +exact +wrong +1\/1 +1\.2\/3\.4 +yes/)
  expect(line).toContain('client said mtu.black-hole (server)')
  expect(formatGraded(skipped)).toMatch(/^server-frozen +skipped: needs nft$/)
})

test('the sums count each grade once', () => {
  expect(formatSummary([graded, skipped, odd])).toEqual([
    'with access to the server: 1 exact, 1 skipped',
    'from the client alone: 1 wrong, 1 false alarm, 1 skipped',
    'candidates from the client alone: 1.0 on average',
    'pairs whose second fault was told of, and named after the first: 0 of 0',
    'checks that left something behind: none',
    'mended by the printed remedies: 1 of 1',
    expect.stringMatching(/^seconds a check: median \d\.\d, longest 3\.4$/),
  ])
})
