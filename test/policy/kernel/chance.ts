/** Chance from a seed: the same seed, the same rules and packets. What is used is counted by name. */

export type Chance = {
  /** A number from 0 up to but without `below`. */
  readonly below: (below: number) => number
  readonly pick: <T>(items: readonly T[]) => T
  /** True in `percent` of 100 cases. */
  readonly percent: (percent: number) => boolean
  /** The items in another order, `count` of them or as many as there are. */
  readonly some: <T>(items: readonly T[], count: number) => readonly T[]
  /** Draws a row, each as often as its weight says. */
  readonly draw: <Row extends { readonly weight: number }>(rows: readonly Row[]) => Row
  /** Counts a construct that was used. */
  readonly use: (name: string) => void
}

/** How often each construct was used. */
export type Uses = Map<string, number>

/** Mulberry32, a generator of 32 bits that is good enough to make test cases. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function chance(seed: number, uses: Uses = new Map()): Chance {
  const next = mulberry(seed)
  const below = (limit: number): number => Math.floor(next() * limit)
  const pick: Chance['pick'] = (items) => {
    const item = items[below(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
  const use = (name: string): void => void uses.set(name, (uses.get(name) ?? 0) + 1)
  return {
    below,
    pick,
    use,
    percent: (percent) => next() * 100 < percent,
    some: (items, count) =>
      items
        .map((item) => ({ item, rank: next() }))
        .toSorted((one, other) => one.rank - other.rank)
        .slice(0, count)
        .map(({ item }) => item),
    draw: (rows) => {
      let left = next() * rows.reduce((sum, { weight }) => sum + weight, 0)
      for (const row of rows) {
        left -= row.weight
        if (left < 0) return row
      }
      return pick(rows)
    },
  }
}

/** As many as `count`, each made anew. */
export const times = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at))
