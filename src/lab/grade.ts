/** Compares what a check said with what was broken. */
import type { Expectation, Fault, FaultKind, Mendable } from './fault.ts'
import type { Result, Trial } from './trial.ts'

/**
 * `exact`: state, cause and side are right. `contained`: the cause is among the candidates, at most
 * four. `missed`: a fault was called healthy. `false alarm`: an oddity was called a fault.
 */
export type Grade = 'exact' | 'contained' | 'wrong' | 'missed' | 'false alarm' | 'crash' | 'skipped'

/** More candidates than this are no answer. */
const MOST_CANDIDATES = 4

const isAmong = (list: readonly string[], value: string | null): boolean =>
  value !== null && list.includes(value)

/** Grades one check. */
export function gradeResult(
  expect: Expectation,
  result: Result,
  kind: FaultKind,
  count = 1,
): Grade {
  const { said, crash } = result
  if (!said || crash !== null) return 'crash'
  const stateFits = expect.states.includes(said.state)
  if (kind === 'oddities') {
    const quiet = said.cause === null || isAmong(expect.causes, said.cause)
    return stateFits && quiet ? 'exact' : 'false alarm'
  }
  if (said.state === 'reachable' && !stateFits) return 'missed'
  // What comes and goes: it must be told that it does.
  if (said.rounds.length !== (count > 1 ? count : 0)) return 'wrong'
  const named = isAmong(expect.causes, said.cause) && isAmong(expect.sides, said.side)
  if (stateFits && named) return 'exact'
  const contained = said.candidates.some(
    ({ cause, side }) => isAmong(expect.causes, cause) && isAmong(expect.sides, side),
  )
  const few = said.candidates.length <= MOST_CANDIDATES
  return few && (contained || named) ? 'contained' : 'wrong'
}

/** The grades of a trial. */
export type Graded = {
  readonly fault: Fault
  readonly kind: FaultKind
  readonly trial: Trial
  /** Null where there was no server to have access to. */
  readonly withServer: Grade | null
  readonly clientOnly: Grade
  /** Of a pair: whether the first answer said that another fault may stand behind it. */
  readonly hinted: boolean | null
  /** Of a pair: the answer once the first fault was mended. */
  readonly second: Grade | null
  /** Whether the remedies mended as much as they must; null where that was not asked. */
  readonly mended: boolean | null
}

const RANK: Readonly<Record<Mendable, number>> = { no: 0, rung: 1, all: 2 }

const gradeSecond = (expect: Expectation, result: Result | null): Grade =>
  result ? gradeResult(expect, result, 'pairs') : 'missed'

/** Whether a check named the second fault of a pair, or said that one may hide. */
function hints({ second }: Fault, result: Result | null): boolean | null {
  if (!second) return null
  const { behind = [], unreached = [] } = result?.said ?? {}
  return unreached.length > 0 || behind.some(({ cause }) => isAmong(second.expect.causes, cause))
}

/** Grades a whole trial. */
export function gradeTrial(fault: Fault, kind: FaultKind, trial: Trial): Graded {
  const { withServer, clientOnly, skipped, mended } = trial
  const common = { fault, kind, trial, hinted: hints(fault, withServer), second: null }
  if (skipped !== null)
    return { ...common, withServer: 'skipped', clientOnly: 'skipped', mended: null }
  return {
    ...common,
    second: fault.second && gradeSecond(fault.second.expect, trial.second),
    withServer: withServer && gradeResult(fault.expect, withServer, kind, fault.count),
    clientOnly: clientOnly
      ? gradeResult(fault.expectClientOnly, clientOnly, kind, fault.count)
      : 'crash',
    mended: mended === null ? null : RANK[mended] >= RANK[fault.mendable],
  }
}

/**
 * True where nothing is left to improve that counts: with access to the server the cause is exact,
 * without it the cause is contained, what must be mended is mended, and the checks have left nothing
 * behind. What was skipped does not count.
 */
export const isGood = ({
  withServer,
  clientOnly,
  mended,
  hinted,
  second,
  trial,
}: Graded): boolean =>
  (trial.traces ?? []).length === 0 &&
  [null, 'exact', 'skipped'].includes(withServer) &&
  ['exact', 'contained', 'skipped'].includes(clientOnly) &&
  mended !== false &&
  hinted !== false &&
  [null, 'exact'].includes(second)
