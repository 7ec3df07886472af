/**
 * Value numbers (Cocke and Schwartz 1970): the same operation on the same values has the same number. 0 is a value that is
 * not known. The table has open addresses; it is asked once a step and pass.
 */

/** A code that no instruction has: the kind of the values that are constants. */
const CONSTANT = 0x10000

export class ValueTable {
  private slots = new Uint32Array(256)
  private codes: number[] = [0]
  private lefts: number[] = [0]
  private rights: number[] = [0]

  /** The number of what `code` makes of two operands, which are numbers of values or constants. */
  number(code: number, left: number, right: number): number {
    const { slots, codes, lefts, rights } = this
    const mask = slots.length - 1
    let hash =
      Math.imul(code ^ Math.imul(left, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(right, 0xc2b2ae35)
    hash ^= hash >>> 15
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const value = slots[at] as number
      if (value === 0) {
        slots[at] = codes.length
        break
      }
      if (codes[value] === code && lefts[value] === left && rights[value] === right) return value
    }
    codes.push(code)
    lefts.push(left)
    rights.push(right)
    if (codes.length * 2 > slots.length) this.grow()
    return codes.length - 1
  }

  constant(k: number): number {
    return this.number(CONSTANT, k, 0)
  }

  /** The constant that a value is; null where it is none. */
  constantOf(value: number): number | null {
    return this.codes[value] === CONSTANT ? (this.lefts[value] as number) : null
  }

  private grow(): void {
    const { codes, lefts, rights } = this
    this.slots = new Uint32Array(this.slots.length * 4)
    this.codes = [0]
    this.lefts = [0]
    this.rights = [0]
    for (let value = 1; value < codes.length; value++)
      this.number(codes[value] as number, lefts[value] as number, rights[value] as number)
  }
}
