/**
 * The walk against the kernel: what is said of each packet of a trial, and what becomes of it. Counters
 * are compared as sums over all packets whose counters are certain. Where anything differs, all is
 * done once more in a new network, slowly and one packet at a time, so that a busy machine accuses
 * nobody.
 */
import { type Arrival, describeArrival } from './arrival.ts'
import { type Forecast, forecast, OPEN } from './forecast.ts'
import { type Ground, makeGround } from './ground.ts'
import type { Hit } from './range.ts'
import type { Trial } from './trial.ts'
import type { Walk } from './way.ts'

export type Disagreement = {
  readonly seed: number
  /** Which packet of the trial. */
  readonly at: number
  readonly walk: readonly string[]
  readonly kernel: readonly string[]
  /** The walk's steps. */
  readonly trace: readonly string[]
}

export type Outcome = {
  readonly pairs: number
  /** Why packets cannot be known, a reason for each. */
  readonly unknowns: readonly string[]
  readonly disagreements: readonly Disagreement[]
  /** Differences that were gone when all was done again. */
  readonly noise: number
}

/** One rule that is judged wrongly is met by many packets. */
const MOST_SHOWN = 3

type Lines = { readonly walk: readonly string[]; readonly kernel: readonly string[] }

/** How long what is expected is waited for, and how long it is looked for what is not. */
type Pace = { readonly wantedMs: number; readonly silenceMs: number }
const FAST: Pace = { wantedMs: 100, silenceMs: 0 }
const SLOW: Pace = { wantedMs: 400, silenceMs: 100 }

const isMessage = ({ what }: Arrival): boolean => what === 'reset' || /^[13]\//.test(what)

const told = (refused: string | null): readonly string[] =>
  refused === null ? [] : [`sending is refused with ${refused}`]

const met = (error: string | null): readonly string[] =>
  error === null ? [] : [`the socket meets ${error}`]

/** What was seen, as far as the forecast says something of it. */
function seenLines(hit: Hit, said: Forecast): readonly string[] {
  const compared = hit.arrivals.filter((one) => !said.answerRejected || !isMessage(one))
  const refused = said.refused === OPEN ? OPEN : hit.refused
  const open = said.error === OPEN || (said.errorMayWait && hit.error === null)
  const error = open ? said.error : hit.error
  return [...compared.map(describeArrival).toSorted(), ...told(refused), ...met(error)]
}

const same = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((line, at) => line === other[at])

const expectedLines = (said: Forecast): readonly string[] => [
  ...said.arrivals,
  ...told(said.refused),
  ...met(said.error),
]

/** A line for every counter that moved otherwise than was said. */
function counterLines(
  said: ReadonlyMap<string, number>,
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Lines {
  const moved = [...after].map(([key, count]) => ({ key, is: count - (before.get(key) ?? 0) }))
  const wrong = moved.filter(({ key, is }) => is !== (said.get(key) ?? 0))
  return {
    walk: wrong.map(({ key }) => `counted ${said.get(key) ?? 0} times: ${key}`),
    kernel: wrong.map(({ key, is }) => `counted ${is} times: ${key}`),
  }
}

function sum(all: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const total = new Map<string, number>()
  for (const [key, count] of all.flatMap((counts) => [...counts]))
    total.set(key, (total.get(key) ?? 0) + count)
  return total
}

/** Sends one packet; null where it does what was said. */
async function tryShot(
  { range }: Ground,
  { shots }: Trial,
  at: number,
  said: Forecast,
  pace: Pace,
): Promise<Lines | null> {
  const shot = shots[at]
  if (shot === undefined) return null
  const arrivals = said.arrivals
  const end = performance.now() + pace.silenceMs
  const hit = await range.fire(
    shot,
    (came) => came.length >= arrivals.length && performance.now() >= end,
    pace.wantedMs,
  )
  const [walk, kernel] = [expectedLines(said), seenLines(hit, said)]
  return same(walk, kernel) ? null : { walk, kernel }
}

const isSure = (said: Forecast): boolean => said.unknown === null && said.counts !== null

/** All packets as fast as they go; whether everything was as said. */
async function allAsSaid(
  ground: Ground,
  trial: Trial,
  forecasts: readonly Forecast[],
): Promise<boolean> {
  const { range } = ground
  let right = true
  const fire = async (chosen: (said: Forecast) => boolean): Promise<void> => {
    for (const [at, said] of forecasts.entries()) {
      if (!chosen(said)) continue
      if ((await tryShot(ground, trial, at, said, FAST)) !== null) right = false
    }
    if (range.late().length > 0) right = false
  }
  const before = await ground.counters()
  await fire(isSure)
  const counts = forecasts.filter(isSure).map((said) => said.counts ?? new Map())
  if (counterLines(sum(counts), before, await ground.counters()).walk.length > 0) right = false
  await fire((said) => said.unknown === null && !isSure(said))
  return right
}

/** All packets slowly, with the counters read after each. */
async function oneByOne(
  ground: Ground,
  trial: Trial,
  forecasts: readonly Forecast[],
): Promise<readonly Disagreement[]> {
  const found: Disagreement[] = []
  let before = await ground.counters()
  for (const [at, said] of forecasts.entries()) {
    if (said.unknown !== null) continue
    const lines = await tryShot(ground, trial, at, said, SLOW)
    const after = await ground.counters()
    const counters = said.counts === null ? null : counterLines(said.counts, before, after)
    before = after
    const walk = [...(lines?.walk ?? []), ...(counters?.walk ?? [])]
    const kernel = [...(lines?.kernel ?? []), ...(counters?.kernel ?? [])]
    if (walk.length + kernel.length > 0)
      found.push({ seed: trial.seed, at, walk, kernel, trace: said.trace() })
    if (found.length >= MOST_SHOWN) break
  }
  return found
}

/** Loads the rules, and says what the walk expects of each packet. */
async function prepare(ground: Ground, trial: Trial, walk: Walk): Promise<readonly Forecast[]> {
  ground.load(trial.loads)
  const machines = await ground.machines()
  return trial.shots.map((shot) => forecast(machines, walk, shot))
}

/** Holds one trial on a ground without rules, which whoever calls it clears. */
export async function contest(ground: Ground, trial: Trial, walk: Walk): Promise<Outcome> {
  const forecasts = await prepare(ground, trial, walk)
  const unknowns = forecasts.map((said) => said.unknown).filter((reason) => reason !== null)
  const result = { pairs: trial.shots.length, unknowns, disagreements: [], noise: 0 }
  if (await allAsSaid(ground, trial, forecasts)) return result
  const other = makeGround()
  try {
    const disagreements = await oneByOne(other, trial, await prepare(other, trial, walk))
    return { ...result, disagreements, noise: disagreements.length === 0 ? 1 : 0 }
  } finally {
    other.close()
  }
}
