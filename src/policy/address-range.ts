/**
 * Addresses as text that sorts as the addresses do, so that one, a prefix and a range are all a
 * range of texts. What a rule says is read once; large sets are asked often.
 */
import type { Value } from '../facts/rule-set.ts'
import { parseAddress } from '../wire/address.ts'

/**
 * The bytes of an address, two to a character: 2 characters for IPv4, 8 for IPv6. The bits past
 * `length` are those of `rest`.
 */
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

const keys = new Map<string, string | null>()
/** A packet has a few addresses, each of which many rules ask about. */
const MOST_KEYS = 64

/** The key of an address given as text; null where it is none. */
export function addressKey(text: string): string | null {
  const known = keys.get(text)
  if (known !== undefined) return known
  const address = parseAddress(text)
  const key = address && keyOf(address.bytes)
  if (keys.size >= MOST_KEYS) keys.clear()
  keys.set(text, key)
  return key
}

/** First and last key, both included; of one family. */
export type AddressRange = { readonly first: string; readonly last: string }

/** Whether the address lies in the range, and is of its family. */
export const isIn = ({ first, last }: AddressRange, key: string): boolean =>
  key.length === first.length && first <= key && key <= last

function read(value: Value): AddressRange | null {
  if (value.kind === 'range') {
    const [first, last] = [parseAddress(value.from), parseAddress(value.to)]
    return first === null || last === null || first.family !== last.family
      ? null
      : { first: keyOf(first.bytes), last: keyOf(last.bytes) }
  }
  if (value.kind === 'masked') return null
  const address = parseAddress(value.kind === 'one' ? value.value : value.address)
  if (address === null) return null
  if (value.kind === 'one') {
    const key = keyOf(address.bytes)
    return { first: key, last: key }
  }
  const { length } = value
  return { first: keyOf(address.bytes, length), last: keyOf(address.bytes, length, 0xffff) }
}

const ranges = new WeakMap<Value, AddressRange | null>()

/** The addresses that a value of a rule stands for; null where it cannot be read as such. */
export function rangeOf(value: Value): AddressRange | null {
  const known = ranges.get(value)
  if (known !== undefined) return known
  const range = read(value)
  ranges.set(value, range)
  return range
}
