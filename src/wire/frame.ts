/**
 * One frame of a capture, from the link layer to the innermost transport header, into one reused
 * `Headers`. Each layer peels its header off the front of `headers`' payload; nothing is allocated,
 * and what cannot be read leaves what stood before it.
 */
import { peelIpv4, peelIpv6 } from './frame-network.ts'
import { readPlainFrame } from './frame-plain.ts'
import { peelTransport } from './frame-transport.ts'
import { mayTunnel, peelTunnel } from './frame-tunnel.ts'
import { HEADER_NOTE, type Headers, peelBytes, stopHeaders } from './headers.ts'
import { peelSll, peelSll2 } from './link-cooked.ts'
import { ETHER_TYPE, etherTypeOfNibble, peelEthernet, peelEtherType } from './link-ethernet.ts'
import { peelNull } from './link-null.ts'
import { peelCiscoHdlc, peelPpp } from './link-ppp.ts'
import { LINK_TYPE } from './link-type.ts'
import { peelPrism, peelRadiotap, peelWifi } from './link-wifi.ts'

/** Packets within packets that are looked into; real ones nest two or three deep. */
const DEEPEST_TUNNEL = 8

/**
 * Reads the frame `view[at, end)`, of `originalBytes` on the wire, as `linkType` says. All fields of
 * `headers` are set anew. Any bytes may be given; nothing is read at or past `end`.
 */
export function readFrame(
  view: DataView,
  at: number,
  end: number,
  originalBytes: number,
  linkType: number,
  headers: Headers,
): void {
  if (linkType === LINK_TYPE.ethernet && readPlainFrame(view, at, end, originalBytes, headers))
    return
  readLayers(view, at, end, originalBytes, linkType, headers)
}

/** The same for every frame, layer by layer. */
export function readLayers(
  view: DataView,
  at: number,
  end: number,
  originalBytes: number,
  linkType: number,
  headers: Headers,
): void {
  readLink(view, at, end, originalBytes, linkType, headers)
  peelPacket(headers)
}

/** Reads the link layer alone: the payload is the network layer's, which `etherType` tells. */
export function readLink(
  view: DataView,
  at: number,
  end: number,
  originalBytes: number,
  linkType: number,
  headers: Headers,
): void {
  begin(view, at, end, originalBytes, headers)
  if (linkType === LINK_TYPE.ethernet) peelEthernet(headers)
  else peelOther(headers, linkType)
}

/** Reads an IP packet without a link layer, such as one that was put together from fragments. */
export function readPacket(
  view: DataView,
  at: number,
  end: number,
  originalBytes: number,
  headers: Headers,
): void {
  begin(view, at, end, originalBytes, headers)
  peelEtherType(headers, etherTypeOfNibble(headers))
  peelPacket(headers)
}

function begin(
  view: DataView,
  at: number,
  end: number,
  originalBytes: number,
  headers: Headers,
): void {
  headers.view = view
  headers.notes = originalBytes > end - at ? HEADER_NOTE.truncated : 0
  headers.stoppedLayer = ''
  headers.stoppedAt = 0
  headers.etherType = 0
  headers.etherAt = -1
  headers.vlan = -1
  headers.ipVersion = 0
  headers.networkAt = at
  headers.sourceAddressAt = 0
  headers.destinationAddressAt = 0
  headers.hopLimit = 0
  headers.trafficClass = 0
  headers.identification = -1
  headers.dontFragment = false
  headers.fragmentOffset = 0
  headers.moreFragments = false
  headers.protocol = -1
  headers.transportAt = 0
  headers.sourcePort = 0
  headers.destinationPort = 0
  headers.identifier = 0
  headers.payloadAt = at
  headers.payloadEnd = end
  headers.payloadBytes = originalBytes
  headers.sequence = 0
  headers.acknowledgment = 0
  headers.flags = 0
  headers.window = 0
  headers.urgent = 0
  headers.optionsAt = 0
  headers.optionsEnd = 0
}

/** IP and what it carries, down through tunnels. A fragment's payload is not looked into. */
function peelPacket(headers: Headers): void {
  for (let depth = 0; ; depth++) {
    if (headers.etherType === ETHER_TYPE.ipv4) peelIpv4(headers)
    else if (headers.etherType === ETHER_TYPE.ipv6) peelIpv6(headers)
    if (headers.protocol < 0) return
    if ((headers.notes & HEADER_NOTE.fragment) !== 0) {
      peelFirstFragment(headers)
      return
    }
    peelTransport(headers)
    if (!mayTunnel(headers) || depth === DEEPEST_TUNNEL || !peelTunnel(headers)) return
  }
}

/** The ports of a datagram stand in its first fragment. */
function peelFirstFragment(headers: Headers): void {
  if (headers.protocol < 0 || headers.fragmentOffset > 0) return
  peelTransport(headers)
  // What fragmentation cut off is no damage.
  headers.notes &= ~HEADER_NOTE.damaged
  headers.stoppedLayer = ''
}

function peelOther(headers: Headers, linkType: number): void {
  const type = etherTypeBehind(headers, linkType)
  headers.networkAt = headers.payloadAt
  if (type !== 0 && (headers.notes & HEADER_NOTE.damaged) === 0) peelEtherType(headers, type)
}

/** Peels a link layer that is not Ethernet; gives the EtherType of what it carries, else 0. */
function etherTypeBehind(headers: Headers, linkType: number): number {
  switch (linkType) {
    case LINK_TYPE.raw:
    case LINK_TYPE.oldRaw:
    case LINK_TYPE.openbsdRaw:
      return etherTypeOfNibble(headers)
    case LINK_TYPE.ipv4:
      return ETHER_TYPE.ipv4
    case LINK_TYPE.ipv6:
      return ETHER_TYPE.ipv6
    case LINK_TYPE.sll:
      return peelSll(headers)
    case LINK_TYPE.sll2:
      return peelSll2(headers)
    case LINK_TYPE.null:
    case LINK_TYPE.loop:
      return peelNull(headers)
    case LINK_TYPE.ppp:
    case LINK_TYPE.pppHdlc:
    case LINK_TYPE.pppPppd:
      return peelPpp(headers)
    case LINK_TYPE.pppWithDirection:
      return peelDirection(headers)
    case LINK_TYPE.pppEther:
      return ETHER_TYPE.pppoeSession
    case LINK_TYPE.ciscoHdlc:
      return peelCiscoHdlc(headers)
    case LINK_TYPE.radiotap:
      return peelRadiotap(headers)
    case LINK_TYPE.wifi:
      return peelWifi(headers, false)
    case LINK_TYPE.prism:
    case LINK_TYPE.avs:
      return peelPrism(headers)
    default:
      headers.notes |= HEADER_NOTE.unknownLink
      return 0
  }
}

/** One byte tells who sent the PPP frame. */
function peelDirection(headers: Headers): number {
  if (headers.payloadEnd - headers.payloadAt < 1) {
    stopHeaders(headers, 'ppp')
    return 0
  }
  peelBytes(headers, 1)
  return peelPpp(headers)
}
