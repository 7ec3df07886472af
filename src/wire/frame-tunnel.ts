/**
 * Packets within packets: IP in IP (RFC 2003, RFC 2473, RFC 4213), GRE (RFC 2784 with RFC 2890's
 * key and sequence number; version 1 of RFC 2637), ERSPAN, VXLAN (RFC 7348 §5) and Geneve
 * (RFC 8926 §3.4). All big-endian.
 */
import { HEADER_NOTE, type Headers, peelBytes } from './headers.ts'
import { ETHER_TYPE, etherTypeOfNibble, peelEthernet, peelEtherType } from './link-ethernet.ts'
import { peelPpp } from './link-ppp.ts'

const IPV4_IN_IP = 4
const IPV6_IN_IP = 41
const GRE = 47
const UDP = 17

const VXLAN_PORT = 4789
/** What Linux used before the port was registered, and flannel still does. */
const OLD_VXLAN_PORT = 8472
const GENEVE_PORT = 6081

/** Whether this protocol may carry another packet: one cheap look for the many that cannot. */
export const mayTunnel = (headers: Headers): boolean =>
  headers.protocol === UDP
    ? headers.destinationPort === VXLAN_PORT ||
      headers.destinationPort === GENEVE_PORT ||
      headers.destinationPort === OLD_VXLAN_PORT
    : headers.protocol === IPV4_IN_IP || headers.protocol === IPV6_IN_IP || headers.protocol === GRE

/**
 * Peels the tunnel's header and the link layer within, so that `etherType` tells the network layer
 * at the payload's start; false, and nothing changed, where it does not look like one.
 */
export function peelTunnel(headers: Headers): boolean {
  switch (headers.protocol) {
    case IPV4_IN_IP:
    case IPV6_IN_IP:
      return enterIp(headers, 0)
    case GRE:
      return enterGre(headers)
    case UDP:
      return headers.destinationPort === GENEVE_PORT ? enterGeneve(headers) : enterVxlan(headers)
    default:
      return false
  }
}

/** Forgets the outer packet, of which `bytes` bytes stand before the inner one. */
function enter(headers: Headers, bytes: number): void {
  peelBytes(headers, bytes)
  headers.notes |= HEADER_NOTE.tunnelled
  headers.ipVersion = 0
  headers.protocol = -1
  headers.identification = -1
  headers.dontFragment = false
  headers.fragmentOffset = 0
  headers.moreFragments = false
  headers.sourcePort = 0
  headers.destinationPort = 0
  headers.etherType = 0
}

function enterIp(headers: Headers, bytes: number): boolean {
  if (headers.payloadEnd - headers.payloadAt <= bytes) return false
  const version = headers.view.getUint8(headers.payloadAt + bytes) >> 4
  if (version !== 4 && version !== 6) return false
  enter(headers, bytes)
  peelEtherType(headers, etherTypeOfNibble(headers))
  return true
}

function enterEthernet(headers: Headers, bytes: number): boolean {
  // A frame that has not even its addresses tells less than the packet around it.
  if (headers.payloadEnd - headers.payloadAt - bytes < 14) return false
  enter(headers, bytes)
  peelEthernet(headers)
  return true
}

function enterEtherType(headers: Headers, type: number, bytes: number): boolean {
  if (type === ETHER_TYPE.ethernet) return enterEthernet(headers, bytes)
  if (type === ETHER_TYPE.ipv4 || type === ETHER_TYPE.ipv6) return enterIp(headers, bytes)
  if (type !== ETHER_TYPE.vlan && type !== ETHER_TYPE.mpls && type !== ETHER_TYPE.arp) return false
  enter(headers, bytes)
  peelEtherType(headers, type)
  return true
}

/**
 *    0  C 1, R 1, K 1, S 1, reserved 8, A 1 (version 1), version 3 | EtherType 16
 *    4  checksum 32 (C) | key 32 (K) | sequence number 32 (S) | acknowledgment 32 (A)
 */
function enterGre(headers: Headers): boolean {
  const { view, payloadAt: at } = headers
  const have = headers.payloadEnd - at
  if (have < 4) return false
  const flags = view.getUint16(at)
  const type = view.getUint16(at + 2)
  const hasSequence = (flags & 0x1000) !== 0
  let bytes = 4
  if ((flags & 0x8000) !== 0) bytes += 4
  if ((flags & 0x2000) !== 0) bytes += 4
  if (hasSequence) bytes += 4
  const version = flags & 7
  if (version === 1) {
    if ((flags & 0x80) !== 0) bytes += 4
    return type === 0x880b && enterPpp(headers, bytes)
  }
  // Source routes (R) have not been sent since RFC 1701.
  if (version !== 0 || (flags & 0x4000) !== 0 || have < bytes) return false
  if (type === 0x88be) return enterEthernet(headers, hasSequence ? bytes + 8 : bytes)
  if (type === 0x22eb) return enterErspan3(headers, bytes)
  return enterEtherType(headers, type, bytes)
}

function enterPpp(headers: Headers, bytes: number): boolean {
  if (headers.payloadEnd - headers.payloadAt - bytes < 4) return false
  const { payloadAt, payloadBytes } = headers
  peelBytes(headers, bytes)
  const type = peelPpp(headers)
  if (type === 0) {
    headers.payloadAt = payloadAt
    headers.payloadBytes = payloadBytes
    return false
  }
  enter(headers, 0)
  peelEtherType(headers, type)
  return true
}

/** ERSPAN type III: twelve bytes, and eight more where the last bit is set. */
function enterErspan3(headers: Headers, bytes: number): boolean {
  const at = headers.payloadAt + bytes
  if (headers.payloadEnd - at < 12) return false
  const more = (headers.view.getUint8(at + 11) & 1) === 1 ? 8 : 0
  return enterEthernet(headers, bytes + 12 + more)
}

/** Flags 8 (only I is set), reserved 24, VNI 24, reserved 8. */
function enterVxlan(headers: Headers): boolean {
  const { view, payloadAt: at } = headers
  if (headers.payloadEnd - at < 8 + 14) return false
  if ((view.getUint8(at) & 0x08) === 0 || view.getUint8(at + 7) !== 0) return false
  return enterEthernet(headers, 8)
}

/** Version 2, options' length in words 6, flags 8 | EtherType 16 | VNI 24, reserved 8 | options. */
function enterGeneve(headers: Headers): boolean {
  const { view, payloadAt: at } = headers
  if (headers.payloadEnd - at < 8) return false
  const first = view.getUint8(at)
  if (first >> 6 !== 0) return false
  return enterEtherType(headers, view.getUint16(at + 2), 8 + (first & 0x3f) * 4)
}
