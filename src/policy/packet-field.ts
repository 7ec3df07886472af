/**
 * What a packet shows of a field that a rule looks at: a value, nothing (then no condition on it
 * fits, negated or not), or what cannot be known from here.
 */
import { tcpFlagsText } from '../facts/packet-word.ts'
import type { Field, Hook } from '../facts/rule-set.ts'
import { classify, parseAddress } from '../wire/address.ts'
import { acknowledges, type Packet } from './packet.ts'
import { lookUpRoute, type Routing } from './routing.ts'

/** An address and a port; the port is null where the protocol has none, or it is not known. */
export type Endpoint = { readonly address: string; readonly port: number | null }

/** conntrack's entry, as far as rules see it; null is: not known. */
export type Entry = {
  readonly mark: number | null
  /** Which translations the connection has (`--ctstate SNAT,DNAT`). */
  readonly translations: readonly ('snat' | 'dnat')[] | null
  readonly reply: boolean | null
  /** Packets have been seen in both directions. */
  readonly answered: boolean | null
  /** Its first packet has passed its last hook. */
  readonly confirmed: boolean | null
  /** As the connection's first packet had them. */
  readonly original: { readonly source: Endpoint; readonly destination: Endpoint } | null
}

/** What a packet does not carry, and a rule may ask all the same. */
export type Surroundings = {
  readonly hook: Hook | null
  /** All addresses of this host, where they are known. */
  readonly localAddresses: readonly string[] | null
  readonly routing: Routing | null
  /** The packet's mark, where it is known. */
  readonly mark: number | null
  /** `none`: conntrack has not seen the packet, or was kept from it; null: not known. */
  readonly entry: Entry | 'none' | null
  /** The sets that rules on the packet's way have changed, by name. */
  readonly changedSets: readonly string[]
}

/** Nothing is known but the packet. */
export const NOWHERE: Surroundings = {
  hook: null,
  localAddresses: null,
  routing: null,
  mark: null,
  entry: null,
  changedSets: [],
}

/** What a field shows. */
export type Shown =
  | { readonly kind: 'value'; readonly text: string }
  | { readonly kind: 'unknown'; readonly because: string }
  | { readonly kind: 'none' }

const NONE: Shown = { kind: 'none' }
const shown = (text: string | number): Shown => ({ kind: 'value', text: String(text) })
const unsure = (because: string): Shown => ({ kind: 'unknown', because })
const orUnknown = (text: string | number | null | undefined, what: string): Shown =>
  text === null || text === undefined ? unsure(`${what} is not known`) : shown(text)

/** What the address is to this host, as far as the hook, the addresses or the routes tell. */
function addressType(text: string, side: 'source' | 'destination', around: Surroundings): Shown {
  const address = parseAddress(text)
  const kind = address && classify(address)
  if (kind === 'loopback') return shown('local')
  if (kind === 'multicast' || kind === 'broadcast') return shown(kind)
  const { hook, localAddresses, routing } = around
  const isOwn = address === null ? undefined : localAddresses?.includes(text)
  if (isOwn) return shown('local')
  if (isOwn === false && routing !== null && address !== null) {
    const flow = { family: address.family, source: '', destination: text, inputDevice: '', mark: 0 }
    const answer = lookUpRoute(routing, flow)
    if (answer.kind === 'other') return shown(answer.type)
    if (answer.kind === 'local') return shown('local')
  }
  if (isOwn === false) return shown('unicast')
  if (hook === 'input' && side === 'destination') return shown('local')
  if (hook === 'output' && side === 'source') return shown('local')
  if (hook === 'forward' && side === 'destination') return shown('unicast')
  return unsure(`whether ${text} is an address of this host is not known`)
}

/** Whose socket sent it: nobody's here, where a new packet has come in from outside. */
function owner(id: number | null | undefined, packet: Packet, { hook }: Surroundings): Shown {
  const incoming = hook === 'prerouting' || hook === 'input' || hook === 'forward'
  if (incoming && packet.state !== 'established') return NONE
  // RST, echo replies and ICMP errors come from the kernel's own sockets, which have no owner.
  if (packet.rst || (packet.protocol === 'icmp' && packet.icmpType !== 'echo-request')) return NONE
  return incoming
    ? orUnknown(null, 'whose socket it is for')
    : orUnknown(id, 'whose process sends it')
}

/** Stands for a port that the sender's system chose. */
export const EPHEMERAL = 'ephemeral'

/** ICMP has its type and code where others have the source port (`th sport`). */
const ICMP_AS_PORT: Readonly<Record<string, { readonly 4: number; readonly 6: number }>> = {
  'echo-request': { 4: 0x0800, 6: 0x8000 },
  'echo-reply': { 4: 0x0000, 6: 0x8100 },
}

function port(packet: Packet, side: 'sourcePort' | 'destinationPort'): Shown {
  if (packet.protocol !== 'icmp') return shown(packet[side] ?? EPHEMERAL)
  if (side === 'destinationPort') return unsure('the checksum stands there, which is not known')
  return orUnknown(ICMP_AS_PORT[packet.icmpType ?? '']?.[packet.family], 'what stands there')
}

/** The flags of an ordinary segment, as one word; PSH and FIN may come with any that carries data. */
function flags(packet: Packet): Shown {
  if (packet.protocol !== 'tcp') return NONE
  const set = ['syn', 'rst', 'ack'].filter((name) => flag(name, packet) === true)
  const sure = packet.syn || packet.rst === true
  return sure ? shown(tcpFlagsText(set)) : unsure('whether PSH is set is not known')
}

/** One flag of an ordinary segment; null where it may be either. */
export function flag(name: string, packet: Packet): boolean | null {
  if (name === 'syn') return packet.syn
  if (name === 'ack') return acknowledges(packet)
  if (name === 'rst') return packet.rst ?? false
  return name === 'psh' && !packet.syn && !packet.rst ? null : false
}

const isEcho = ({ icmpType }: Packet): boolean =>
  icmpType === 'echo-request' || icmpType === 'echo-reply'

/** The code of an ICMP message, where it is known. */
export const codeOf = (packet: Packet): number | null =>
  packet.icmpCode ?? (isEcho(packet) ? 0 : null)

/** `fib saddr . iif oif`, `-m rpfilter` (nft_fib_ipv4.c, xt_rpfilter): is there a way back? */
function reversePath(packet: Packet, loose: boolean, { routing }: Surroundings): Shown {
  const { family, inputDevice } = packet
  if (inputDevice === 'lo') return shown('exists')
  if (routing === null || inputDevice === null)
    return unsure('the way back to the source is not known')
  const answer = lookUpRoute(routing, {
    family,
    source: packet.destination,
    destination: packet.source,
    inputDevice: '',
    mark: 0,
  })
  if (answer.kind === 'unknown') return unsure(answer.because)
  if (answer.kind !== 'unicast') return shown('missing')
  const devices = [answer.device, ...(answer.route?.nextHops.map(({ device }) => device) ?? [])]
  return shown(loose || devices.includes(inputDevice) ? 'exists' : 'missing')
}

/** What conntrack's entry shows; nothing where there is none. */
function ofEntry(field: Field, entry: Entry | 'none' | null): Shown {
  if (entry === 'none') return NONE
  if (entry === null) return unsure('what conntrack knows of it is not known')
  const { original, reply } = entry
  switch (field) {
    case 'connectionMark':
      return orUnknown(entry.mark, 'the mark of the connection')
    case 'direction':
      return reply === null
        ? unsure('the direction in its connection is not known')
        : shown(reply ? 'reply' : 'original')
    case 'originalSource':
      return orUnknown(original?.source.address, 'where the connection began')
    case 'originalDestination':
      return orUnknown(original?.destination.address, 'where the connection was addressed to')
    case 'originalSourcePort':
      return original ? shown(original.source.port ?? EPHEMERAL) : unsure('its port is not known')
    default:
      return original
        ? shown(original.destination.port ?? EPHEMERAL)
        : unsure('its port is not known')
  }
}

/** What the packet shows of a field at this moment. */
export function show(field: Field, packet: Packet, around: Surroundings): Shown {
  const isIcmp = packet.protocol === 'icmp'
  switch (field) {
    case 'family':
      return shown(packet.family === 4 ? 'ipv4' : 'ipv6')
    case 'protocol':
      return shown(isIcmp && packet.family === 6 ? 'ipv6-icmp' : packet.protocol)
    case 'source':
    case 'destination':
      return shown(packet[field])
    case 'sourcePort':
    case 'destinationPort':
      return port(packet, field)
    case 'anyPort':
      return NONE // answered as its two ports
    case 'inputDevice':
      return orUnknown(packet.inputDevice, 'the incoming interface')
    case 'outputDevice':
      return orUnknown(packet.outputDevice, 'the outgoing interface')
    case 'state':
      return shown(packet.state)
    case 'tcpFlags':
      return flags(packet)
    case 'icmpType':
      return isIcmp ? orUnknown(packet.icmpType, 'the ICMP type') : NONE
    case 'icmpCode':
      return isIcmp ? orUnknown(codeOf(packet), 'the ICMP code') : NONE
    case 'sourceType':
      return addressType(packet.source, 'source', around)
    case 'destinationType':
      return addressType(packet.destination, 'destination', around)
    case 'reversePath':
    case 'reversePathLoose':
      return reversePath(packet, field === 'reversePathLoose', around)
    case 'extensionHeader':
      return shown('none')
    case 'fragment':
      return shown('first')
    case 'packetType': {
      const address = parseAddress(packet.destination)
      const many = address !== null && /cast$/.test(classify(address))
      return many ? unsure('the type of the frame is not known') : shown('host')
    }
    case 'sourceHardware':
      return unsure('the hardware address of the sender is not known')
    case 'length':
      return orUnknown(packet.lengthBytes, 'the length of the packet')
    case 'hopLimit':
      return unsure('the number of hops left is not known')
    case 'serviceClass':
      return unsure('the class of service is not known')
    case 'mark':
      return orUnknown(around.mark, 'the mark of the packet')
    case 'connectionStatus':
      return unsure('the status of the connection is not known') // answered bit by bit
    case 'connectionMark':
    case 'direction':
    case 'originalSource':
    case 'originalDestination':
    case 'originalSourcePort':
    case 'originalDestinationPort':
      return ofEntry(field, around.entry)
    case 'user':
      return owner(packet.user, packet, around)
    case 'group':
      return owner(packet.group, packet, around)
  }
}

/** One bit of conntrack's status (`ct status`); null where it is not known. */
export function statusBit(bit: string, packet: Packet, entry: Entry): boolean | null {
  switch (bit) {
    case 'snat':
    case 'dnat':
      return entry.translations?.includes(bit) ?? null
    case 'seen-reply':
      return entry.answered
    case 'expected':
      return packet.state === 'new' ? false : null
    case 'assured':
      return entry.answered === false ? false : null
    case 'confirmed':
      return entry.confirmed
    case 'dying':
      return false
    default:
      return null
  }
}
