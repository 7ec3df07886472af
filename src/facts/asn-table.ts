/**
 * A table of autonomous systems in a file, one range a line, in the forms in which they are published:
 * `PREFIX AS [NAME]` (pyasn), `NETWORK LENGTH AS` (CAIDA's pfx2as), `FIRST LAST AS COUNTRY NAME` (iptoasn). Such
 * files have half a million lines: of each only the range is read, and the rest where an address is found.
 */
import {
  type Address,
  inRange,
  networkOf,
  parseAddress,
  parsePrefix,
  quadNumber,
} from '../wire/address.ts'

/** What the table has on an address. */
export type AsnEntry = {
  readonly number: number
  readonly name: string | null
  /** As the table has it. */
  readonly range: string
}

/** A line in its words: the range as one or two of them, the number, and what follows. */
type Words = { readonly range: string; readonly asn: string; readonly rest: readonly string[] }

const wordsOf = (line: string): string[] => line.split(line.includes('\t') ? '\t' : /\s+/)

function readLine(line: string): Words {
  const [one = '', two = '', three = '', ...rest] = wordsOf(line)
  if (one.includes('/'))
    return { range: one, asn: two, rest: three === '' ? rest : [three, ...rest] }
  if (/^\d{1,3}$/.test(two)) return { range: `${one}/${two}`, asn: three, rest }
  return { range: `${one} - ${two}`, asn: three, rest: rest.slice(1) }
}

/** Several origins of one prefix are joined by `_` or `,`; the first is taken. AS 0 is nobody. */
function numberOf(asn: string): number | null {
  const [, digits] = /^(?:AS)?(\d{1,10})(?:[_,].*)?$/i.exec(asn) ?? []
  const number = Number(digits ?? 0)
  return number > 0 && number <= 0xffff_ffff ? number : null
}

/** The range of addresses that a line begins with; null where it begins with none. */
type Range<T> = { readonly first: T; readonly last: T }

function lengthOf(text: string, longest: number): number | null {
  const length = /^\d{1,3}$/.test(text) ? Number(text) : longest + 1
  return length <= longest ? length : null
}

/** The first two words of a line, without looking at the rest of it. */
function begin(line: string): readonly [string, string] {
  const [, one = '', two = ''] = /^(\S+)\s+(\S+)/.exec(line) ?? []
  return [one, two]
}

function readFour(one: string, two: string): Range<number> | null {
  const slash = one.indexOf('/')
  const base = quadNumber(slash < 0 ? one : one.slice(0, slash))
  if (base === null) return null
  const length = lengthOf(slash < 0 ? two : one.slice(slash + 1), 32)
  const last = length === null && slash < 0 ? quadNumber(two) : null
  if (last !== null) return last < base ? null : { first: base, last }
  if (length === null) return null
  const size = 2 ** (32 - length)
  const first = base - (base % size)
  return { first, last: first + size - 1 }
}

function readSix(one: string, two: string): Range<Address> | null {
  const isPrefix = one.includes('/') || /^\d{1,3}$/.test(two)
  const prefix = parsePrefix(one.includes('/') || !isPrefix ? one : `${one}/${two}`)
  if (prefix === null || prefix.address.family !== 6) return null
  if (!isPrefix) {
    const last = parseAddress(two)
    return last?.family === 6 ? { first: prefix.address, last } : null
  }
  const { address: first } = networkOf(prefix)
  const bytes = first.bytes.map((byte, at) => {
    const kept = Math.min(8, Math.max(0, prefix.length - 8 * at))
    return byte | (0xff >> kept)
  })
  return { first, last: { ...first, bytes } }
}

/** How many bits a range's ends share: the more, the nearer it is to an address in it. */
function sharedBits({ first, last }: Range<Address>): number {
  for (let at = 0; at < first.bytes.length; at++) {
    const differing = (first.bytes[at] ?? 0) ^ (last.bytes[at] ?? 0)
    if (differing !== 0) return 8 * at + Math.clz32(differing) - 24
  }
  return 8 * first.bytes.length
}

const numberOfFour = ({ bytes }: Address): number =>
  bytes.reduce((number, byte) => number * 256 + byte, 0)

/** A table that was read. */
export class AsnTable {
  /** Lines that were understood, and those that were not. */
  readonly size: number
  readonly unread: number
  private readonly lines: string[] = []
  private readonly firsts: number[] = []
  private readonly lasts: number[] = []
  private readonly six: { readonly range: Range<Address>; readonly line: string }[] = []

  /** Reads the text; comments (#) and empty lines are passed over. */
  constructor(text: string) {
    let unread = 0
    for (let at = 0; at < text.length; ) {
      const next = text.indexOf('\n', at)
      const end = next < 0 ? text.length : next
      const line = text.slice(at, end).trim()
      at = end + 1
      if (line !== '' && !line.startsWith('#') && !this.add(line)) unread++
    }
    this.size = this.lines.length + this.six.length
    this.unread = unread
  }

  private add(line: string): boolean {
    const [one, two] = begin(line)
    if (one.includes(':')) {
      const range = readSix(one, two)
      if (range !== null) this.six.push({ range, line })
      return range !== null
    }
    const range = readFour(one, two)
    if (range === null) return false
    this.lines.push(line)
    this.firsts.push(range.first)
    this.lasts.push(range.last)
    return true
  }

  /** The nearest range that holds the address; null where none does, or its line tells no number. */
  find(address: Address): AsnEntry | null {
    const line = address.family === 4 ? this.findFour(address) : this.findSix(address)
    if (line === null) return null
    const { range, asn, rest } = readLine(line)
    const number = numberOf(asn)
    return number === null ? null : { number, name: rest.join(' ') || null, range }
  }

  private findFour(address: Address): string | null {
    const wanted = numberOfFour(address)
    let [found, least] = [-1, Number.POSITIVE_INFINITY]
    for (let index = 0; index < this.firsts.length; index++) {
      const [first = 0, last = 0] = [this.firsts[index], this.lasts[index]]
      if (wanted < first || wanted > last || last - first >= least) continue
      found = index
      least = last - first
    }
    return this.lines[found] ?? null
  }

  private findSix(address: Address): string | null {
    const holding = this.six.filter(({ range }) => inRange(address, range.first, range.last))
    const [nearest] = holding.toSorted((a, b) => sharedBits(b.range) - sharedBits(a.range))
    return nearest?.line ?? null
  }
}
