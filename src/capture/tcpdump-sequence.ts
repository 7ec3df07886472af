/**
 * tcpdump prints TCP's numbers as they are in the first segment of a connection and in SYNs, and counts from those in all
 * others (print-tcp.c), unless `-S` is given. This turns both back into the numbers on the wire: of the two that a printed one
 * may stand for, the one that is closer to where its side was last.
 */

/** One side of a connection. */
type Side = {
  /** What printed numbers count from; null until it is known. */
  base: number | null
  /** The number that is expected next. */
  next: number
}

/** Connections that are remembered; the oldest gives way. */
const MOST_CONNECTIONS = 100_000

const near = (one: number, other: number): number => Math.abs((one - other) | 0)

/** The connections of one capture. */
export class TextSequences {
  readonly #sides = new Map<string, Side>()

  /** The number of an acknowledgment to, or a SACK edge of, what the side `key` has sent. */
  acknowledged(key: string, printed: number): number {
    const side = this.#side(key)
    const number = this.#resolve(side, printed)
    // tcpdump counts from one less, so that the first byte is 1.
    if (side.base === null) this.#begin(side, (number - 1) >>> 0, number)
    return number
  }

  /** The sequence number of a segment of `length` (SYN and FIN counted); `printed` is null where tcpdump leaves it out. */
  sent(key: string, printed: number | null, length: number, syn: boolean): number {
    const side = this.#side(key)
    if (printed === null) return side.next
    const number = syn ? printed : this.#resolve(side, printed)
    // A reset's number may stand alone (0 where nothing was acknowledged): nothing counts from an empty segment.
    if (syn || (side.base === null && length > 0)) this.#begin(side, number, number)
    if (length > 0) side.next = (number + length) >>> 0
    return number
  }

  #resolve(side: Side, printed: number): number {
    if (side.base === null) return printed
    const relative = (side.base + printed) >>> 0
    return near(printed, side.next) < near(relative, side.next) ? printed : relative
  }

  #begin(side: Side, base: number, next: number): void {
    side.base = base
    side.next = next
  }

  #side(key: string): Side {
    const known = this.#sides.get(key)
    if (known !== undefined) return known
    if (this.#sides.size === MOST_CONNECTIONS) {
      for (const oldest of this.#sides.keys()) {
        this.#sides.delete(oldest)
        break
      }
    }
    const side: Side = { base: null, next: 0 }
    this.#sides.set(key, side)
    return side
  }
}
