/**
 * A table of autonomous systems in a file, one range a line, in the forms in which they are published:
 * `PREFIX AS [NAME]` (pyasn), `NETWORK LENGTH AS` (CAIDA's pfx2as), `FIRST LAST AS COUNTRY NAME` (iptoasn).
 */
import {
  type Address,
  contains,
  formatPrefix,
  inRange,
  type Prefix,
  parseAddress,
  parsePrefix,
} from '../wire/address.ts'

/** One line of the table. */
export type AsnEntry = {
  readonly number: number
  readonly name: string | null
  /** As the table has it. */
  readonly range: string
  readonly holds: (address: Address) => boolean
  /** How much of an address is given: of two entries that hold one, the greater is nearer. */
  readonly bits: number
}

const numberOf = (text: string): number | null => {
  // Several origins of one prefix are joined by `_` or `,`; the first is taken.
  const [, digits] = /^(?:AS)?(\d{1,10})(?:[_,].*)?$/i.exec(text) ?? []
  return digits === undefined ? null : Number(digits)
}

function rangeBits(first: Address, last: Address): number {
  for (let at = 0; at < first.bytes.length; at++) {
    const differing = (first.bytes[at] ?? 0) ^ (last.bytes[at] ?? 0)
    if (differing !== 0) return 8 * at + Math.clz32(differing) - 24
  }
  return 8 * first.bytes.length
}

function entry(prefix: Prefix, asn: string, name: readonly string[]): AsnEntry | null {
  const number = numberOf(asn)
  if (number === null) return null
  return {
    number,
    name: name.join(' ') || null,
    range: formatPrefix(prefix),
    holds: (address) => contains(prefix, address),
    bits: prefix.length,
  }
}

function parseLine(line: string): AsnEntry | null {
  const isTabbed = line.includes('\t')
  const [one = '', two = '', three = '', ...rest] = line.split(isTabbed ? '\t' : /\s+/)
  const prefix = parsePrefix(one)
  if (prefix === null) return null
  if (one.includes('/')) return entry(prefix, two, [three, ...rest].filter(Boolean))
  const last = parseAddress(two)
  if (last === null) {
    const whole = parsePrefix(`${one}/${two}`)
    return whole === null ? null : entry(whole, three, rest)
  }
  const number = numberOf(three)
  if (number === null || last.family !== prefix.address.family) return null
  const first = prefix.address
  return {
    number,
    name: rest.slice(1).join(' ') || null,
    range: `${one} - ${two}`,
    holds: (address) => inRange(address, first, last),
    bits: rangeBits(first, last),
  }
}

/** Reads a table; comments (#) and empty lines are passed over, and how many lines read otherwise is told. */
export function parseAsnTable(text: string): {
  readonly entries: readonly AsnEntry[]
  readonly unread: number
} {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  const told = lines.filter((line) => line !== '' && !line.startsWith('#'))
  const entries = told.map(parseLine).filter((one) => one !== null)
  return { entries, unread: told.length - entries.length }
}

/** The nearest entry that holds the address; null where none does, or it is announced by nobody (AS 0). */
export function findAsn(entries: readonly AsnEntry[], address: Address): AsnEntry | null {
  let found: AsnEntry | null = null
  for (const one of entries)
    if ((found === null || one.bits > found.bits) && one.holds(address)) found = one
  return found === null || found.number === 0 ? null : found
}
