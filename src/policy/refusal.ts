/**
 * The packet by which a host rejects another one: a RST or an ICMP error (net/ipv4/netfilter/
 * nf_reject_ipv4.c, net/ipv6/netfilter/nf_reject_ipv6.c, net/ipv4/icmp.c). It is made by the host
 * and passes its output like any other; it belongs to the connection of the packet it is about
 * (nf_ct_attach), from before the first hook.
 */
import { kindOf } from '../wire/address.ts'
import type { Packet } from './packet.ts'
import type { End, World } from './world.ts'

/** Codes of ICMP's "destination unreachable" (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1). */
const CODES: Readonly<Record<string, number>> = {
  'net-unreachable': 0,
  'no-route': 0,
  'host-unreachable': 1,
  'addr-unreachable': 1,
  'prot-unreachable': 2,
  'port-unreachable': 3,
  'net-prohibited': 9,
  'host-prohibited': 10,
  'admin-prohibited': 13,
}
/** Codes of ICMPv6's "destination unreachable" (RFC 4443 §3.1). */
const CODES_6: Readonly<Record<string, number>> = {
  'no-route': 0,
  'net-unreachable': 0,
  'admin-prohibited': 1,
  'host-unreachable': 3,
  'addr-unreachable': 3,
  'port-unreachable': 4,
  'policy-fail': 5,
  'reject-route': 6,
}

/** The code of "destination unreachable" by which a rule rejects; null for a RST or another word. */
export const codeOfRejection = (rejectWith: string, family: 4 | 6): number | null =>
  (family === 4 ? CODES : CODES_6)[rejectWith] ?? null

/** The refusing packet, and what is known of its connection before it sets out. */
export type Refusal = { readonly packet: Packet; readonly known: Partial<World> }

/** A RST has no options: an IP header and 20 bytes. */
export const RESET_BYTES = { 4: 40, 6: 60 } as const
/** What an ICMP error adds to the packet that it quotes, and how long it may be (RFC 1812, RFC 4443). */
const ERROR_BYTES = { 4: { added: 28, most: 576 }, 6: { added: 48, most: 1280 } } as const

function reset(packet: Packet): Packet {
  return {
    ...packet,
    source: packet.destination,
    destination: packet.source,
    sourcePort: packet.destinationPort,
    destinationPort: packet.sourcePort,
    syn: false,
    ack: !packet.ack,
    rst: true,
    lengthBytes: RESET_BYTES[packet.family],
  }
}

/** An address of the host's own, seen from the device: `::1` is only on lo (ipv6_chk_addr, IFA_HOST). */
const isOwnAt = (address: string, device: string | null, own: readonly string[] | null): boolean =>
  (own?.includes(address) ?? false) && (kindOf(address) !== 'loopback' || device === 'lo')

/**
 * An ICMP error comes from the address that was asked for where that is the host's own. Before the
 * routing decision IPv4 does not know that yet, and takes the way to the sender (nf_reject_fill_skb_dst).
 */
function unreachable(
  { packet, course }: World,
  rejectWith: string,
  own: readonly string[] | null,
): Packet {
  const { added, most } = ERROR_BYTES[packet.family]
  const quoted = packet.lengthBytes ?? null
  const isHere =
    course === 'input' ||
    course === 'loopback' ||
    (packet.family === 6 && isOwnAt(packet.destination, packet.inputDevice, own))
  return {
    ...packet,
    protocol: 'icmp',
    source: isHere ? packet.destination : '',
    destination: packet.source,
    sourcePort: null,
    destinationPort: null,
    syn: false,
    ack: false,
    icmpType: 'destination-unreachable',
    icmpCode: codeOfRejection(rejectWith, packet.family),
    lengthBytes: quoted === null ? null : Math.min(added + quoted, most),
  }
}

/** What the host sends back where it rejects; `own` are its addresses, where they are known. */
export function refusalOf(
  { rejectWith, world }: End,
  own: readonly string[] | null = null,
): Refusal {
  const message =
    rejectWith === 'tcp-reset' ? reset(world.packet) : unreachable(world, rejectWith ?? '', own)
  const attached = world.tracking === 'tracked'
  const state = attached ? 'related' : 'invalid'
  const packet: Packet = {
    ...message,
    inputDevice: '',
    outputDevice: world.packet.inputDevice,
    state,
    mark: 0,
    user: null,
    group: null,
  }
  // A packet that conntrack was kept from hands on that it has been looked at, and no more.
  if (world.tracking === 'untracked') return { packet, known: { tracking: 'attached' } }
  if (!attached) return { packet, known: {} }
  const { connection, reply } = world
  return {
    packet,
    known: {
      connection,
      reply: reply === null ? null : !reply,
      tracking: 'tracked',
      packet: { ...packet, state },
    },
  }
}
