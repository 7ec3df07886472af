/** Lines of tcpdump → packets: what stands behind the time, with what earlier lines have told (numbers, names, quotes). */
import { type Address, formatAddress } from '../wire/address.ts'
import { IPV4_HEADER_BYTES } from '../wire/ipv4.ts'
import { PROTOCOL } from '../wire/protocol.ts'
import { TCP_FLAG } from '../wire/tcp.ts'
import { UDP_HEADER_BYTES } from '../wire/udp.ts'
import {
  type RebuiltPacket,
  rebuildPacket,
  rebuildTcp,
  rebuildUdp,
  type ToldIp,
} from './rebuilt-packet.ts'
import { rebuildArp } from './tcpdump-arp.ts'
import { TextDns } from './tcpdump-dns.ts'
import { parseIcmp, rebuildIcmp, type TextIcmp } from './tcpdump-icmp.ts'
import type { TextHead } from './tcpdump-line.ts'
import { type TextEnd, TextNames } from './tcpdump-name.ts'
import { parseOptions } from './tcpdump-option.ts'
import { TextQuotes } from './tcpdump-quote.ts'
import { TextSequences } from './tcpdump-sequence.ts'
import { parseSegment, type TextSegment } from './tcpdump-tcp.ts'

/** A packet, or why there is none; `damaged` also tells what was odd in a line that gave one. */
export type TextPacket = {
  readonly packet: RebuiltPacket | null
  /** LINKTYPE_ of the packet is Ethernet, for ARP; else it is raw IP. */
  readonly ethernet: boolean
  readonly damaged: string | null
}

/** What 16 bits of length leave for the payload. */
const MOST_UDP_BYTES = 0xffff - UDP_HEADER_BYTES

/** Two ends and what is said of the packet. */
const ENDS = /^(\S{1,300}) > (\S{1,300}?):(?:\s+(.*))?$/

const none = (damaged: string | null): TextPacket => ({ packet: null, ethernet: false, damaged })

/** What lines have told so far. */
export class TextTold {
  readonly names: TextNames = new TextNames()
  readonly #sequences = new TextSequences()
  readonly #quotes = new TextQuotes()
  readonly #dns = new TextDns()

  /** The packet of one line; text that no tcpdump prints gives no packet and no damage. */
  packetOf(head: TextHead): TextPacket {
    if (head.network === 'arp') {
      const packet = rebuildArp(head.rest, this.names)
      return {
        packet,
        ethernet: true,
        damaged: packet === null ? 'ARP, but of another kind' : null,
      }
    }
    const match = ENDS.exec(head.rest)
    if (match === null) return none(head.labelled ? 'no two ends stand in it' : null)
    const [, from = '', to = '', said = ''] = match
    const family = head.network === 'ip6' ? 6 : 4
    const inner = /^(?:GREv\d[^:]*: )?(IP6?) (.* > .*)$/.exec(said)
    if (inner !== null && head.labelled) {
      const network = inner[1] === 'IP6' ? 'ip6' : 'ip'
      // A tunnel: what it carries is the packet, as far down as a line can go.
      return this.packetOf({ ...head, network, rest: inner[2] ?? '' })
    }
    const message = parseIcmp(said, family)
    if (message !== null) return this.#icmp(head, from, to, message)
    const segment = parseSegment(said)
    // Without a word for its protocol a line must look like one in every part.
    if (segment === null && !head.labelled) return none(null)
    const source = this.names.endWithPort(from, family)
    const destination = this.names.endWithPort(to, family)
    if (
      source === null ||
      destination === null ||
      source.port === null ||
      destination.port === null
    ) {
      return none(`“${from} > ${to}” are no two ends with ports`)
    }
    if (source.address.family !== destination.address.family) {
      return none(`“${from} > ${to}” are of two families`)
    }
    if (segment !== null) return this.#tcp(head.ip, source, destination, segment)
    return this.#udp(head.ip, source, destination, said)
  }

  #icmp(head: TextHead, from: string, to: string, message: TextIcmp): TextPacket {
    const family = head.network === 'ip6' ? 6 : 4
    const source = this.names.address(from, family)
    const destination = this.names.address(to, family)
    if (source === null || destination === null || source.family !== destination.family) {
      return none(`“${from} > ${to}” are no two addresses`)
    }
    const about = message.about
    const named = about?.address == null ? null : this.names.address(about.address, family)
    const quoted =
      about === null ? new Uint8Array(0) : this.#quotes.quoted(destination, about, named)
    const bytes = rebuildIcmp(message, quoted)
    const missing = Math.max(0, (message.lengthBytes ?? 0) - bytes.length)
    const protocol = family === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6
    const packet = rebuildPacket({ source, destination }, head.ip, protocol, bytes, missing)
    if (about === null) this.#quotes.note({ source, destination }, protocol, 0, packet)
    return { packet, ethernet: false, damaged: null }
  }

  #tcp(ip: ToldIp, source: TextEnd, destination: TextEnd, segment: TextSegment): TextPacket {
    const { flags, payloadBytes } = segment
    const [from, to] = [keyOf(source), keyOf(destination)]
    const [sender, receiver] = [`${from} ${to}`, `${to} ${from}`]
    const spent =
      payloadBytes + ((flags & TCP_FLAG.syn) === 0 ? 0 : 1) + ((flags & TCP_FLAG.fin) === 0 ? 0 : 1)
    const syn = (flags & TCP_FLAG.syn) !== 0
    const acknowledgment =
      segment.acknowledgment === null
        ? 0
        : this.#sequences.acknowledged(receiver, segment.acknowledgment)
    const sequence = this.#sequences.sent(sender, segment.sequence, spent, syn)
    const edge = (printed: number): number => this.#sequences.acknowledged(receiver, printed)
    const options = parseOptions(segment.options, edge)
    const ends = endsOf(source, destination)
    const ports = portsOf(source, destination)
    const packet = rebuildTcp(ends, ip, ports, segment, sequence, acknowledgment, options)
    this.#quotes.note(ends, PROTOCOL.tcp, ports.destinationPort, packet)
    return { packet, ethernet: false, damaged: segment.damaged }
  }

  #udp(ip: ToldIp, source: TextEnd, destination: TextEnd, said: string): TextPacket {
    const printed = /\blength:? (\d+)/i.exec(said)?.[1] ?? /\((\d+)\)\s*$/.exec(said)?.[1]
    const length = printed === undefined ? udpBytes(ip) : Number(printed)
    if (length === null) return none('it tells neither flags of TCP nor a length of UDP')
    const payloadBytes = Math.min(length, MOST_UDP_BYTES)
    const asker = [keyOf(source), keyOf(destination)].toSorted().join(' ')
    const payload = this.#dns.message(said, asker, payloadBytes) ?? new Uint8Array(0)
    const ends = endsOf(source, destination)
    const ports = portsOf(source, destination)
    const packet = rebuildUdp(ends, ip, ports, payload, payloadBytes)
    this.#quotes.note(ends, PROTOCOL.udp, ports.destinationPort, packet)
    return { packet, ethernet: false, damaged: null }
  }
}

/** What -v tells of the whole packet, without headers. */
const udpBytes = ({ protocol, totalBytes }: ToldIp): number | null =>
  protocol !== PROTOCOL.udp || totalBytes === null
    ? null
    : Math.max(0, totalBytes - IPV4_HEADER_BYTES - UDP_HEADER_BYTES)

const keyOf = ({ address, port }: TextEnd): string => `${formatAddress(address)} ${port}`

const endsOf = (
  source: TextEnd,
  destination: TextEnd,
): { source: Address; destination: Address } => ({
  source: source.address,
  destination: destination.address,
})

const portsOf = (
  source: TextEnd,
  destination: TextEnd,
): { sourcePort: number; destinationPort: number } => ({
  sourcePort: source.port ?? 0,
  destinationPort: destination.port ?? 0,
})
