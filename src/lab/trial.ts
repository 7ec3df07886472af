/** One fault in a world of its own: built, broken, checked from both ends and from one, mended. */
import type { Diagnosis, Remedy, State, Verdict } from '../diagnose/diagnosis.ts'
import { type Checked, check } from './check.ts'
import { type Fault, loadFault, type Mendable, type Step } from './fault.ts'
import {
  breakNetwork,
  buildNetwork,
  doStep,
  missingPrograms,
  requireState,
  runOn,
} from './network.ts'
import { askOracle, isHealthy, type OracleAnswer } from './oracle.ts'
import { loadTopology } from './topology.ts'
import { compareLooks, findWritten, lookAround, untilStill } from './traces.ts'

type Named = { readonly cause: string; readonly side: string }

/** What is kept of a diagnosis. */
export type Said = Pick<
  Verdict,
  'state' | 'cause' | 'side' | 'confidence' | 'summary' | 'unreached'
> & {
  readonly candidates: readonly Named[]
  readonly behind: readonly Named[]
  /** Of a check that was repeated, the state each time. */
  readonly rounds: readonly State[]
}

/** One check of a trial. */
export type Result = {
  readonly said: Said | null
  readonly crash: string | null
  readonly tookMs: number
}

export type Trial = {
  readonly fault: string
  /** Why it could not be tried here; null where it was. */
  readonly skipped: string | null
  readonly upMs: number
  /** Null where there is no server to have access to. */
  readonly withServer: Result | null
  readonly clientOnly: Result | null
  /** Of a pair, the check after the first fault was mended; null where it was not. */
  readonly second: Result | null
  /** What the printed remedies mended; null where they were not tried. */
  readonly mended: Mendable | null
  /** The remedies that were run, and the status of each. */
  readonly remedies: readonly { readonly command: string; readonly code: number | null }[]
  readonly oracle: OracleAnswer | null
  /** What the checks have changed or left; null where it was not looked at. */
  readonly traces: readonly string[] | null
}

const resultOf = ({ diagnosis, crash, tookMs }: Checked): Result => ({
  said: diagnosis && {
    state: diagnosis.verdict.state,
    cause: diagnosis.verdict.cause,
    side: diagnosis.verdict.side,
    confidence: diagnosis.verdict.confidence,
    summary: diagnosis.verdict.summary,
    candidates: diagnosis.verdict.candidates.map(({ cause, side }) => ({ cause, side })),
    behind: diagnosis.verdict.behind.map(({ cause, side }) => ({ cause, side })),
    unreached: diagnosis.verdict.unreached,
    rounds: (diagnosis.rounds ?? []).map(({ state }) => state),
  },
  crash,
  tookMs,
})

/** The node that a remedy's host is: the ends by their role, a router by its name. */
function nodeOf(host: string, fault: Fault): string {
  if (host === 'server') return fault.server ?? 'server'
  return host.replace(/^rungs-/, '')
}

/** More remedies than this are tried one after the other only where they lead nowhere. */
const MOST_REMEDIES = 4

type Mended = Pick<Trial, 'mended' | 'remedies' | 'second'>

const isOf = (fault: Fault, { verdict }: Diagnosis): boolean =>
  fault.expect.causes.some((cause) => cause === verdict.cause)

/** Runs the printed remedies as they stand, one by one, and checks again after each. */
async function mend(program: readonly string[], fault: Fault, first: Diagnosis): Promise<Mended> {
  const remedies: { command: string; code: number | null }[] = []
  const untried = ({ verdict }: Diagnosis): Remedy | undefined =>
    verdict.remedies.find(({ command }) => !remedies.some((done) => done.command === command))
  let mended: Mendable = 'no'
  let second: Result | null = null
  let current = first
  for (let round = 0; round < MOST_REMEDIES; round++) {
    const remedy = untried(current) ?? untried(first)
    if (!remedy) break
    const { code } = await runOn(nodeOf(remedy.host, fault), remedy.command)
    remedies.push({ command: remedy.command, code })
    const checked = await check(program, fault, fault.server !== null)
    const { diagnosis } = checked
    if (!diagnosis) break
    if (!isOf(fault, diagnosis)) second ??= resultOf(checked)
    if (diagnosis.verdict.state === 'reachable') return { mended: 'all', remedies, second }
    const green = diagnosis.findings.filter(({ id }) => id === remedy.turnsGreen)
    if (green.length > 0 && green.every(({ status }) => status === 'pass')) mended = 'rung'
    current = diagnosis
  }
  return { mended, remedies, second }
}

/** Mends the first fault of a pair by hand, checks again, and mends the second as it is told to. */
async function mendByHand(
  program: readonly string[],
  fault: Fault,
  steps: readonly Step[],
): Promise<Mended> {
  for (const step of steps) await doStep(program, step)
  const checked = await check(program, fault, fault.server !== null)
  const second = resultOf(checked)
  if (!checked.diagnosis) return { mended: 'no', remedies: [], second }
  return { ...(await mend(program, fault, checked.diagnosis)), second }
}

const UNTRIED: Omit<Trial, 'fault' | 'skipped' | 'upMs'> = {
  withServer: null,
  clientOnly: null,
  second: null,
  mended: null,
  remedies: [],
  oracle: null,
  traces: null,
}

const NOT_HEALTHY = 'the target did not work before it was broken'

/** Tries a fault in these namespaces, which must hold no lab yet; nothing is taken down after. */
export async function tryFault(
  program: readonly string[],
  name: string,
  onlyOracle: boolean,
): Promise<Trial> {
  const fault = loadFault(name)
  const missing = await missingPrograms(fault.needs)
  if (missing.length > 0)
    return { ...UNTRIED, fault: name, skipped: `needs ${missing.join(', ')}`, upMs: 0 }
  const startedAt = performance.now()
  await buildNetwork(program, loadTopology('standard'))
  const upMs = Math.round(performance.now() - startedAt)
  // A fault of the target itself, such as a name without an address, breaks nothing; an oddity may
  // be what makes the target work.
  const breaks = fault.break.length > 0 && !fault.expect.states.includes('reachable')
  let wasHealthy = true
  await breakNetwork(program, fault, async () => {
    if (onlyOracle && breaks) wasHealthy = await isHealthy(fault)
  })
  const common = { ...UNTRIED, fault: name, skipped: null, upMs }
  if (onlyOracle) {
    const oracle = wasHealthy ? await askOracle(fault) : { expected: false, lines: [NOT_HEALTHY] }
    return { ...common, oracle }
  }
  // What comes and goes cannot be told from what a check changes.
  const { nodes } = requireState()
  const looks = fault.count === 1
  if (looks) await untilStill()
  const before = looks ? await lookAround(nodes) : null
  const withServer = fault.server === null ? null : await check(program, fault, true)
  const clientOnly = await check(program, fault, false)
  const traces = before && [...compareLooks(before, await lookAround(nodes)), ...findWritten()]
  const best = (withServer ?? clientOnly).diagnosis
  const byHand = fault.second?.mend ?? []
  const mending =
    byHand.length > 0
      ? await mendByHand(program, fault, byHand)
      : (fault.mendable !== 'no' || fault.second) && best
        ? await mend(program, fault, best)
        : null
  return {
    ...common,
    withServer: withServer && resultOf(withServer),
    clientOnly: resultOf(clientOnly),
    ...mending,
    traces,
    mended: fault.mendable === 'no' ? null : (mending?.mended ?? 'no'),
  }
}
