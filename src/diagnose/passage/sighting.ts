/**
 * A packet as it was seen at one place: what its headers say, by which way it went there, and when by the clock of that
 * place. The same packet is seen at others with another TTL, and where somebody rewrites it with other addresses and ports.
 */
import { isStopped } from '../../base/stopped.ts'
import { formatAddress } from '../../wire/address.ts'
import { ARP_OPERATION, readArp } from '../../wire/arp.ts'
import { bytesBetween } from '../../wire/bytes.ts'
import { readFrame } from '../../wire/frame.ts'
import { HEADER_NOTE, Headers } from '../../wire/headers.ts'
import { ETHER_TYPE } from '../../wire/link-ethernet.ts'
import { LINK_TYPE } from '../../wire/link-type.ts'
import { PacketLines } from '../../wire/packet-line.ts'
import { PROTOCOL } from '../../wire/protocol.ts'
import { readQuote } from '../../wire/quote.ts'

/** The bytes of a packet as they were captured. */
export type Frame = {
  readonly bytes: Uint8Array
  readonly originalBytes: number
  readonly linkType: number
}

/** Both ends of a packet. */
export type Ends = {
  readonly source: string
  readonly destination: string
  /** IANA protocol number; -1 for ARP. */
  readonly protocol: number
  /** 0 for protocols without ports. */
  readonly sourcePort: number
  readonly destinationPort: number
  /** TCP's sequence number as an unsigned one; 0 elsewhere. */
  readonly sequence: number
}

export type Sighting = Ends & {
  /** Milliseconds since 1970 by the clock of the place. */
  readonly timeMs: number
  /** Whether the place received or sent it; null where the capture does not tell. */
  readonly way: 'in' | 'out' | null
  /** The index of the interface; null where the capture does not tell. */
  readonly device: number | null
  readonly family: 4 | 6
  readonly hopLimit: number
  readonly trafficClass: number
  /** -1 for IPv6. */
  readonly identification: number
  readonly acknowledgment: number
  /** TCP's flags as `TCP_FLAG` sums them; 0 elsewhere. */
  readonly flags: number
  /** What a SYN says that it takes; null where it says nothing, and for all that is no SYN. */
  readonly maxSegmentBytes: number | null
  /** On the wire, by the headers' lengths. */
  readonly payloadBytes: number
  /** Of the payload's first bytes: equal for the same datagram, whoever rewrote its addresses. */
  readonly digest: number
  /** What an ICMP error is about, with its type and code. */
  readonly quote: (Ends & { readonly type: number; readonly code: number }) | null
  /** Of ARP and neighbour discovery: whether it asks, and for whose address. */
  readonly neighbour: { readonly asks: boolean; readonly about: string } | null
  readonly frame: Frame
}

/** Of what the digest is made: a query's number and name are among them. */
const DIGEST_BYTES = 64

/** FNV-1a, 32 bits. */
function digestOf(view: DataView, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let at = from; at < Math.min(to, from + DIGEST_BYTES); at++)
    hash = Math.imul(hash ^ view.getUint8(at), 0x01000193)
  return hash >>> 0
}

const addressAt = (view: DataView, at: number, family: 4 | 6): string =>
  formatAddress({ family, bytes: bytesBetween(view, at, at + (family === 4 ? 4 : 16)), zone: null })

/** PACKET_OUTGOING of the kernel's include/uapi/linux/if_packet.h. */
const OUTGOING = 4

/** Which way a cooked header tells, and the interface; `link-cooked.ts` has the figure. */
function readWay(
  view: DataView,
  at: number,
  end: number,
  linkType: number,
): Pick<Sighting, 'way' | 'device'> {
  if (linkType === LINK_TYPE.sll2 && end - at >= 20)
    return {
      way: view.getUint8(at + 10) === OUTGOING ? 'out' : 'in',
      device: view.getUint32(at + 4),
    }
  if (linkType === LINK_TYPE.sll && end - at >= 16)
    return { way: view.getUint16(at) === OUTGOING ? 'out' : 'in', device: null }
  return { way: null, device: null }
}

const MSS_OPTION = 2
const SYN = 2

/** RFC 9293 §3.2: the option of that kind; null where there is none. */
function readMaxSegment({ view, flags, optionsAt, optionsEnd }: Headers): number | null {
  if ((flags & SYN) === 0) return null
  for (let at = optionsAt; at < optionsEnd; ) {
    const kind = view.getUint8(at)
    if (kind === 0) return null
    const length = kind === 1 ? 1 : at + 1 < optionsEnd ? view.getUint8(at + 1) : 0
    if (length === 0) return null
    if (kind === MSS_OPTION && length === 4 && at + 4 <= optionsEnd) return view.getUint16(at + 2)
    at += length
  }
  return null
}

/** RFC 4861 §4.3 and §4.4. */
const SOLICITATION = 135
const ADVERTISEMENT = 136
const TARGET_AT = 8

/** Reads packets one after the other. */
export class SightingReader {
  readonly #headers = new Headers()
  readonly #quoted = new Headers()

  /** Reads the frame `view[at, end)`; null for what is neither IP nor ARP, or cut off before it says what it is. */
  read(
    view: DataView,
    at: number,
    end: number,
    originalBytes: number,
    linkType: number,
    timeMs: number,
  ): Sighting | null {
    const headers = this.#headers
    readFrame(view, at, end, originalBytes, linkType, headers)
    const bytes = new Uint8Array(view.buffer.slice(view.byteOffset + at, view.byteOffset + end))
    const place = {
      timeMs,
      ...readWay(view, at, end, linkType),
      frame: { bytes, originalBytes, linkType },
    }
    if (headers.etherType === ETHER_TYPE.arp) return this.#arp(place)
    if (headers.ipVersion === 0 || headers.protocol < 0) return null
    if ((headers.notes & HEADER_NOTE.damaged) !== 0) return null
    return {
      ...place,
      ...this.#ends(headers),
      family: headers.ipVersion,
      hopLimit: headers.hopLimit,
      trafficClass: headers.trafficClass,
      identification: headers.identification,
      acknowledgment: headers.acknowledgment >>> 0,
      flags: headers.protocol === PROTOCOL.tcp ? headers.flags : 0,
      maxSegmentBytes: headers.protocol === PROTOCOL.tcp ? readMaxSegment(headers) : null,
      payloadBytes: headers.payloadBytes,
      digest:
        headers.protocol === PROTOCOL.udp
          ? digestOf(headers.view, headers.payloadAt, headers.payloadEnd)
          : 0,
      quote: this.#quote(headers),
      neighbour: this.#solicited(headers),
    }
  }

  #ends(headers: Headers): Ends {
    const { view, ipVersion } = headers
    const address = (from: number): string => addressAt(view, from, ipVersion === 6 ? 6 : 4)
    const hasPorts = headers.protocol === PROTOCOL.tcp || headers.protocol === PROTOCOL.udp
    return {
      source: address(headers.sourceAddressAt),
      destination: address(headers.destinationAddressAt),
      protocol: headers.protocol,
      sourcePort: hasPorts ? headers.sourcePort : 0,
      destinationPort: hasPorts ? headers.destinationPort : 0,
      sequence: headers.protocol === PROTOCOL.tcp ? headers.sequence >>> 0 : 0,
    }
  }

  #quote(headers: Headers): Sighting['quote'] {
    if (!readQuote(headers, this.#quoted) || this.#quoted.protocol < 0) return null
    const { view, transportAt } = headers
    return {
      ...this.#ends(this.#quoted),
      type: view.getUint8(transportAt),
      code: view.getUint8(transportAt + 1),
    }
  }

  #solicited({ view, protocol, transportAt, payloadEnd }: Headers): Sighting['neighbour'] {
    if (protocol !== PROTOCOL.icmpv6 || payloadEnd - transportAt < TARGET_AT + 16) return null
    const type = view.getUint8(transportAt)
    if (type !== SOLICITATION && type !== ADVERTISEMENT) return null
    return {
      asks: type === SOLICITATION,
      about: addressAt(view, transportAt + TARGET_AT, 6),
    }
  }

  #arp(place: Pick<Sighting, 'timeMs' | 'way' | 'device' | 'frame'>): Sighting | null {
    const { view, payloadAt, payloadEnd } = this.#headers
    const message = readArp(view, payloadAt, payloadEnd)
    if (isStopped(message)) return null
    const asks = message.operation === ARP_OPERATION.request
    return {
      ...place,
      ...NOTHING,
      source: formatAddress(message.sender),
      destination: formatAddress(message.target),
      neighbour: { asks, about: formatAddress(asks ? message.target : message.sender) },
    }
  }
}

const NOTHING = {
  protocol: -1,
  sourcePort: 0,
  destinationPort: 0,
  sequence: 0,
  family: 4,
  hopLimit: 0,
  trafficClass: 0,
  identification: -1,
  acknowledgment: 0,
  flags: 0,
  maxSegmentBytes: null,
  payloadBytes: 0,
  digest: 0,
  quote: null,
} as const

/** `12:04:05.123456` by the clock of the place, in UTC. */
const clockText = (timeMs: number): string => {
  const micros = Math.round((timeMs % 86_400_000) * 1000)
  const seconds = Math.floor(micros / 1e6)
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(micros % 1_000_000).padStart(6, '0')}`
}

/** What stands before the packet of a cooked capture: a number for the interface would mean nothing elsewhere. */
const COOKED = /^\?\s+\S+\s+/

/**
 * The lines of those packets that are wanted, as tcpdump prints them: `all` are the packets of a place in their order, from which
 * relative sequence numbers count.
 */
export function formatSightings(
  all: readonly Sighting[],
  wanted: ReadonlySet<Sighting> = new Set(all),
): string[] {
  const lines = new PacketLines()
  return all.flatMap((one) => {
    const { bytes, originalBytes, linkType } = one.frame
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const line = lines.line(view, 0, bytes.length, originalBytes, linkType).replace(COOKED, '')
    const way = one.way === null ? '' : one.way === 'in' ? 'In  ' : 'Out '
    return wanted.has(one) ? [`${clockText(one.timeMs)} ${way}${line}`] : []
  })
}
