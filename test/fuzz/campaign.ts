/** Runs the targets for a time: each input must be decoded without an exception, in time, and whatever lies around it. */
import type { Corpus } from './corpus.ts'
import { Chance } from './mutate.ts'
import type { Lay, Target } from './target.ts'

/** One input takes far less than a millisecond; two seconds of the processor are a hang. */
const MOST_MS = 2000

/** Bytes of something else before and behind the input. */
const AROUND = 96

export type Failure = { readonly target: string; readonly seed: number; readonly what: string }

export type Campaign = {
  readonly executions: ReadonlyMap<string, number>
  readonly slowestMs: ReadonlyMap<string, number>
  readonly failures: readonly Failure[]
}

/** Lays bytes among others that are all `poison`. */
const layAmong =
  (poison: number): Lay =>
  (bytes) => {
    const room = new Uint8Array(bytes.length + 2 * AROUND).fill(poison)
    room.set(bytes, AROUND)
    return { view: new DataView(room.buffer), at: AROUND, end: AROUND + bytes.length }
  }

const [AMONG_ZEROS, AMONG_ONES, AMONG_LETTERS] = [0, 0xff, 0x41].map(layAmong)

/** One input by its seed; what went wrong, or null. */
export function attemptOnce(target: Target, corpus: Corpus, seed: number): string | null {
  const attempt = target.attempt(corpus, new Chance(seed))
  const lays = seed % 2 === 0 ? [AMONG_ZEROS, AMONG_ONES] : [AMONG_LETTERS, AMONG_ZEROS]
  try {
    const [one, other] = lays.map((lay) => (lay === undefined ? '' : attempt(lay)))
    return one === other ? null : `depends on what lies around: ${one} / ${other}`
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
}

/** Milliseconds of the processor that one input takes: a machine that was busy with something else does not count. */
function processorMs(target: Target, corpus: Corpus, seed: number): number {
  const before = process.cpuUsage()
  attemptOnce(target, corpus, seed)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Runs the targets side by side for `seconds`, from `seed` on; ends early after `mostFailures`. */
export function runCampaign(
  targets: readonly Target[],
  corpus: Corpus,
  { seconds, seed, mostFailures }: { seconds: number; seed: number; mostFailures: number },
): Campaign {
  const executions = new Map<string, number>(targets.map(({ name }) => [name, 0]))
  const slowestMs = new Map<string, number>(targets.map(({ name }) => [name, 0]))
  const failures: Failure[] = []
  const endMs = performance.now() + seconds * 1000
  // Seeds that follow each other are alike to the generator: they are spread by Knuth's constant.
  let at = seed
  while (performance.now() < endMs && failures.length < mostFailures) {
    for (const target of targets) {
      const untilMs = performance.now() + 10 * target.weight
      let count = 0
      let now = performance.now()
      while (now < untilMs) {
        const own = Math.imul(at++, 0x9e3779b1)
        const what = attemptOnce(target, corpus, own)
        count += 2
        const after = performance.now()
        const tookMs = after - now
        now = after
        if (tookMs > (slowestMs.get(target.name) ?? 0)) slowestMs.set(target.name, tookMs)
        if (what !== null) failures.push({ target: target.name, seed: own, what })
        else if (tookMs > MOST_MS && processorMs(target, corpus, own) > MOST_MS)
          failures.push({ target: target.name, seed: own, what: `took ${tookMs} ms` })
        if (failures.length >= mostFailures) break
      }
      executions.set(target.name, (executions.get(target.name) ?? 0) + count)
    }
  }
  return { executions, slowestMs, failures }
}
