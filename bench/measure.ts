/** How long commands take: each run again and again, the median said. */
import { spawnSync } from 'node:child_process'

/** What takes long is run less often. */
const SLOW_RUNS = 3
const SLOW_MS = 1500

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

function once([command = '', ...args]: readonly string[]): {
  tookMs: number
  status: number | null
} {
  const began = performance.now()
  const { status } = spawnSync(command, args, { stdio: 'ignore' })
  return { tookMs: performance.now() - began, status }
}

/** How long a command takes. */
export type Row = {
  readonly name: string
  readonly ms: number
  readonly runs: number
  readonly status: number | null
}

/** The median of `runs` runs after one that does not count; fewer where one is slow. */
export function measure(name: string, argv: readonly string[], runs: number): Row {
  const first = once(argv)
  const wanted = first.tookMs > SLOW_MS ? Math.min(runs, SLOW_RUNS) : runs
  const taken = Array.from({ length: wanted }, () => once(argv).tookMs)
  return { name, ms: median(taken), runs: wanted, status: first.status }
}

/** The same for several that are compared with each other: one after the other, round by round. */
export function measureTogether(
  all: readonly (readonly [string, readonly string[]])[],
  runs: number,
): Row[] {
  const rounds = Array.from({ length: runs + 1 }, () => all.map(([, argv]) => once(argv)))
  return all.map(([name], index) => ({
    name,
    ms: median(rounds.slice(1).map((round) => round[index]?.tookMs ?? Number.NaN)),
    runs,
    status: rounds[0]?.[index]?.status ?? null,
  }))
}
