/** The tree of a frame's headers, from the link layer to DNS, through tunnels: what `-V` shows. */

import { dnsNode } from './detail-dns.ts'
import { type DetailNode, leaf } from './detail-field.ts'
import { icmpNode } from './detail-icmp.ts'
import { arpNode, ethernetNodes, linkNodes } from './detail-link.ts'
import { damagedNode, ipv4Nodes, ipv6Nodes } from './detail-network.ts'
import { sctpNode, tcpNode, tunnelNode, udpNode } from './detail-transport.ts'
import { readLink } from './frame.ts'
import { peelIpv4, peelIpv6 } from './frame-network.ts'
import { peelTransport } from './frame-transport.ts'
import { mayTunnel, peelTunnel } from './frame-tunnel.ts'
import { HEADER_NOTE, Headers } from './headers.ts'
import { ETHER_TYPE } from './link-ethernet.ts'
import { LINK_TYPE } from './link-type.ts'
import { isIcmpError } from './quote.ts'

export type { DetailNode } from './detail-field.ts'

const DEEPEST = 8
const DNS_PORTS: ReadonlySet<number> = new Set([53, 5353, 5355])

/** The headers of the frame `view[at, end)`, outermost first. What could not be read is a node of its own. */
export function detailTree(
  view: DataView,
  at: number,
  end: number,
  originalBytes: number,
  linkType: number,
): readonly DetailNode[] {
  return readTree(view, at, end, originalBytes, linkType, true)
}

/** `quotes`: whether a quoted packet is looked into; an error does not quote an error (RFC 1122 §3.2.2). */
function readTree(
  view: DataView,
  at: number,
  end: number,
  originalBytes: number,
  linkType: number,
  quotes: boolean,
): DetailNode[] {
  const headers = new Headers()
  readLink(view, at, end, originalBytes, linkType, headers)
  const nodes = linkNodes(view, at, headers.networkAt, linkType)
  packetNodes(headers, nodes, quotes, 0)
  if ((headers.notes & HEADER_NOTE.damaged) !== 0) {
    nodes.push(damagedNode(headers.stoppedLayer, headers.stoppedAt, headers.payloadEnd))
  }
  return nodes
}

function packetNodes(headers: Headers, nodes: DetailNode[], quotes: boolean, depth: number): void {
  const { view } = headers
  const at = headers.payloadAt
  const end = headers.payloadEnd
  switch (headers.etherType) {
    case ETHER_TYPE.ipv4:
      peelIpv4(headers)
      nodes.push(...ipv4Nodes(view, at, end, headers.protocol < 0 ? at : headers.transportAt))
      break
    case ETHER_TYPE.ipv6:
      peelIpv6(headers)
      nodes.push(...ipv6Nodes(view, at, end, headers.protocol < 0 ? at : headers.transportAt))
      break
    case ETHER_TYPE.arp:
      nodes.push(arpNode(view, at, end))
      return
    default:
      if (end > at) nodes.push(leaf('data', `${end - at} bytes`, at, end))
      return
  }
  if (headers.protocol >= 0 && headers.fragmentOffset === 0)
    carriedNodes(headers, nodes, quotes, depth)
  else if (headers.protocol >= 0) nodes.push(dataNode(headers))
}

const dataNode = ({ payloadAt, payloadEnd }: Headers): DetailNode =>
  leaf('data', `${payloadEnd - payloadAt} bytes`, payloadAt, Math.max(payloadAt, payloadEnd))

function carriedNodes(headers: Headers, nodes: DetailNode[], quotes: boolean, depth: number): void {
  peelTransport(headers)
  const { protocol, destinationPort } = headers
  if (protocol === 6) nodes.push(tcpNode(headers))
  else if (protocol === 17) nodes.push(udpNode(headers))
  else if (protocol === 1 || protocol === 58) nodes.push(icmpNode(headers))
  else if (protocol === 132) nodes.push(sctpNode(headers))
  const from = headers.payloadAt
  const etherAt = headers.etherAt
  const isWhole = (headers.notes & HEADER_NOTE.fragment) === 0
  if (isWhole && depth < DEEPEST && mayTunnel(headers) && peelTunnel(headers)) {
    const isEthernet = headers.etherAt !== etherAt
    const innerAt = isEthernet ? headers.etherAt : headers.networkAt
    const tunnel = tunnelNode(headers.view, from, innerAt, protocol, destinationPort)
    if (tunnel !== null) nodes.push(tunnel)
    if (isEthernet) nodes.push(...ethernetNodes(headers.view, headers.etherAt, headers.networkAt))
    packetNodes(headers, nodes, quotes, depth + 1)
    return
  }
  if (protocol === 47) {
    const tunnel = tunnelNode(headers.view, from, headers.payloadEnd, protocol, 0)
    if (tunnel !== null) nodes.push(tunnel)
    return
  }
  payloadNodes(headers, nodes, quotes)
}

/** What the transport carries: DNS, the packet that an error quotes, or bytes. */
function payloadNodes(headers: Headers, nodes: DetailNode[], quotes: boolean): void {
  const { view, payloadAt, payloadEnd, protocol } = headers
  if ((headers.notes & HEADER_NOTE.damaged) !== 0 || payloadEnd <= payloadAt) return
  const isDns = DNS_PORTS.has(headers.sourcePort) || DNS_PORTS.has(headers.destinationPort)
  if (isDns && (protocol === 17 || protocol === 6)) {
    // RFC 1035 §4.2.2: over TCP a length stands before the message.
    const dns = dnsNode(view, payloadAt + (protocol === 6 ? 2 : 0), payloadEnd)
    if (dns !== null) {
      nodes.push(dns)
      return
    }
  }
  if (quotes && isIcmpError(headers)) {
    const quoted = readTree(
      view,
      payloadAt,
      payloadEnd,
      payloadEnd - payloadAt,
      LINK_TYPE.raw,
      false,
    )
    const children = quoted.filter(({ name }) => name !== '_ws.malformed')
    nodes.push({
      name: 'quoted',
      text: 'the packet that caused it',
      at: payloadAt,
      end: payloadEnd,
      children,
    })
    return
  }
  nodes.push(dataNode(headers))
}
