/**
 * What of a packet shows at a glance, and patterns of the plainest things that a rule says of other packets than
 * this one. Most of many rules say such a thing first, so that their text need not be read. A pattern claims only
 * what reading would find: whatever it does not match is left to be read.
 */
import { parseAddress, quadNumber } from '../wire/address.ts'

/** What any packet has. */
export type Glimpse = {
  readonly family: 4 | 6
  /** `icmp` is ICMPv6 for the family 6. */
  readonly protocol: 'tcp' | 'udp' | 'icmp'
  /** Empty where it is one of several. */
  readonly source: string
  readonly destination: string
  /** Null where they are not known, or there are none. */
  readonly sourcePort: number | null
  readonly destinationPort: number | null
  /** Empty where there is none; null where it is not known. */
  readonly inputDevice: string | null
  readonly outputDevice: string | null
}

/** Patterns of addresses, and of the lengths that a prefix may have behind them; neither holds the packet's. */
export type OtherAddresses = { readonly address: string; readonly length: string }

/** A decimal byte, without leading zeros. */
const BYTE = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`
const GROUP = String.raw`[\da-f]{1,4}`

/** The numbers from `least` to `most`, as a pattern. */
const between = (least: number, most: number): string =>
  Array.from({ length: most - least + 1 }, (_, at) => least + at).join('|')

/** Addresses that differ in the byte `at`, and in none before it. */
function otherFour(bytes: readonly string[], at: number): OtherAddresses {
  const same = bytes.slice(0, at).join(String.raw`\.`)
  const others = String.raw`(?!${bytes[at]}\b)${BYTE}(?:\.${BYTE}){${3 - at}}`
  return {
    address: at === 0 ? others : String.raw`${same}\.${others}`,
    length: `(?:${between(8 * (at + 1), 32)})`,
  }
}

/** Addresses that differ in the group `at`, and in none before it: in full, or with `::` and one group or none. */
function otherSix(groups: readonly string[], at: number): OtherAddresses {
  const same = groups.slice(0, at).map((group) => `${group}:`)
  const [most, rest] = [5 - at, 6 - at]
  const end = `(?:(?:${GROUP}:){0,${most}}:(?:${GROUP})?|(?:${GROUP}:){${rest}}${GROUP})`
  return {
    address: `${same.join('')}(?!0*${groups[at]}:)${GROUP}:${end}`,
    length: `(?:${between(16 * (at + 1), 128)})`,
  }
}

/** Groups behind which a `::` may follow and be read without counting. */
const SHOWN_GROUPS = 6

/** The addresses and prefixes that do not hold this one, in their usual spellings; none where it is no address. */
export function otherAddresses(text: string): readonly OtherAddresses[] {
  if (quadNumber(text) !== null) {
    const bytes = text.split('.')
    return bytes.map((_, at) => otherFour(bytes, at))
  }
  const address = parseAddress(text)
  if (address?.family !== 6) return []
  const { bytes } = address
  const groups = Array.from({ length: SHOWN_GROUPS }, (_, at) =>
    (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16),
  )
  return groups.map((_, at) => otherSix(groups, at))
}

/** A pattern of every port but this one, as a number. */
export const otherPort = (port: number): string => String.raw`(?!${port}\b)(?:0|[1-9]\d{0,4})\b`

/** A pattern of the names of every device but this one, none of them with a wildcard; quoted by `quote`. */
export function otherDevice(name: string, quote = ''): string {
  const plain = name.replace(/[^\w]/g, String.raw`\$&`)
  return String.raw`${quote}(?!${plain}(?![\w.@-]))[\w.@-]+${quote}`
}

/** Asks `make` once for each packet whether a text is plainly of others; a pattern of nothing matches none. */
export function glance(
  make: (glimpse: Glimpse) => RegExp,
): (text: string, glimpse: Glimpse) => boolean {
  const patterns = new WeakMap<Glimpse, RegExp>()
  return (text, glimpse) => {
    let pattern = patterns.get(glimpse)
    if (pattern === undefined) {
      pattern = make(glimpse)
      patterns.set(glimpse, pattern)
    }
    return pattern.test(text)
  }
}
