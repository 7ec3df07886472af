/**
 * Who has this address on the link? Asked by a packet of our own, whatever the kernel's table
 * says: ARP (RFC 826) or neighbour solicitation (RFC 4861 §4.3) on a packet socket (packet(7)).
 */
import { networkInterfaces } from 'node:os'
import { isStopped } from '../../base/stopped.ts'
import type { NeighbourReply } from '../../diagnose/probes.ts'
import { type Address, classify, parseAddress } from '../../wire/address.ts'
import { ARP_BYTES, ARP_OPERATION, readArp, writeArp } from '../../wire/arp.ts'
import { viewOf } from '../../wire/bytes.ts'
import { readIpv6, writeIpv6 } from '../../wire/ipv6.ts'
import { formatMac } from '../../wire/mac.ts'
import {
  multicastMac,
  NDP_HOP_LIMIT,
  readNeighbourAdvertisement,
  solicitedNode,
  writeNeighbourSolicitation,
} from '../../wire/ndp.ts'
import { PROTOCOL } from '../../wire/protocol.ts'
import { pollUntil } from './poll.ts'
import { readLinkAddress, writeLinkAddress } from './sockaddr.ts'
import { AF, interfaceIndex, type KernelSocket, NO_LIBC, openSocket, SOCK } from './socket.ts'

/** What came of the question; `NeighbourReply` without its evidence. */
export type NeighbourAnswer = Omit<NeighbourReply, 'command' | 'lines'>

/** include/uapi/linux/if_ether.h, if_arp.h and if_packet.h. */
const ETHERTYPE = { 4: 0x0806, 6: 0x86dd } as const
const HARDWARE_ETHERNET = 1
const PACKET_OUTGOING = 4

const BROADCAST = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff)

/** It is asked so often within the time, as the kernel does (mcast_solicit, ip-sysctl). */
const TRIES = 3
/** After the first answer a second owner of the address has so long to be heard. */
const SECOND_OWNER_MS = 20
/** Packets that are looked at before the event loop has its turn. */
const PACKETS_AT_A_TIME = 64

/** The question as a packet, whom it goes to, and what in a packet is the answer. */
type Question = {
  readonly packet: Uint8Array
  readonly to: Uint8Array
  readonly read: (bytes: Buffer, from: Uint8Array) => Uint8Array | null
}

const equal = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at])

function askArp(target: Address, own: Address | null, mac: Uint8Array): Question {
  // Without an address of one's own it is an ARP probe, RFC 5227 §1.1.
  const sender = own ?? { family: 4, bytes: new Uint8Array(4), zone: null }
  const targetMac = new Uint8Array(6)
  const { request, reply } = ARP_OPERATION
  return {
    packet: writeArp({ operation: request, senderMac: mac, sender, targetMac, target }),
    to: BROADCAST,
    read: (bytes) => {
      const message = readArp(viewOf(bytes), 0, Math.min(bytes.length, ARP_BYTES))
      if (isStopped(message) || message.operation !== reply) return null
      return equal(message.sender.bytes, target.bytes) ? message.senderMac : null
    },
  }
}

function askNdp(target: Address, own: Address, mac: Uint8Array): Question {
  const group = solicitedNode(target)
  const fields = {
    nextHeader: PROTOCOL.icmpv6,
    hopLimit: NDP_HOP_LIMIT,
    source: own,
    destination: group,
  }
  return {
    packet: writeIpv6(fields, writeNeighbourSolicitation(target, own, mac)),
    to: multicastMac(group),
    read: (bytes, from) => {
      const view = viewOf(bytes)
      const header = readIpv6(view, 0, bytes.length)
      if (isStopped(header) || header.nextHeader !== PROTOCOL.icmpv6) return null
      if (header.hopLimit !== NDP_HOP_LIMIT) return null
      const message = readNeighbourAdvertisement(view, 40, bytes.length)
      if (isStopped(message) || !equal(message.target.bytes, target.bytes)) return null
      return message.mac ?? from
    },
  }
}

/** An address of this host on the device to ask from: of the target's kind where there is one. */
function ownAddress(device: string, target: Address): Address | null {
  const own = (networkInterfaces()[device] ?? [])
    .map(({ address }) => parseAddress(address))
    .filter((address) => address?.family === target.family)
  const kind = classify(target)
  return own.find((address) => address && classify(address) === kind) ?? own[0] ?? null
}

/** The MAC in every packet that answers, up to now. */
function collect(socket: KernelSocket, question: Question, macs: Set<string>): void {
  for (let count = 0; count < PACKETS_AT_A_TIME; count++) {
    const message = socket.receive()
    if (typeof message === 'string') return
    const from = readLinkAddress(message.from)
    if (!from || from.packetType === PACKET_OUTGOING) continue
    const mac = question.read(message.bytes, from.mac)
    if (mac) macs.add(formatMac(mac))
  }
}

/** The MACs that answered, or why the question could not be sent. */
async function ask(
  socket: KernelSocket,
  target: Address,
  device: string,
  timeoutMs: number,
): Promise<readonly string[] | { readonly because: string }> {
  const index = interfaceIndex(device)
  if (index === 0) return { because: `there is no device ${device}` }
  const etherType = ETHERTYPE[target.family]
  const failed = socket.bind(writeLinkAddress(etherType, index))
  if (failed) return { because: `${device} cannot be listened to: ${failed}` }
  const link = readLinkAddress(socket.localAddress())
  if (link?.hardwareType !== HARDWARE_ETHERNET || link.mac.length !== 6)
    return { because: `${device} is not an Ethernet device` }
  const holder = ownAddress(device, target)
  // Asked for an address of this host, nobody is to learn anything by the question.
  const own = holder && equal(holder.bytes, target.bytes) ? null : holder
  if (!own && target.family === 6) return { because: `${device} has no IPv6 address to ask from` }
  const question =
    own && target.family === 6 ? askNdp(target, own, link.mac) : askArp(target, own, link.mac)
  const macs = new Set<string>()
  const look = (): boolean => {
    collect(socket, question, macs)
    return macs.size > 0
  }
  for (let tries = 0; tries < TRIES; tries++) {
    const unsent = socket.send(question.packet, writeLinkAddress(etherType, index, question.to))
    if (unsent) return { because: `${device} does not send: ${unsent}` }
    if (await pollUntil(look, timeoutMs / TRIES)) break
  }
  if (macs.size > 0)
    await pollUntil(() => {
      look()
      return false
    }, SECOND_OWNER_MS)
  return [...macs]
}

const explainNoSocket = (errno: string): string => {
  if (errno === NO_LIBC) return 'libc cannot be called from here'
  return errno === 'EPERM' || errno === 'EACCES'
    ? 'a packet socket needs root (CAP_NET_RAW)'
    : `no packet socket: ${errno}`
}

/** Asks for `address` on `device`. Never throws. */
export async function kernelNeighbour(
  address: string,
  device: string,
  timeoutMs: number,
): Promise<NeighbourAnswer> {
  const unknown = (because: string): NeighbourAnswer => ({
    address,
    device,
    outcome: 'unknown',
    macs: [],
    because,
  })
  const target = parseAddress(address)
  if (!target) return unknown('it is no address')
  // Nothing is received before the socket is bound to its device.
  const socket = openSocket(AF.packet, SOCK.datagram, 0)
  if ('errno' in socket) return unknown(explainNoSocket(socket.errno))
  try {
    const macs = await ask(socket, target, device, timeoutMs)
    if ('because' in macs) return unknown(macs.because)
    const outcome = macs.length > 0 ? 'answered' : 'silent'
    return { address, device, outcome, macs, because: null }
  } finally {
    socket.close()
  }
}
