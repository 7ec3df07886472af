/**
 * What tcpdump prints of ICMP (print-icmp.c, and versions before 4.0) and ICMPv6 (print-icmp6.c) behind the two ends:
 * `ICMP host 192.0.2.9 unreachable, length 68`, `icmp: echo request`, `ICMP6, time exceeded in-transit for …, length 88`.
 */

import { viewOf } from '../wire/bytes.ts'
import { ICMP_HEADER_BYTES } from '../wire/icmp.ts'

/** A message as printed. */
export type TextIcmp = {
  readonly type: number
  readonly code: number
  /** The four bytes behind the checksum: an echo's numbers, an MTU, a gateway. */
  readonly rest: number
  /** Of an error: where the packet it speaks of was sent to, by what, and to which port; null where it is not told. */
  readonly about: {
    readonly address: string | null
    readonly protocol: number | null
    readonly port: number | null
  } | null
  /** Of the whole message; null where it is not told. */
  readonly lengthBytes: number | null
}

type Form = { readonly form: RegExp; readonly type: number; readonly code: number }

const row = (form: RegExp, type: number, code = 0): Form => ({ form, type, code })

/** The more special ones first. */
const FORMS: Readonly<Record<4 | 6, readonly Form[]>> = {
  4: [
    row(/^echo request/, 8),
    row(/^echo reply/, 0),
    row(/^(?<about>\S+) (?<by>tcp|udp) port (?<port>\d+|\S+) unreachable/, 3, 3),
    row(/^(?<about>\S+) protocol (?<number>\d+)(?: port \d+)? unreachable/, 3, 2),
    row(/^(?<about>\S+) unreachable - need to frag(?: \(mtu (?<mtu>\d+)\))?/, 3, 4),
    row(/^(?<about>\S+) unreachable - source route failed/, 3, 5),
    row(/^net (?<about>\S+) unreachable - unknown/, 3, 6),
    row(/^host (?<about>\S+) unreachable - unknown/, 3, 7),
    row(/^(?<about>\S+) unreachable - source host isolated/, 3, 8),
    row(/^net (?<about>\S+) unreachable - admin prohibited/, 3, 9),
    row(/^host (?<about>\S+) unreachable - admin prohibited filter/, 3, 13),
    row(/^host (?<about>\S+) unreachable - admin prohibited/, 3, 10),
    row(/^net (?<about>\S+) unreachable - tos prohibited/, 3, 11),
    row(/^host (?<about>\S+) unreachable - tos prohibited/, 3, 12),
    row(/^host (?<about>\S+) unreachable - host precedence violation/, 3, 14),
    row(/^host (?<about>\S+) unreachable - precedence cutoff/, 3, 15),
    row(/^net (?<about>\S+) unreachable/, 3, 0),
    row(/^host (?<about>\S+) unreachable/, 3, 1),
    row(/^source quench/, 4),
    row(/^redirect (?<about>\S+) to net/, 5, 0),
    row(/^redirect (?<about>\S+) to host/, 5, 1),
    row(/^router advertisement/, 9),
    row(/^router solicitation/, 10),
    row(/^time exceeded in-transit/, 11, 0),
    row(/^ip reassembly time exceeded/, 11, 1),
    row(/^parameter problem/, 12),
    row(/^time stamp query/, 13),
    row(/^time stamp reply/, 14),
  ],
  6: [
    row(/^echo request/, 128),
    row(/^echo reply/, 129),
    row(/^(?:destination unreachable, +)?unreachable route (?<about>[^\s,]+)/, 1, 0),
    row(/^(?:destination unreachable, +)?unreachable prohibited (?<about>[^\s,]+)/, 1, 1),
    row(/^(?:destination unreachable, +)?beyond scope (?<about>[^\s,]+)/, 1, 2),
    row(/^(?:destination unreachable, +)?unreachable address (?<about>[^\s,]+)/, 1, 3),
    row(
      /^(?:destination unreachable, +)?unreachable port, (?<about>\S+) (?<by>tcp|udp) port (?<port>\d+|\S+)/,
      1,
      4,
    ),
    row(/^packet too big, mtu (?<mtu>\d+)/, 2),
    row(/^time exceeded in-transit/, 3, 0),
    row(/^time exceeded in-reassembly/, 3, 1),
    row(/^parameter problem/, 4),
    row(/^multicast listener report v2/, 143),
    row(/^multicast listener query/, 130),
    row(/^multicast listener report/, 131),
    row(/^multicast listener done/, 132),
    row(/^router solicitation/, 133),
    row(/^router advertisement/, 134),
    row(/^neighbor solicitation/, 135),
    row(/^neighbor advertisement/, 136),
    row(/^redirect/, 137),
  ],
}

const PREFIX = /^(?:ICMP6, |ICMP |icmp: |icmp6: |\[icmp6 sum ok\] ICMP6, )(?:\[[^\]]*\] )?/

/** Types that quote the packet they are about. */
const quotes = (family: 4 | 6, type: number): boolean =>
  family === 4 ? [3, 4, 5, 11, 12].includes(type) : type < 128

const digits = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : null

/** Text that is about no ICMP gives null; a message of a kind that is not known has the type 255. */
export function parseIcmp(text: string, family: 4 | 6): TextIcmp | null {
  const prefix = PREFIX.exec(text)?.[0]
  if (prefix === undefined) return null
  const said = text.slice(prefix.length)
  const lengthBytes = digits(/, length (\d+)/.exec(said)?.[1])
  for (const { form, type, code } of FORMS[family]) {
    const match = form.exec(said)
    if (match === null) continue
    const { about: address, by, port, number, mtu } = match.groups ?? {}
    const protocol = by === 'tcp' ? 6 : by === 'udp' ? 17 : digits(number)
    const about = { address: address ?? null, protocol, port: digits(port) }
    const id = digits(/\bid (\d+)/.exec(said)?.[1]) ?? 0
    const sequence = digits(/\bseq (\d+)/.exec(said)?.[1]) ?? 0
    const rest = form.source.startsWith('^echo')
      ? (id << 16) | (sequence & 0xffff)
      : (digits(mtu) ?? 0)
    return { type, code, rest, about: quotes(family, type) ? about : null, lengthBytes }
  }
  return { type: 255, code: 0, rest: 0, about: null, lengthBytes }
}

/** The message, without a checksum, and as much of `quoted` as there is; what it carries beside that is not there. */
export function rebuildIcmp(message: TextIcmp, quoted: Uint8Array): Uint8Array {
  const most = Math.max(0, (message.lengthBytes ?? Number.POSITIVE_INFINITY) - ICMP_HEADER_BYTES)
  const there = quoted.subarray(0, Math.min(most, quoted.length))
  const bytes = new Uint8Array(ICMP_HEADER_BYTES + there.length)
  const view = viewOf(bytes)
  view.setUint8(0, message.type)
  view.setUint8(1, message.code)
  view.setUint32(4, message.rest)
  bytes.set(there, ICMP_HEADER_BYTES)
  return bytes
}
