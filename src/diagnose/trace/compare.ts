/** Two traces to one target laid side by side: where the paths part, and where they come together again. */
import { describeMs, type Hop } from './hop.ts'
import type { Trace } from './trace.ts'

/** Two hops that stand side by side. */
export type PairKind =
  /** The same router answers. */
  | 'same'
  /** At least one of them does not answer: it may be the same. */
  | 'unknown'
  /** Different routers. */
  | 'other'

export type HopPair = {
  readonly kind: PairKind
  /** Null where the other path is longer here. */
  readonly one: Hop | null
  readonly other: Hop | null
}

export type TraceComparison = {
  readonly schema: 'rungs.trace-comparison/1'
  readonly one: Trace
  readonly other: Trace
  readonly pairs: readonly HopPair[]
  /** True where no hop is known to differ. */
  readonly same: boolean
  /** The last pair before they part, by its place; 0: they differ from the first hop on; null: they do not part. */
  readonly partAfter: number | null
  /** The first pair at which they are together again; null where they stay apart. */
  readonly joinAt: number | null
  /** One sentence. */
  readonly summary: string
  readonly notes: readonly string[]
}

const shareAddress = (one: Hop, other: Hop): boolean =>
  one.addresses.some(({ address }) => other.addresses.some((its) => its.address === address))

/** How well two hops go together: a router that is the same counts for more than silence. */
const SAME = 1000

function likeness(one: Hop, other: Hop): number {
  if (shareAddress(one, other)) return SAME
  const mayBe = one.received === 0 || other.received === 0
  return mayBe && one.hop === other.hop ? 1 : 0
}

/** The best matching of two paths in order, as index pairs (the longest common subsequence, weighted). */
function matches(one: readonly Hop[], other: readonly Hop[]): (readonly [number, number])[] {
  const best = Array.from({ length: one.length + 1 }, () =>
    new Array<number>(other.length + 1).fill(0),
  )
  const at = (row: number, column: number): number => best[row]?.[column] ?? 0
  const like = (row: number, column: number): number => {
    const [left, right] = [one[row], other[column]]
    return left && right ? likeness(left, right) : 0
  }
  for (let row = one.length - 1; row >= 0; row--)
    for (let column = other.length - 1; column >= 0; column--) {
      const together = like(row, column)
      const line = best[row]
      if (line)
        line[column] = Math.max(
          at(row + 1, column),
          at(row, column + 1),
          together === 0 ? 0 : together + at(row + 1, column + 1),
        )
    }
  const found: (readonly [number, number])[] = []
  for (let row = 0, column = 0; row < one.length && column < other.length; ) {
    const together = like(row, column)
    if (together > 0 && at(row, column) === together + at(row + 1, column + 1))
      found.push([row++, column++])
    else if (at(row + 1, column) >= at(row, column + 1)) row++
    else column++
  }
  return found
}

/** The pairs in order; hops between two matches stand side by side as they come. */
export function pairHops(one: readonly Hop[], other: readonly Hop[]): HopPair[] {
  const pairs: HopPair[] = []
  let [row, column] = [0, 0]
  const between = (toRow: number, toColumn: number): void => {
    while (row < toRow || column < toColumn)
      pairs.push({
        kind: 'other',
        one: row < toRow ? (one[row++] ?? null) : null,
        other: column < toColumn ? (other[column++] ?? null) : null,
      })
  }
  for (const [left, right] of matches(one, other)) {
    between(left, right)
    const [a, b] = [one[row++], other[column++]]
    if (a && b) pairs.push({ kind: shareAddress(a, b) ? 'same' : 'unknown', one: a, other: b })
  }
  between(one.length, other.length)
  return pairs
}

const addressOf = (hop: Hop | null): string | null => hop?.addresses[0]?.address ?? null

const place = (hop: Hop | null): string => {
  const address = addressOf(hop)
  return hop === null
    ? 'its end'
    : address === null
      ? `hop ${hop.hop}, silent`
      : `hop ${hop.hop} (${address})`
}

/** How the two differ in what they say of the whole path. */
function notesOn(one: Trace, other: Trace): string[] {
  const notes: string[] = []
  const reached = ({ hops }: Trace): Hop | undefined => hops.find(({ kind }) => kind === 'arrived')
  const [first, second] = [reached(one), reached(other)]
  const ms = (hop: Hop): string => `${describeMs(hop.averageMs ?? 0)} over ${hop.hop} hops`
  if (first && second) notes.push(`the target answers in ${ms(first)} and in ${ms(second)}`)
  else if (first || second)
    notes.push(
      `only the ${first ? 'first' : 'second'} reaches the target: ${first ? other.verdict.summary : one.verdict.summary}`,
    )
  if (one.target.address !== other.target.address)
    notes.push(`they go to different addresses: ${one.target.address} and ${other.target.address}`)
  if (one.target.protocol !== other.target.protocol || one.target.port !== other.target.port)
    notes.push('they were made by different protocols or ports: load balancers may tell them apart')
  else if (
    one.source.flow !== other.source.flow ||
    (one.target.protocol !== 'icmp' && one.source.port !== other.source.port)
  )
    notes.push('they are different flows: load balancers may tell them apart')
  return notes
}

/** Lays `other` (now, or by another link) beside `one` (before). */
export function compareTraces(one: Trace, other: Trace): TraceComparison {
  const pairs = pairHops(one.hops, other.hops)
  const isApart = ({ kind }: HopPair): boolean => kind === 'other'
  const first = pairs.findIndex(isApart)
  const join = first < 0 ? -1 : pairs.findIndex(({ kind }, at) => at > first && kind === 'same')
  const common = {
    schema: 'rungs.trace-comparison/1',
    one,
    other,
    pairs,
    notes: notesOn(one, other),
  } as const
  if (first < 0) {
    const unsure = pairs.filter(({ kind }) => kind === 'unknown').length
    const summary =
      unsure === 0
        ? 'both take the same path'
        : `both take the same path as far as it answers; ${unsure} ${unsure === 1 ? 'hop does' : 'hops do'} not`
    return { ...common, same: true, partAfter: null, joinAt: null, summary }
  }
  const last = pairs.slice(0, first).findLast(({ kind }) => kind === 'same')
  const apart = pairs[first]
  const where = last === undefined ? 'they part at once' : `they part after ${place(last.one)}`
  const joined = pairs[join]
  const [a, b] = [place(joined?.one ?? null), joined?.other?.hop]
  const again =
    joined === undefined
      ? 'they do not come together again'
      : `together again at ${a}${b === joined.one?.hop ? '' : `, hop ${b} of the second`}`
  const summary = `${where}: the first goes on to ${place(apart?.one ?? null)}, the second to ${place(apart?.other ?? null)}; ${again}`
  return { ...common, same: false, partAfter: first, joinAt: join < 0 ? null : join, summary }
}
