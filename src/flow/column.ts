/**
 * Numbers of many connections in flat arrays. A hundred thousand connections may be open at once: as
 * objects their numbers would take two kilobytes each, as columns they take a third of it, and nothing
 * that a collector would have to look at. Records read and write their numbers as if they had them.
 */

/** A record whose integers begin at `intAt` of `ints`, and its other numbers at `doubleAt` of `doubles`. */
export abstract class Columned {
  readonly ints: Int32Array
  readonly doubles: Float64Array
  readonly intAt: number
  readonly doubleAt: number
  /** What was set of what few records have. */
  rare: Record<string, unknown> | null = null

  constructor(ints: Int32Array, intAt: number, doubles: Float64Array, doubleAt: number) {
    this.ints = ints
    this.intAt = intAt
    this.doubles = doubles
    this.doubleAt = doubleAt
  }
}

/** What records of a kind hold, by name. */
export type Columns = {
  /** Integers of 32 bits that begin as 0, and others that begin as -1, "not seen". */
  readonly zeros: readonly string[]
  readonly unseen: readonly string[]
  /** 0 or 1 as false or true. */
  readonly flags: readonly string[]
  /** What 32 bits do not hold: nanoseconds and sums of bytes; they begin as 0. */
  readonly doubles: readonly string[]
  /** What few records have, with what it is where it was never set: it takes no room until then. */
  readonly rare: Readonly<Record<string, unknown>>
}

/** How many integers a record of this kind has. */
export const countInts = ({ zeros, unseen, flags }: Columns): number =>
  zeros.length + unseen.length + flags.length

/** Where a number lies in its array, counted from where the record begins there. */
export function placeOf({ zeros, unseen, flags, doubles }: Columns, name: string): number {
  const integer = [...zeros, ...unseen, ...flags].indexOf(name)
  const place = integer >= 0 ? integer : doubles.indexOf(name)
  if (place < 0) throw new RangeError(`no column is named ${name}`)
  return place
}

/** Integers as they stand in a record of which nothing was seen. */
export function blankInts({ zeros, unseen, flags }: Columns): Int32Array {
  const blank = new Int32Array(zeros.length + unseen.length + flags.length)
  return blank.fill(-1, zeros.length, zeros.length + unseen.length)
}

/** Gives the records of a class their numbers as properties; in the order of `columns` they lie in the arrays. */
export function defineColumns(prototype: Columned, columns: Columns): void {
  const integers = [...columns.zeros, ...columns.unseen]
  for (const [index, name] of integers.entries()) defineInteger(prototype, name, index)
  for (const [index, name] of columns.flags.entries())
    defineFlag(prototype, name, integers.length + index)
  for (const [index, name] of columns.doubles.entries()) defineDouble(prototype, name, index)
  for (const name of Object.keys(columns.rare)) defineRare(prototype, name, columns.rare)
}

// Each closure stands alone, so that the engine puts its one load in place of every use.

function defineInteger(prototype: Columned, name: string, index: number): void {
  Object.defineProperty(prototype, name, {
    get(this: Columned) {
      return this.ints[this.intAt + index]
    },
    set(this: Columned, value: number) {
      this.ints[this.intAt + index] = value
    },
  })
}

function defineFlag(prototype: Columned, name: string, index: number): void {
  Object.defineProperty(prototype, name, {
    get(this: Columned) {
      return this.ints[this.intAt + index] !== 0
    },
    set(this: Columned, value: boolean) {
      this.ints[this.intAt + index] = value ? 1 : 0
    },
  })
}

function defineDouble(prototype: Columned, name: string, index: number): void {
  Object.defineProperty(prototype, name, {
    get(this: Columned) {
      return this.doubles[this.doubleAt + index]
    },
    set(this: Columned, value: number) {
      this.doubles[this.doubleAt + index] = value
    },
  })
}

function defineRare(prototype: Columned, name: string, unset: Columns['rare']): void {
  const usual = unset[name]
  Object.defineProperty(prototype, name, {
    get(this: Columned) {
      return this.rare === null ? usual : this.rare[name]
    },
    set(this: Columned, value: unknown) {
      if (this.rare === null) {
        if (value === usual) return
        this.rare = { ...unset }
      }
      this.rare[name] = value
    },
  })
}
