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

/** Grades one check. */
export function gradeResult(expect: Expectation, result: Result, kind: FaultKind): Grade {
  const { said, crash } = result
  if (!said || crash !== null) return 'crash'
  const among = (list: readonly string[], value: string | null): boolean =>
    value !== null && list.includes(value)
  const stateFits = expect.states.includes(said.state)
  if (kind === 'oddities') {
    const quiet = said.cause === null || among(expect.causes, said.cause)
    return stateFits && quiet ? 'exact' : 'false alarm'
  }
  if (said.state === 'reachable' && !stateFits) return 'missed'
  const named = among(expect.causes, said.cause) && among(expect.sides, said.side)
  if (stateFits && named) return 'exact'
  const contained = said.candidates.some(
    ({ cause, side }) => among(expect.causes, cause) && among(expect.sides, side),
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
  /** Whether the remedies mended as much as they must; null where that was not asked. */
  readonly mended: boolean | null
}

const RANK: Readonly<Record<Mendable, number>> = { no: 0, rung: 1, all: 2 }

/** Grades a whole trial. */
export function gradeTrial(fault: Fault, kind: FaultKind, trial: Trial): Graded {
  const { withServer, clientOnly, skipped, mended } = trial
  const common = { fault, kind, trial }
  if (skipped !== null)
    return { ...common, withServer: 'skipped', clientOnly: 'skipped', mended: null }
  return {
    ...common,
    withServer: withServer && gradeResult(fault.expect, withServer, kind),
    clientOnly: clientOnly ? gradeResult(fault.expectClientOnly, clientOnly, kind) : 'crash',
    mended: mended === null ? null : RANK[mended] >= RANK[fault.mendable],
  }
}

/**
 * True where nothing is left to improve that counts: with access to the server the cause is exact,
 * without it the cause is contained, what must be mended is mended. What was skipped does not count.
 */
export const isGood = ({ withServer, clientOnly, mended }: Graded): boolean =>
  [null, 'exact', 'skipped'].includes(withServer) &&
  ['exact', 'contained', 'skipped'].includes(clientOnly) &&
  mended !== false
