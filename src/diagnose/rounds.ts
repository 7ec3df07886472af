/** Several checks of the same target as one diagnosis: the worst of them, and how each went. */
import type { Diagnosis, Round, State } from './diagnosis.ts'

/** From good to bad; where nothing could be found out, nothing is known to be wrong either. */
const WORSE: readonly State[] = ['reachable', 'degraded', 'undetermined', 'unreachable']

const badness = (state: State): number => WORSE.indexOf(state)

const answered = (state: State): boolean => state === 'reachable' || state === 'degraded'

export const roundOf = ({ startedAt, durationMs, verdict }: Diagnosis): Round => ({
  startedAt,
  durationMs,
  state: verdict.state,
  cause: verdict.cause,
  side: verdict.side,
})

/** The rounds that ended alike, most frequent first. */
export type Tally = {
  readonly state: State
  readonly cause: Round['cause']
  readonly side: Round['side']
  readonly rounds: readonly Round[]
}

/** How often which answer came. */
export function tally(rounds: readonly Round[]): Tally[] {
  const tallies = new Map<string, Tally>()
  for (const round of rounds) {
    const { state, cause, side } = round
    const key = [state, cause, side].join(' ')
    tallies.set(key, { state, cause, side, rounds: [...(tallies.get(key)?.rounds ?? []), round] })
  }
  return [...tallies.values()].toSorted((a, b) => b.rounds.length - a.rounds.length)
}

/**
 * The worst diagnosis, with the rounds beside it. What fails only sometimes is degraded: it was reached,
 * and not always. Null where there is none.
 */
export function mergeRounds(diagnoses: readonly Diagnosis[]): Diagnosis | null {
  const [worst] = diagnoses.toSorted((a, b) => badness(b.verdict.state) - badness(a.verdict.state))
  if (!worst) return null
  const rounds = diagnoses.map(roundOf)
  const good = rounds.filter(({ state }) => answered(state)).length
  const { verdict } = worst
  if (good === 0 || good === rounds.length) return { ...worst, rounds }
  const often = `fails ${rounds.length - good} of ${rounds.length} times`
  return {
    ...worst,
    verdict: {
      ...verdict,
      state: 'degraded',
      summary: `It ${often}. When it does: ${verdict.summary}`,
    },
    rounds,
  }
}
