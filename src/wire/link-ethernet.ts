/**
 * Ethernet (IEEE 802.3) and what may stand between it and the network layer. All big-endian:
 *
 *    0  destination 48 | source 48
 *   12  EtherType 16, or below 0x600 the length of an LLC frame (IEEE 802.2)
 *
 * 802.1Q and 802.1ad tags (priority 3, DEI 1, VLAN 12; EtherType 16), MPLS labels (RFC 3032 §2.1),
 * PPPoE sessions (RFC 2516 §4) and LLC/SNAP (RFC 1042) are looked through.
 */
import { type Headers, peelBytes, stopHeaders, trimPayload } from './headers.ts'
import { etherTypeOfPpp } from './link-ppp.ts'

/** EtherTypes that are looked into, from IEEE's registry. */
export const ETHER_TYPE: {
  readonly ipv4: 0x0800
  readonly arp: 0x0806
  readonly ethernet: 0x6558
  readonly vlan: 0x8100
  readonly ipv6: 0x86dd
  readonly mpls: 0x8847
  readonly mplsMulticast: 0x8848
  readonly pppoeSession: 0x8864
  readonly serviceVlan: 0x88a8
} = {
  ipv4: 0x0800,
  arp: 0x0806,
  ethernet: 0x6558,
  vlan: 0x8100,
  ipv6: 0x86dd,
  mpls: 0x8847,
  mplsMulticast: 0x8848,
  pppoeSession: 0x8864,
  serviceVlan: 0x88a8,
}

/** Bytes of the header without tags. */
export const ETHERNET_HEADER_BYTES = 14

/** Below this the field is a length, IEEE 802.3 §3.2.6. */
const LOWEST_ETHER_TYPE = 0x600

/** A VLAN tag as Cisco numbered it before 802.1ad. */
const OLD_SERVICE_VLAN = 0x9100

/** Peels the header at the payload's start and leaves the network layer's EtherType, 0 where there is none. */
export function peelEthernet(headers: Headers): void {
  const at = headers.payloadAt
  if (headers.payloadEnd - at < ETHERNET_HEADER_BYTES) {
    stopHeaders(headers, 'ethernet')
    return
  }
  headers.etherAt = at
  peelBytes(headers, ETHERNET_HEADER_BYTES)
  peelEtherType(headers, headers.view.getUint16(at + 12))
}

/** Looks through what `etherType` announces, down to a network layer; sets `etherType` and `networkAt`. */
export function peelEtherType(headers: Headers, etherType: number): void {
  let type = etherType
  while (type !== ETHER_TYPE.ipv4 && type !== ETHER_TYPE.ipv6) {
    headers.etherType = type
    const next = peelShim(headers, type)
    if (next === type) break
    type = next
  }
  headers.etherType = type
  headers.networkAt = headers.payloadAt
}

/** Peels one tag, label stack, session or LLC header; gives what it carries, or `type` where it is none of them. */
function peelShim(headers: Headers, type: number): number {
  switch (type) {
    case ETHER_TYPE.vlan:
    case ETHER_TYPE.serviceVlan:
    case OLD_SERVICE_VLAN:
      return peelTag(headers, type)
    case ETHER_TYPE.mpls:
    case ETHER_TYPE.mplsMulticast:
      return peelLabels(headers, type)
    case ETHER_TYPE.pppoeSession:
      return peelSession(headers, type)
    default:
      if (type === 0 || type >= LOWEST_ETHER_TYPE) return type
      if (headers.payloadBytes > type) trimPayload(headers, type)
      return peelLlc(headers)
  }
}

function peelTag(headers: Headers, type: number): number {
  const at = headers.payloadAt
  if (headers.payloadEnd - at < 4) {
    stopHeaders(headers, 'vlan')
    return type
  }
  headers.vlan = headers.view.getUint16(at) & 0xfff
  peelBytes(headers, 4)
  return headers.view.getUint16(at + 2)
}

/** What is below the labels is not announced: its first four bits tell IP (RFC 4928 §3). */
function peelLabels(headers: Headers, type: number): number {
  const { view, payloadEnd } = headers
  let bottom = false
  while (!bottom) {
    if (payloadEnd - headers.payloadAt < 4) {
      stopHeaders(headers, 'mpls')
      return type
    }
    bottom = (view.getUint8(headers.payloadAt + 2) & 1) === 1
    peelBytes(headers, 4)
  }
  return etherTypeOfNibble(headers) || type
}

/** The EtherType of the IP packet that the payload begins with; 0 where it does not look like one. */
export function etherTypeOfNibble(headers: Headers): number {
  if (headers.payloadAt >= headers.payloadEnd) return 0
  const version = headers.view.getUint8(headers.payloadAt) >> 4
  return version === 4 ? ETHER_TYPE.ipv4 : version === 6 ? ETHER_TYPE.ipv6 : 0
}

/** Six bytes (version, type, code, session, length), then PPP's protocol. */
function peelSession(headers: Headers, type: number): number {
  const at = headers.payloadAt
  if (headers.payloadEnd - at < 8) {
    stopHeaders(headers, 'pppoe')
    return type
  }
  const lengthBytes = headers.view.getUint16(at + 4)
  const carried = etherTypeOfPpp(headers.view.getUint16(at + 6))
  if (carried === 0) return type
  peelBytes(headers, 6)
  if (lengthBytes >= 2 && headers.payloadBytes > lengthBytes) trimPayload(headers, lengthBytes)
  peelBytes(headers, 2)
  return carried
}

/**
 * Peels LLC with SNAP and gives the EtherType; 0, and nothing peeled, for any other LLC frame. An
 * organisation code of zeros, or of IEEE 802.1H's bridge tunnel, is followed by an EtherType.
 */
export function peelLlc(headers: Headers): number {
  const { view, payloadAt: at } = headers
  if (headers.payloadEnd - at < 8) return 0
  if (view.getUint16(at) !== 0xaaaa || view.getUint8(at + 2) !== 3) return 0
  const organisation = (view.getUint16(at + 3) << 8) | view.getUint8(at + 5)
  if (organisation !== 0 && organisation !== 0xf8) return 0
  const type = view.getUint16(at + 6)
  if (type < LOWEST_ETHER_TYPE) return 0
  peelBytes(headers, 8)
  return type
}
