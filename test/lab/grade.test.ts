import { expect, test } from 'vitest'
import type { State } from '../../src/diagnose/diagnosis.ts'
import { parseFault } from '../../src/lab/fault.ts'
import { gradeResult, gradeTrial, isGood } from '../../src/lab/grade.ts'
import type { Result, Trial } from '../../src/lab/trial.ts'

const FROZEN = {
  name: 'frozen',
  title: 't',
  layer: 4,
  mendable: 'all',
  expect: { cause: 'tcp.frozen', side: 'server' },
}
const fault = parseFault(FROZEN)

const said = (
  state: State,
  cause: 'tcp.frozen' | 'mtu.black-hole' | null,
  side: 'server' | 'path' | null,
  candidates: readonly (readonly [string, string])[] = [],
): Result => ({
  said: {
    state,
    cause,
    side,
    confidence: null,
    summary: '',
    candidates: candidates.map(([cause, side]) => ({ cause, side })),
    behind: [],
    unreached: [],
    rounds: [],
  },
  crash: null,
  tookMs: 1,
})

const right = said('unreachable', 'tcp.frozen', 'server')
const grade = (result: Result): string => gradeResult(fault.expect, result, 'faults')

test('exact is the state, the cause and the side', () => {
  expect(grade(right)).toBe('exact')
  expect(grade(said('unreachable', 'tcp.frozen', 'path'))).toBe('wrong')
  expect(grade(said('unreachable', 'mtu.black-hole', 'path'))).toBe('wrong')
})

test('the cause among at most four candidates is contained', () => {
  const other = ['mtu.black-hole', 'path'] as const
  const both = [other, ['tcp.frozen', 'server']] as const
  expect(grade(said('unreachable', 'mtu.black-hole', 'path', both))).toBe('contained')
  const many = [...both, other, other, other]
  expect(grade(said('unreachable', 'mtu.black-hole', 'path', many))).toBe('wrong')
  expect(grade(said('undetermined', 'tcp.frozen', 'server'))).toBe('contained')
})

test('a fault that is called healthy is missed', () => {
  expect(grade(said('reachable', null, null))).toBe('missed')
})

test('no answer, or an exit code that does not fit it, is a crash', () => {
  expect(grade({ said: null, crash: 'exit 2', tookMs: 1 })).toBe('crash')
  expect(grade({ ...right, crash: 'exit 0 for unreachable, not 1' })).toBe('crash')
})

test('an oddity that is called a fault is a false alarm', () => {
  const { expect: quiet } = parseFault({
    ...{ name: 'n', title: 't', layer: 0 },
    expect: { state: ['reachable', 'degraded'], cause: 'dns.slow' },
  })
  const odd = (result: Result): string => gradeResult(quiet, result, 'oddities')
  expect(odd(said('reachable', null, null))).toBe('exact')
  expect(odd(said('degraded', 'tcp.frozen', 'server'))).toBe('false alarm')
  expect(odd(said('unreachable', null, null))).toBe('false alarm')
})

const trial: Trial = {
  fault: 'frozen',
  skipped: null,
  upMs: 400,
  withServer: right,
  clientOnly: said('unreachable', 'mtu.black-hole', 'path', [['tcp.frozen', 'server']]),
  second: null,
  mended: 'all',
  remedies: [],
  oracle: null,
  traces: null,
}

test('a trial is good where the cause is exact, contained from the client alone, and mended', () => {
  const graded = (change: Partial<Trial>) => gradeTrial(fault, 'faults', { ...trial, ...change })
  expect(graded({})).toMatchObject({ withServer: 'exact', clientOnly: 'contained', mended: true })
  expect(isGood(graded({}))).toBe(true)
  expect(isGood(graded({ mended: 'rung' }))).toBe(false)
  expect(isGood(graded({ withServer: trial.clientOnly }))).toBe(false)
  expect(isGood(graded({ clientOnly: null }))).toBe(false)
  expect(isGood(graded({ skipped: 'needs nft' }))).toBe(true)
})

test('of a pair, the second fault must be hinted at, and named once the first is mended', () => {
  const second = { expect: { cause: 'mtu.black-hole', side: 'path' } }
  const pair = { ...fault, second: parseFault({ ...FROZEN, second }).second }
  const later = said('unreachable', 'mtu.black-hole', 'path')
  const seen = { ...right, said: right.said && { ...right.said, unreached: [5, 6, 7] as const } }
  const graded = gradeTrial(pair, 'pairs', { ...trial, withServer: seen, second: later })
  expect(graded).toMatchObject({ withServer: 'exact', hinted: true, second: 'exact' })
  expect(isGood(graded)).toBe(true)
  const silent = gradeTrial(pair, 'pairs', { ...trial, second: later })
  expect(silent.hinted).toBe(false)
  expect(isGood(silent)).toBe(false)
  const never = gradeTrial(pair, 'pairs', { ...trial, withServer: seen, second: right })
  expect(never.second).toBe('wrong')
  expect(isGood(never)).toBe(false)
})
