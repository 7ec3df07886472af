/**
 * IPv4 and IPv6 addresses and prefixes: RFC 4291 §2.2 (text forms), RFC 5952 (the one canonical
 * text), RFC 4007 §11 (zones), RFC 6890 and the registries behind it (what a range is for).
 * Text that is no address gives null; nothing throws.
 */

/** An address; `bytes` is in network order. */
export type Address = {
  readonly family: 4 | 6
  /** 4 or 16 bytes. */
  readonly bytes: Uint8Array
  /** The zone of an IPv6 address, such as `eth0` in `fe80::1%eth0`. */
  readonly zone: string | null
}

/** A prefix as it was written: bits past `length` may be set in `address`. */
export type Prefix = {
  readonly address: Address
  /** 0–32 or 0–128. */
  readonly length: number
}

/** What a range of addresses is for. */
export type AddressKind =
  | 'loopback'
  | 'unspecified'
  | 'link-local'
  | 'private'
  | 'multicast'
  | 'broadcast'
  | 'documentation'
  | 'shared'
  | 'benchmarking'
  | 'reserved'
  | 'translation'
  | 'global'

/** The longest text: eight groups with embedded IPv4 is 45, and an interface name is at most 15. */
const LONGEST_TEXT = 128

const DECIMAL = /^(?:0|[1-9]\d{0,2})$/
const GROUP = /^[0-9a-fA-F]{1,4}$/
const ZONE = /^[^\s%/\u0000-\u001f\u007f]+$/

/**
 * A dotted quad of four decimals without leading zeros as a number; null for other text. Read by hand: a
 * firewall may have ten thousands of them.
 */
export function quadNumber(text: string): number | null {
  let [number, bytes, byte, digits] = [0, 0, 0, 0]
  for (let at = 0; at <= text.length; at++) {
    const code = at === text.length ? DOT : text.charCodeAt(at)
    if (code >= ZERO && code <= ZERO + 9) {
      if (digits > 0 && byte === 0) return null
      byte = 10 * byte + code - ZERO
      digits++
    } else {
      if (digits === 0 || byte > 255 || code !== DOT) return null
      number = number * 256 + byte
      bytes++
      byte = 0
      digits = 0
    }
  }
  return bytes === 4 ? number : null
}

const ZERO = 0x30
const DOT = 0x2e

function parseQuad(text: string): readonly number[] | null {
  const number = quadNumber(text)
  return number === null
    ? null
    : [number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff]
}

/** Colon-separated groups as bytes; only the last one may be a dotted quad. Empty text is no group. */
function parseGroups(text: string, quadAllowed: boolean): number[] | null {
  if (text === '') return []
  const groups = text.split(':')
  const bytes: number[] = []
  for (const [index, group] of groups.entries()) {
    if (GROUP.test(group)) {
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 0xff)
      continue
    }
    const quad = quadAllowed && index === groups.length - 1 ? parseQuad(group) : null
    if (quad === null) return null
    bytes.push(...quad)
  }
  return bytes
}

function parseSixteen(text: string): number[] | null {
  const gap = text.indexOf('::')
  if (gap < 0) {
    const bytes = parseGroups(text, true)
    return bytes?.length === 16 ? bytes : null
  }
  const head = parseGroups(text.slice(0, gap), false)
  const tail = parseGroups(text.slice(gap + 2), true)
  if (head === null || tail === null) return null
  const missing = 16 - head.length - tail.length
  return missing < 2 ? null : [...head, ...new Array<number>(missing).fill(0), ...tail]
}

/**
 * An address from text: a dotted quad of four decimals without leading zeros, or any form of
 * RFC 4291 §2.2 with an optional `%zone`. Brackets, prefixes and anything else give null.
 */
export function parseAddress(text: string): Address | null {
  if (text.length > LONGEST_TEXT) return null
  if (!text.includes(':')) {
    const quad = parseQuad(text)
    return quad && { family: 4, bytes: Uint8Array.from(quad), zone: null }
  }
  const percent = text.indexOf('%')
  const zone = percent < 0 ? null : text.slice(percent + 1)
  if (zone !== null && !ZONE.test(zone)) return null
  const bytes = parseSixteen(percent < 0 ? text : text.slice(0, percent))
  return bytes && { family: 6, bytes: Uint8Array.from(bytes), zone }
}

/** ::ffff:0:0/96, whose last 32 bits RFC 5952 §5 writes as a dotted quad. */
const MAPPED_HEAD = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

const isMapped = (bytes: Uint8Array): boolean => MAPPED_HEAD.every((byte, at) => bytes[at] === byte)

/** The first longest run of two or more zero groups, as [from, to); RFC 5952 §4.2. */
function longestGap(groups: readonly number[]): readonly [number, number] {
  let best: readonly [number, number] = [0, 0]
  for (let from = 0; from < groups.length; from++) {
    let to = from
    while (groups[to] === 0) to++
    if (to - from >= 2 && to - from > best[1] - best[0]) best = [from, to]
    from = to
  }
  return best
}

/** The one text of an address: a dotted quad, or RFC 5952 with its zone. */
export function formatAddress(address: Address): string {
  const { bytes } = address
  if (address.family === 4) return bytes.join('.')
  const zone = address.zone === null ? '' : `%${address.zone}`
  if (isMapped(bytes)) return `::ffff:${bytes.slice(12).join('.')}${zone}`
  const groups = Array.from({ length: 8 }, (_, index) => {
    return ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)
  })
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':')
  const [from, to] = longestGap(groups)
  const text = to === 0 ? hex(groups) : `${hex(groups.slice(0, from))}::${hex(groups.slice(to))}`
  return text + zone
}

/** The canonical text of an address given in any form, or null: one value, one spelling. */
export function canonicalAddress(text: string): string | null {
  const address = parseAddress(text)
  return address && formatAddress(address)
}

/** The family of an address given as text; null when it is a name or anything else. */
export const familyOf = (text: string): 4 | 6 | null => parseAddress(text)?.family ?? null

/** A prefix from text such as `10.0.0.0/8`; a bare address has its full length; else null. */
export function parsePrefix(text: string): Prefix | null {
  const slash = text.indexOf('/')
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash))
  if (address === null) return null
  const longest = address.family === 4 ? 32 : 128
  if (slash < 0) return { address, length: longest }
  const digits = text.slice(slash + 1)
  if (!DECIMAL.test(digits) || Number(digits) > longest) return null
  return { address, length: Number(digits) }
}

/** The text of a prefix as it was written, always with its length. */
export const formatPrefix = (prefix: Prefix): string =>
  `${formatAddress(prefix.address)}/${prefix.length}`

/** True when `address` is of the prefix's family and shares its first `length` bits; zones do not count. */
export function contains(prefix: Prefix, address: Address): boolean {
  if (prefix.address.family !== address.family) return false
  const whole = prefix.length >> 3
  for (let at = 0; at < whole; at++) {
    if (prefix.address.bytes[at] !== address.bytes[at]) return false
  }
  const shift = 8 - (prefix.length & 7)
  if (shift === 8) return true
  return (prefix.address.bytes[whole] ?? 0) >> shift === (address.bytes[whole] ?? 0) >> shift
}

/** The prefix with every bit past its length cleared: `10.1.2.3/8` becomes `10.0.0.0/8`. */
export function networkOf(prefix: Prefix): Prefix {
  const bytes = prefix.address.bytes.map((byte, at) => {
    const kept = Math.min(8, Math.max(0, prefix.length - 8 * at))
    return byte & (0xff << (8 - kept))
  })
  return { address: { ...prefix.address, bytes }, length: prefix.length }
}

/** The address with the prefix's bits in the place of its own first ones; null where their families differ. */
export function transplant(address: Address, prefix: Prefix): Address | null {
  if (address.family !== prefix.address.family) return null
  const bytes = address.bytes.map((byte, at) => {
    const kept = Math.min(8, Math.max(0, prefix.length - 8 * at))
    const mask = (0xff << (8 - kept)) & 0xff
    return ((prefix.address.bytes[at] ?? 0) & mask) | (byte & ~mask)
  })
  return { ...address, bytes }
}

/** IPv4 before IPv6, then by value, then by zone: negative, zero or positive as for a sort. */
export function compareAddress(one: Address, other: Address): number {
  if (one.family !== other.family) return one.family - other.family
  for (let at = 0; at < one.bytes.length; at++) {
    const difference = (one.bytes[at] ?? 0) - (other.bytes[at] ?? 0)
    if (difference !== 0) return difference
  }
  const [zone, otherZone] = [one.zone ?? '', other.zone ?? '']
  return zone < otherZone ? -1 : Number(zone > otherZone)
}

/** Whether a prefix takes in an address, both as text; false where either is none. */
export function covers(prefix: string, address: string): boolean {
  const [range, one] = [parsePrefix(prefix), parseAddress(address)]
  return range !== null && one !== null && contains(range, one)
}

/** The address just above (1) or below (-1); null past the last or the first of its family. */
export function neighbourOf(address: Address, by: 1 | -1): Address | null {
  const bytes = Uint8Array.from(address.bytes)
  const edge = by === 1 ? 255 : 0
  let at = bytes.length - 1
  while (at >= 0 && bytes[at] === edge) bytes[at--] = 255 - edge
  if (at < 0) return null
  bytes[at] = (bytes[at] ?? 0) + by
  return { ...address, bytes }
}

/** True when `address` lies between `first` and `last`, both included, all of one family; zones do not count. */
export function inRange(address: Address, first: Address, last: Address): boolean {
  if (address.family !== first.family || address.family !== last.family) return false
  const bare = (one: Address): Address => ({ ...one, zone: null })
  return (
    compareAddress(bare(first), bare(address)) <= 0 &&
    compareAddress(bare(address), bare(last)) <= 0
  )
}

/** Ranges by purpose, the first match wins. */
const RANGES: readonly (readonly [string, AddressKind])[] = [
  ['255.255.255.255/32', 'broadcast'], // RFC 919 §7
  ['0.0.0.0/32', 'unspecified'], // RFC 1122 §3.2.1.3
  ['0.0.0.0/8', 'reserved'], // RFC 791 §3.2, “this network”
  ['10.0.0.0/8', 'private'], // RFC 1918 §3
  ['172.16.0.0/12', 'private'],
  ['192.168.0.0/16', 'private'],
  ['100.64.0.0/10', 'shared'], // RFC 6598 §7
  ['127.0.0.0/8', 'loopback'], // RFC 1122 §3.2.1.3
  ['169.254.0.0/16', 'link-local'], // RFC 3927 §2.1
  ['192.0.2.0/24', 'documentation'], // RFC 5737 §3
  ['198.51.100.0/24', 'documentation'],
  ['203.0.113.0/24', 'documentation'],
  ['198.18.0.0/15', 'benchmarking'], // RFC 2544 appendix C.2.2
  ['224.0.0.0/4', 'multicast'], // RFC 5771 §3
  ['240.0.0.0/4', 'reserved'], // RFC 1112 §4
  ['::/128', 'unspecified'], // RFC 4291 §2.5.2
  ['::1/128', 'loopback'], // RFC 4291 §2.5.3
  ['fe80::/10', 'link-local'], // RFC 4291 §2.5.6
  ['fc00::/7', 'private'], // RFC 4193 §3.1
  ['ff00::/8', 'multicast'], // RFC 4291 §2.7
  ['2001:db8::/32', 'documentation'], // RFC 3849 §2
  ['3fff::/20', 'documentation'], // RFC 9637 §3
  ['2001:2::/48', 'benchmarking'], // RFC 5180 §8
  ['64:ff9b::/96', 'translation'], // RFC 6052 §2.1
  ['64:ff9b:1::/48', 'translation'], // RFC 8215 §5
]

const KINDS: readonly { readonly prefix: Prefix; readonly kind: AddressKind }[] = RANGES.flatMap(
  ([text, kind]) => {
    const prefix = parsePrefix(text)
    return prefix === null ? [] : [{ prefix, kind }]
  },
)

/** What the address is for; an IPv4-mapped address (RFC 4291 §2.5.5.2) is judged as its IPv4 one. */
export function classify(address: Address): AddressKind {
  if (address.family === 6 && isMapped(address.bytes)) {
    return classify({ family: 4, bytes: address.bytes.slice(12), zone: null })
  }
  return KINDS.find(({ prefix }) => contains(prefix, address))?.kind ?? 'global'
}

/** What an address given as text is for; null where it is none. */
export function kindOf(text: string): AddressKind | null {
  const address = parseAddress(text)
  return address && classify(address)
}

/** Whether the text is an address that nobody outside its network has a route to (RFC 1918, RFC 4193, RFC 6598). */
export const isPrivate = (text: string): boolean =>
  ['private', 'shared'].includes(kindOf(text) ?? '')
