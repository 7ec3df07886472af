/** Bytes changed by chance, in the ways in which decoders break; the same seed gives the same bytes. */

/** A small random generator (xorshift32): fast, and repeatable by its seed. */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0 || 1
  }

  /** An integer from 0 up to, not including, `bound` (at most 2^31). */
  below(bound: number): number {
    let state = this.#state
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    this.#state = state
    return (state >>> 1) % bound
  }

  pick<Value>(values: readonly Value[]): Value {
    const value = values[this.below(values.length)]
    if (value === undefined) throw new RangeError('nothing to pick from')
    return value
  }
}

/** Numbers at which lengths and counts go wrong. */
const EDGES = [
  0, 1, 2, 3, 4, 5, 7, 8, 0x0f, 0x10, 0x1f, 0x20, 0x3f, 0x40, 0x45, 0x60, 0x7f, 0x80, 0xc0, 0xff,
]

/** The bytes with one to eight changes, at most `most` long. */
export function mutate(bytes: Uint8Array, chance: Chance, most = 65_536): Uint8Array {
  let changed: Uint8Array = bytes.slice(0, most)
  for (let left = 1 + chance.below(8); left > 0; left--) changed = change(changed, chance, most)
  return changed
}

function change(bytes: Uint8Array, chance: Chance, most: number): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(chance.below(256))
  // Headers stand in front: half of the changes are made there.
  const at = chance.below(chance.below(2) === 0 ? Math.min(64, bytes.length) : bytes.length)
  switch (chance.below(8)) {
    case 0:
      bytes[at] = chance.below(256)
      return bytes
    case 1:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.below(8))
      return bytes
    case 2:
      bytes[at] = chance.pick(EDGES)
      return bytes
    case 3:
      // Two or four bytes of a length that is far too large, or none.
      bytes.fill(chance.pick([0, 0x7f, 0x80, 0xff]), at, at + chance.pick([2, 4]))
      return bytes
    case 4:
      return bytes.slice(0, at)
    case 5: {
      const end = at + 1 + chance.below(16)
      return joined(bytes.subarray(0, at), bytes.subarray(end))
    }
    case 6: {
      const end = at + 1 + chance.below(64)
      return joined(bytes.subarray(0, end), bytes.subarray(at)).slice(0, most)
    }
    default: {
      const from = chance.below(bytes.length)
      bytes.copyWithin(at, from, from + 1 + chance.below(32))
      return bytes
    }
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}

/** Any bytes at all. */
export function anyBytes(chance: Chance, most: number): Uint8Array {
  const bytes = new Uint8Array(chance.below(most))
  for (let at = 0; at < bytes.length; at++) bytes[at] = chance.below(256)
  return bytes
}
