/** Addresses in every form in which reports hold them, found and disguised. */
import {
  type Address,
  formatAddress,
  formatPrefix,
  networkOf,
  type Prefix,
  parsePrefix,
} from '../../wire/address.ts'
import { formatMac, isGroupMac, parseMac } from '../../wire/mac.ts'
import { disguiseIpv4 } from './ipv4.ts'
import { disguiseIpv6 } from './ipv6.ts'
import { pseudonyms } from './pseudonym.ts'
import type { Rule } from './rule.ts'

/** An address may be glued to a word or followed by a port, as tcpdump(8) prints it: 192.0.2.1.53. */
const IPV4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?(?!\d)/g
/** Whatever may hold one: a colon, a port or a full stop may stand behind it. */
const IPV6 = /(?<![0-9A-Za-z])[0-9A-Fa-f]*:[0-9A-Fa-f.:]*:[0-9A-Fa-f.:]*(?:\/\d{1,3})?/g
const REVERSE = /\b(?:\d{1,3}\.){4}in-addr\.arpa\b|\b(?:[0-9A-Fa-f]\.){32}ip6\.arpa\b/gi
const MAC = /(?<![0-9A-Za-z:.-])[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}(?![0-9A-Za-z:-])/g

/** As the kernel prints them in /proc/net/tcp and, alone, in /proc/net/route: words of the host's byte order. */
const SOCKET = /\b(?:[0-9A-F]{32}|[0-9A-F]{8})(?=:[0-9A-F]{4}\b)/g
const ROUTE = /\b[0-9A-F]{8}(?=\s)(?<=^\S+\s+(?:[0-9A-F]+\s+){0,6}[0-9A-F]{8})/gm

const bytesOf = (digits: string): number[] =>
  (digits.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16))

/** Each word of four bytes the other way round; twice is once. */
const swapped = (bytes: readonly number[]): number[] =>
  Array.from({ length: bytes.length / 4 }, (_, word) =>
    bytes.slice(4 * word, 4 * word + 4).toReversed(),
  ).flat()

const hex = (bytes: Uint8Array | readonly number[]): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const addressOf = (bytes: readonly number[]): Address => ({
  family: bytes.length === 4 ? 4 : 6,
  bytes: Uint8Array.from(bytes),
  zone: null,
})

const kernelAddress = (digits: string): Address => addressOf(swapped(bytesOf(digits)))

function reverseAddress(name: string): Address | null {
  const labels = name.split('.').slice(0, -2).toReversed()
  return labels.length === 4
    ? (parsePrefix(labels.join('.'))?.address ?? null)
    : addressOf(bytesOf(labels.join('')))
}

function formatReverse({ family, bytes }: Address): string {
  const labels = family === 4 ? [...bytes].map(String) : [...hex(bytes)]
  return `${labels.toReversed().join('.')}.${family === 4 ? 'in-addr' : 'ip6'}.arpa`
}

type Found = { before: string; prefix: Prefix; text: string; after: string }

/** What may stand behind an address: a full stop, a colon, or a port in the manner of tcpdump(8) or ss(8). */
const BEHIND = [/$/, /:?\.?$/, /\.\d+[.:]*$/, /:\d{1,5}$/] as const

/**
 * An address or a prefix, and what stands before and behind it; null where there is none. Where `::1:443` may
 * be an address or one with a port, it is what is `known` from elsewhere in the report.
 */
function findPrefix(found: string, known: ReadonlySet<string> = new Set()): Found | null {
  const before = /^:(?!:)/.exec(found)?.[0] ?? ''
  const rest = found.slice(before.length)
  const ways = BEHIND.flatMap((pattern): Found[] => {
    const after = pattern.exec(rest)?.[0]
    if (after === undefined) return []
    const text = rest.slice(0, rest.length - after.length)
    const prefix = parsePrefix(text)
    return prefix ? [{ before, prefix, text, after }] : []
  })
  const withPort = ways.find(
    ({ prefix, after }) => /^:\d/.test(after) && known.has(formatAddress(prefix.address)),
  )
  return withPort ?? ways[0] ?? null
}

/** Every address in the report, whatever it is for. */
function addressesIn(report: string): Address[] {
  const forward = report.replace(REVERSE, '')
  const written = [...forward.matchAll(IPV4), ...forward.matchAll(IPV6)].map(
    ([found]) => findPrefix(found)?.prefix.address ?? null,
  )
  const reversed = [...report.matchAll(REVERSE)].map(([found]) => reverseAddress(found))
  const raw = [...report.matchAll(SOCKET), ...report.matchAll(ROUTE)].map(([found]) =>
    kernelAddress(found),
  )
  return [...written, ...reversed, ...raw].filter((one) => one !== null)
}

/** The rules for all addresses of the report. */
export function addressRules(report: string): Rule[] {
  const all = addressesIn(report)
  const known = new Set(all.map(formatAddress))
  const ipv4 = disguiseIpv4(all.filter(({ family }) => family === 4))
  const ipv6 = disguiseIpv6(
    all.filter(({ family }) => family === 6),
    ipv4,
  )
  const disguise = (address: Address): Address =>
    address.family === 4 ? ipv4(address) : ipv6(address)
  const mac = pseudonyms(report.toLowerCase(), (index) => formatMac(numbered([2, 0, 0, 0], index)))
  const group = pseudonyms(report.toLowerCase(), (index) =>
    formatMac(numbered([0x33, 0x33, 0xff, 0], index)),
  )

  const written = (found: string): string | null => {
    const match = findPrefix(found, known)
    if (!match) return null
    const { before, prefix, text, after } = match
    const image = { ...prefix, address: disguise(prefix.address) }
    if (!text.includes('/')) return before + formatAddress(image.address) + after
    // A network stays one: nothing is set behind its length.
    const isNetwork = formatPrefix(networkOf(prefix)) === formatPrefix(prefix)
    return before + formatPrefix(isNetwork ? networkOf(image) : image) + after
  }
  const hardware = (found: string): string | null => {
    const bytes = parseMac(found)
    if (!bytes) return null
    const text = formatMac(bytes)
    // The group of a solicited node ends in the last bytes of an IPv6 address (RFC 2464 §7).
    if (text.startsWith('33:33:ff')) return group(text)
    return isGroupMac(bytes) || bytes.every((byte) => byte === 0) ? text : mac(text)
  }
  const kernel = (found: string): string =>
    hex(swapped([...disguise(kernelAddress(found)).bytes])).toUpperCase()
  const reverse = (found: string): string | null => {
    const address = reverseAddress(found)
    return address && formatReverse(disguise(address))
  }
  return [
    { pattern: REVERSE, replace: reverse },
    { pattern: SOCKET, replace: kernel },
    { pattern: ROUTE, replace: kernel },
    { pattern: MAC, replace: hardware },
    { pattern: IPV6, replace: written },
    { pattern: IPV4, replace: written },
  ]
}

const numbered = (head: readonly number[], index: number): Uint8Array =>
  Uint8Array.from([...head, index >> 8, index & 0xff])
