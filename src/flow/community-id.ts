/**
 * The Community ID of a connection, version 1 with seed 0, as its specification
 * (github.com/corelight/community-id-spec) has it: the same text for both directions and in every
 * tool, so that logs can be joined. SHA-1 over, in network order:
 *
 *    seed 16 | address, address 32 or 128 each | protocol 8 | 0 8 | port, port 16 each
 *
 * The smaller of address and port comes first.
 */
import { sha1 } from '@noble/hashes/legacy.js'
import { PROTOCOL } from '../wire/protocol.ts'

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

const SCTP = 132

/** What answers what: echo, router, timestamp, information and mask of ICMP. */
const ANSWER_4: Readonly<Record<number, number>> = {
  0: 8,
  8: 0,
  10: 9,
  13: 14,
  14: 13,
  15: 16,
  16: 15,
  17: 18,
  18: 17,
}

/** The same of ICMPv6: echo, listeners, routers, neighbours, node information, home agents. */
const ANSWER_6: Readonly<Record<number, number>> = {
  128: 129,
  129: 128,
  130: 131,
  131: 130,
  133: 134,
  134: 133,
  135: 136,
  136: 135,
  139: 140,
  140: 139,
  144: 145,
  145: 144,
}

/** What stands for the ports of an ICMP message: its type, and the type that answers it or its code. */
export type IcmpPorts = {
  readonly source: number
  readonly destination: number
  /** True where nothing answers this type: then the order of the ends is kept. */
  readonly oneWay: boolean
}

/** Maps type and code as Zeek and the specification do. */
export function icmpPorts(protocol: number, type: number, code: number): IcmpPorts {
  const answer = (protocol === PROTOCOL.icmp ? ANSWER_4 : ANSWER_6)[type]
  return { source: type, destination: answer ?? code, oneWay: answer === undefined }
}

/** The five fields; addresses are 4 or 16 bytes. For ICMP the ports are those of `icmpPorts`. */
export type CommunityTuple = {
  readonly protocol: number
  readonly source: Uint8Array
  readonly destination: Uint8Array
  readonly sourcePort: number
  readonly destinationPort: number
  /** Keeps the order; see `IcmpPorts`. */
  readonly oneWay?: boolean
}

/** The ID, e.g. `1:LQU9qZlK+B5F3KDmev6m5PMibrg=`. */
export function communityId(tuple: CommunityTuple): string {
  const { protocol, source, destination, sourcePort, destinationPort } = tuple
  const turn = !tuple.oneWay && isLess(destination, destinationPort, source, sourcePort)
  const [first, second] = turn ? [destination, source] : [source, destination]
  const ports = turn ? [destinationPort, sourcePort] : [sourcePort, destinationPort]
  const hasPorts = HAS_PORTS.has(protocol)
  const bytes = new Uint8Array(2 + first.length + second.length + 2 + (hasPorts ? 4 : 0))
  bytes.set(first, 2)
  bytes.set(second, 2 + first.length)
  let at = 2 + first.length + second.length
  bytes[at] = protocol
  at += 2
  if (hasPorts)
    for (const port of ports) {
      bytes[at++] = port >> 8
      bytes[at++] = port & 0xff
    }
  return `1:${base64(sha1(bytes))}`
}

const HAS_PORTS: ReadonlySet<number> = new Set([
  PROTOCOL.icmp,
  PROTOCOL.tcp,
  PROTOCOL.udp,
  PROTOCOL.icmpv6,
  SCTP,
])

function isLess(one: Uint8Array, onePort: number, other: Uint8Array, otherPort: number): boolean {
  for (const [index, byte] of one.entries()) {
    const difference = byte - (other[index] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return onePort < otherPort
}

/** RFC 4648 §4; rooms that run in a browser share no function for it. */
function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    text += BASE64.charAt(group >> 18) + BASE64.charAt((group >> 12) & 63)
    text += left > 1 ? BASE64.charAt((group >> 6) & 63) : '='
    text += left > 2 ? BASE64.charAt(group & 63) : '='
  }
  return text
}
