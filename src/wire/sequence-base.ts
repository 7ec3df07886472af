/**
 * The sequence numbers that tcpdump's relative ones count from: for each pair of addresses and
 * ports those of the first segment with an ACK, or of the last SYN with one (print-tcp.c).
 */
import type { Headers } from './headers.ts'

/** Words of an entry: addresses 8, ports 1, whether it is in use with the version 1, bases 2. */
const ENTRY_WORDS = 12
const FIRST_ENTRIES = 1 << 12
/** Beyond it the table begins anew: its entries are of connections long gone. */
const MOST_ENTRIES = 1 << 20

/** What is remembered of all connections of a capture. */
export class SequenceBases {
  private words: Int32Array = new Int32Array(FIRST_ENTRIES * ENTRY_WORDS)
  private entries = FIRST_ENTRIES
  private used = 0
  private readonly key: Int32Array = new Int32Array(10)
  /** Of the segment that was looked up last: what its sender's and its receiver's numbers count from. */
  sequence = 0
  acknowledgment = 0
  /** The same, where a SACK block counts. */
  sack = 0

  /** Looks up the segment, which must have an ACK; one that begins a conversation counts from 0. */
  look(headers: Headers): void {
    const isReversed = this.makeKey(headers)
    if (2 * this.used > this.entries) this.grow()
    const { words } = this
    let at = this.placeOf(this.key)
    while (words[at + 9] !== 0 && !this.isAt(at)) {
      at += ENTRY_WORDS
      if (at === words.length) at = 0
    }
    const { sequence, acknowledgment } = headers
    if (words[at + 9] === 0 || (headers.flags & 2) !== 0) {
      if (words[at + 9] === 0) this.used++
      words.set(this.key, at)
      words[at + 10] = isReversed ? acknowledgment - 1 : sequence
      words[at + 11] = isReversed ? sequence : acknowledgment - 1
      this.sequence = 0
      this.acknowledgment = 0
      this.sack = acknowledgment - 1
      return
    }
    const low = words[at + 10] ?? 0
    const high = words[at + 11] ?? 0
    this.sequence = isReversed ? high : low
    this.acknowledgment = isReversed ? low : high
    this.sack = this.acknowledgment
  }

  /** The lower port first; true where that is the receiver's. Fills `key`. */
  private makeKey(headers: Headers): boolean {
    const { view, key } = { view: headers.view, key: this.key }
    const { sourcePort, destinationPort, sourceAddressAt: source } = headers
    const destination = headers.destinationAddressAt
    const words = headers.ipVersion === 4 ? 1 : 4
    const isReversed =
      sourcePort > destinationPort ||
      (sourcePort === destinationPort && compare(view, source, destination, 4 * words) > 0)
    const first = isReversed ? destination : source
    const second = isReversed ? source : destination
    for (let word = 0; word < 4; word++) {
      key[word] = word < words ? view.getInt32(first + 4 * word) : 0
      key[4 + word] = word < words ? view.getInt32(second + 4 * word) : 0
    }
    key[8] = isReversed
      ? (destinationPort << 16) | sourcePort
      : (sourcePort << 16) | destinationPort
    key[9] = headers.ipVersion
    return isReversed
  }

  private placeOf(key: Int32Array): number {
    let hash = 0
    for (let word = 0; word < 9; word++) {
      hash = Math.imul(hash ^ (key[word] ?? 0), 0x9e3779b1)
      hash ^= hash >>> 15
    }
    return (hash & (this.entries - 1)) * ENTRY_WORDS
  }

  private isAt(at: number): boolean {
    const { words, key } = this
    for (let word = 8; word >= 0; word--) if (words[at + word] !== key[word]) return false
    return words[at + 9] === key[9]
  }

  private grow(): void {
    const old = this.words
    const isFull = this.entries >= MOST_ENTRIES
    this.entries = isFull ? FIRST_ENTRIES : 2 * this.entries
    this.words = new Int32Array(this.entries * ENTRY_WORDS)
    if (isFull) {
      this.used = 0
      return
    }
    for (let from = 0; from < old.length; from += ENTRY_WORDS) {
      if (old[from + 9] === 0) continue
      const entry = old.subarray(from, from + ENTRY_WORDS)
      let at = this.placeOf(entry)
      while (this.words[at + 9] !== 0) {
        at += ENTRY_WORDS
        if (at === this.words.length) at = 0
      }
      this.words.set(entry, at)
    }
  }
}

function compare(view: DataView, one: number, other: number, bytes: number): number {
  for (let at = 0; at < bytes; at++) {
    const difference = view.getUint8(one + at) - view.getUint8(other + at)
    if (difference !== 0) return difference
  }
  return 0
}
