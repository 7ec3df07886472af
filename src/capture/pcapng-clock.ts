/**
 * How an interface of a pcapng file counts time, §4.2 (if_tsresol, if_tsoffset): 64 bits in units of its own. Nanoseconds
 * since 1970 are more than a double holds exactly, so that the whole second is taken off in the interface's own units.
 */
import type { Epoch } from './packet.ts'

/** The clock of one interface; what turns the two halves of a time into nanoseconds since the epoch is worked out once. */
export class InterfaceClock {
  /** The epoch in units, in two halves; see `nanoseconds`. */
  epochHigh = 0
  epochLow = 0
  readonly nsPerUnit: number
  /** The longest packet of the interface; -1 until it has started. */
  mostBytes = -1
  readonly #unitsPerSecond: bigint
  readonly #offsetSeconds: bigint

  /** `resolution` as in if_tsresol: 10⁻ⁿ, or 2⁻ⁿ with the highest bit set; `offsetSeconds` is added to each time. */
  constructor(resolution: number, offsetSeconds: bigint) {
    const base = (resolution & 0x80) === 0 ? 10 : 2
    this.#unitsPerSecond = BigInt(base) ** BigInt(resolution & 0x7f)
    this.nsPerUnit = 1e9 / Number(this.#unitsPerSecond)
    this.#offsetSeconds = offsetSeconds
  }

  /** With the first packet of the interface; one that is the first of all tells the epoch. */
  start(epoch: Epoch, high: number, low: number): void {
    if (!epoch.known) {
      const units = (BigInt(high) << 32n) + BigInt(low)
      epoch.start(Number(units / this.#unitsPerSecond + this.#offsetSeconds))
    }
    const units = (BigInt(epoch.seconds) - this.#offsetSeconds) * this.#unitsPerSecond
    this.epochHigh = Number(units >> 32n)
    this.epochLow = Number(units & 0xffffffffn)
  }

  /** Since the epoch; whole ones. */
  nanoseconds(high: number, low: number): number {
    return Math.floor(
      ((high - this.epochHigh) * 4294967296 + (low - this.epochLow)) * this.nsPerUnit,
    )
  }
}
