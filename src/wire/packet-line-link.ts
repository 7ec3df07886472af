/** What tcpdump says of link layers before the packet: MPLS labels, PPPoE, the interface of a cooked capture. */

import { bytesBetween } from './bytes.ts'
import { ETHER_TYPE } from './link-ethernet.ts'
import { LINK_TYPE } from './link-type.ts'
import { formatMac } from './mac.ts'
import type { LinePart } from './packet-line-part.ts'

/** Linux's PACKET_HOST and so on, as tcpdump shortens them. */
const PACKET_TYPES = ['In', 'B', 'M', 'P', 'Out']

/** Writes what stands before the packet on a link that is not Ethernet. */
export function writeLink(part: LinePart, at: number, linkType: number): void {
  const { headers, sink } = part
  const { view } = headers
  if (linkType === LINK_TYPE.sll2 && headers.payloadAt >= at + 20) {
    // The interface's number is of the host that captured; its name is not in the capture.
    sink.text(`${'?'.padEnd(5)} ${(PACKET_TYPES[view.getUint8(at + 10)] ?? '?').padEnd(3)} `)
  } else if (linkType === LINK_TYPE.pppEther && headers.payloadAt >= at + 8) {
    writeSession(part, at)
  }
}

/** Writes the labels and the session between the Ethernet header at `from` and the packet; tags are not told. */
export function writeEthernetShims(part: LinePart, from: number): void {
  const { view, networkAt } = part.headers
  let at = from + 14
  if (networkAt <= at) return
  let type = view.getUint16(at - 2)
  while (at < networkAt) {
    if (type === ETHER_TYPE.mpls || type === ETHER_TYPE.mplsMulticast) {
      writeLabels(part, at)
      return
    }
    if (type === ETHER_TYPE.pppoeSession) {
      writeSession(part, at)
      return
    }
    if (at + 4 > networkAt) return
    type = view.getUint16(at + 2)
    at += 4
  }
}

function writeLabels({ headers, sink }: LinePart, from: number): void {
  const { view, networkAt } = headers
  sink.text('MPLS ')
  for (let at = from; at + 4 <= networkAt; at += 4) {
    const word = view.getUint32(at)
    const label = word >>> 12
    const bottom = (word & 0x100) !== 0 ? ', [S]' : ''
    sink.text(`(label ${label}, tc ${(word >>> 9) & 7}${bottom}, ttl ${word & 0xff}) `)
  }
}

function writeSession({ headers, sink }: LinePart, at: number): void {
  sink.text(`PPPoE  [ses 0x${headers.view.getUint16(at + 2).toString(16)}] `)
}

/** EtherTypes that have a name in tcpdump. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x8863, 'PPPoE D'],
  [0x888e, 'EAPOL'],
  [0x88cc, 'LLDP'],
  [0x88e5, 'MACsec'],
  [0x88f7, 'PTP'],
  [0x9000, 'Loopback'],
])

/** Writes what is told of a frame that carries neither IP nor ARP. */
export function writeUnknown({ headers, sink }: LinePart): void {
  const { view, etherAt, etherType, payloadEnd } = headers
  if (etherAt < 0 || payloadEnd - etherAt < 14) {
    sink.text(
      etherType === 0
        ? `no network layer, length ${headers.payloadBytes}`
        : `ethertype 0x${etherType.toString(16).padStart(4, '0')}, length ${headers.payloadBytes}`,
    )
    return
  }
  const mac = (at: number): string => formatMac(bytesBetween(view, at, at + 6))
  const lengthBytes = headers.payloadAt - etherAt + headers.payloadBytes
  const name = NAMES.get(etherType)
  if (name !== undefined) {
    sink.text(`${name}, length ${headers.payloadBytes}`)
    return
  }
  const kind =
    etherType === 0 ? '802.3' : `ethertype Unknown (0x${etherType.toString(16).padStart(4, '0')})`
  sink.text(`${mac(etherAt + 6)} > ${mac(etherAt)}, ${kind}, length ${lengthBytes}: `)
}
