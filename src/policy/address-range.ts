/**
 * Addresses as numbers (IPv4) or as text (IPv6) that sorts as the addresses do, so that one, a prefix and a
 * range are all a range of those. What a rule says of IPv6 is read once; large sets are asked often.
 */
import type { Value } from '../facts/rule-set.ts'
import { parseAddress, quadNumber } from '../wire/address.ts'

/** A number for IPv4, text for IPv6. */
export type AddressKey = number | string

/** The bytes of an address, two to a character. The bits past `length` are those of `rest`. */
function keyOf(bytes: Uint8Array, length = 8 * bytes.length, rest: 0 | 0xffff = 0): string {
  let key = ''
  for (let at = 0; at < bytes.length; at += 2) {
    const pair = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    const free = Math.min(16, Math.max(0, 8 * (at + 2) - length))
    const mask = 0xffff >> (16 - free)
    key += String.fromCharCode((pair & ~mask) | (rest & mask))
  }
  return key
}

/** The key of an IPv6 address; null for other text. */
function sixKey(text: string): string | null {
  const address = parseAddress(text)
  return address?.family === 6 ? keyOf(address.bytes) : null
}

const keys = new Map<string, AddressKey | null>()
/** A packet has a few addresses, each of which many rules ask about. */
const MOST_KEYS = 64

/** The key of an address given as text; null where it is none. */
export function addressKey(text: string): AddressKey | null {
  const known = keys.get(text)
  if (known !== undefined) return known
  const key = quadNumber(text) ?? sixKey(text)
  if (keys.size >= MOST_KEYS) keys.clear()
  keys.set(text, key)
  return key
}

/** First and last key, both included; of one family. */
export type AddressRange = { readonly first: AddressKey; readonly last: AddressKey }

/** Whether the address lies in the range, and is of its family. */
export const isIn = ({ first, last }: AddressRange, key: AddressKey): boolean =>
  typeof key === typeof first && first <= key && key <= last

const range = (first: AddressKey | null, last: AddressKey | null): AddressRange | null =>
  first === null || last === null ? null : { first, last }

function readFour(value: Value): AddressRange | null {
  switch (value.kind) {
    case 'one': {
      const key = quadNumber(value.value)
      return range(key, key)
    }
    case 'range':
      return range(quadNumber(value.from), quadNumber(value.to))
    case 'prefix': {
      const base = quadNumber(value.address)
      if (base === null) return null
      const size = 2 ** (32 - Math.min(32, value.length))
      const first = base - (base % size)
      return { first, last: first + size - 1 }
    }
    case 'masked':
      return null
  }
}

function readSix(value: Value): AddressRange | null {
  if (value.kind === 'range') return range(sixKey(value.from), sixKey(value.to))
  if (value.kind === 'masked') return null
  const address = parseAddress(value.kind === 'one' ? value.value : value.address)
  if (address?.family !== 6) return null
  const length = value.kind === 'one' ? 128 : value.length
  return { first: keyOf(address.bytes, length), last: keyOf(address.bytes, length, 0xffff) }
}

const ranges = new WeakMap<Value, AddressRange | null>()

/** The addresses that a value of a rule stands for; null where it cannot be read as such. */
export function rangeOf(value: Value): AddressRange | null {
  const four = readFour(value)
  if (four !== null) return four
  const known = ranges.get(value)
  if (known !== undefined) return known
  const six = readSix(value)
  ranges.set(value, six)
  return six
}
