/** The fields of link layers: Ethernet, tags, labels, PPPoE, cooked captures, loopback, ARP. */
import { type DetailNode, type Field, field, readFields, valueIn } from './detail-field.ts'
import { ETHER_TYPE } from './link-ethernet.ts'
import { LINK_TYPE, linkTypeName } from './link-type.ts'

const ETHERNET: readonly Field[] = [
  field('eth.dst', 0, 6, 'mac'),
  field('eth.src', 6, 6, 'mac'),
  field('eth.type', 12, 2, 'hex'),
]

const LENGTH: readonly Field[] = [...ETHERNET.slice(0, 2), field('eth.len', 12, 2)]

const VLAN: readonly Field[] = [
  field('vlan.priority', 0, 2, 'decimal', { mask: 0xe000 }),
  field('vlan.dei', 0, 2, 'decimal', { mask: 0x1000 }),
  field('vlan.id', 0, 2, 'decimal', { mask: 0x0fff }),
  field('vlan.etype', 2, 2, 'hex'),
]

/** IEEE 802.1ad's, the outer one of two. */
const SERVICE_VLAN: readonly Field[] = [
  field('ieee8021ad.priority', 0, 2, 'decimal', { mask: 0xe000 }),
  field('ieee8021ad.dei', 0, 2, 'decimal', { mask: 0x1000 }),
  field('ieee8021ad.id', 0, 2, 'decimal', { mask: 0x0fff }),
]

const MPLS: readonly Field[] = [
  field('mpls.label', 0, 4, 'decimal', { mask: 0xfffff000 | 0 }),
  field('mpls.exp', 0, 4, 'decimal', { mask: 0xe00 }),
  field('mpls.bottom', 0, 4, 'decimal', { mask: 0x100 }),
  field('mpls.ttl', 0, 4, 'decimal', { mask: 0xff }),
]

const PPPOE: readonly Field[] = [
  field('pppoe.version', 0, 1, 'decimal', { mask: 0xf0 }),
  field('pppoe.type', 0, 1, 'decimal', { mask: 0x0f }),
  field('pppoe.code', 1, 1, 'hex'),
  field('pppoe.session_id', 2, 2, 'hex'),
  field('pppoe.payload_length', 4, 2),
  field('ppp.protocol', 6, 2, 'hex'),
]

const SLL: readonly Field[] = [
  field('sll.pkttype', 0, 2),
  field('sll.hatype', 2, 2),
  field('sll.halen', 4, 2),
  field('sll.src.eth', 6, 6, 'mac'),
  field('sll.etype', 14, 2, 'hex'),
]

const SLL2: readonly Field[] = [
  field('sll.etype', 0, 2, 'hex'),
  field('sll.ifindex', 4, 4),
  field('sll.hatype', 8, 2),
  field('sll.pkttype', 10, 1),
  field('sll.halen', 11, 1),
  field('sll.src.eth', 12, 6, 'mac'),
]

const ARP: readonly Field[] = [
  field('arp.hw.type', 0, 2),
  field('arp.proto.type', 2, 2, 'hex'),
  field('arp.hw.size', 4, 1),
  field('arp.proto.size', 5, 1),
  field('arp.opcode', 6, 2),
]

const ARP_ADDRESSES: readonly Field[] = [
  field('arp.src.hw_mac', 8, 6, 'mac'),
  field('arp.src.proto_ipv4', 14, 4, 'ipv4'),
  field('arp.dst.hw_mac', 18, 6, 'mac'),
  field('arp.dst.proto_ipv4', 24, 4, 'ipv4'),
]

/** The headers from `at` to the network layer at `networkAt`; Ethernet's where the link is of that kind. */
export function linkNodes(
  view: DataView,
  at: number,
  networkAt: number,
  linkType: number,
): DetailNode[] {
  if (linkType === LINK_TYPE.ethernet) return ethernetNodes(view, at, networkAt)
  const table = linkType === LINK_TYPE.sll ? SLL : linkType === LINK_TYPE.sll2 ? SLL2 : []
  const bytes = table === SLL ? 16 : table === SLL2 ? 20 : networkAt - at
  if (bytes <= 0 || at + bytes > networkAt) return []
  const name = table.length === 0 ? linkTypeName(linkType).toLowerCase() : 'sll'
  const text = table.length === 0 ? `link layer, ${bytes} bytes` : 'Linux cooked capture'
  const children = readFields(view, at, networkAt, table)
  const type = table === SLL ? view.getUint16(at + 14) : table === SLL2 ? view.getUint16(at) : 0
  return [
    { name, text, at, end: at + bytes, children },
    ...shimNodes(view, at + bytes, networkAt, type),
  ]
}

/** An Ethernet header and what stands between it and the network layer. */
export function ethernetNodes(view: DataView, at: number, networkAt: number): DetailNode[] {
  if (networkAt - at < 14) return []
  const type = view.getUint16(at + 12)
  const children = readFields(view, at, at + 14, type < 0x600 ? LENGTH : ETHERNET)
  const text = `${valueIn(children, 'eth.src')} > ${valueIn(children, 'eth.dst')}`
  return [
    { name: 'eth', text, at, end: at + 14, children },
    ...shimNodes(view, at + 14, networkAt, type),
  ]
}

function shimNodes(view: DataView, from: number, networkAt: number, first: number): DetailNode[] {
  const nodes: DetailNode[] = []
  let type = first
  let at = from
  while (networkAt - at >= 4) {
    const isTag = type === ETHER_TYPE.vlan || type === ETHER_TYPE.serviceVlan || type === 0x9100
    const isLabel = type === ETHER_TYPE.mpls || type === ETHER_TYPE.mplsMulticast
    const isSession = type === ETHER_TYPE.pppoeSession
    if (!isTag && !isLabel && !isSession) break
    const end = at + (isSession ? 8 : 4)
    const isService = type === ETHER_TYPE.serviceVlan
    const table = isService ? SERVICE_VLAN : isTag ? VLAN : isLabel ? MPLS : PPPOE
    const name = isService ? 'ieee8021ad' : isTag ? 'vlan' : isLabel ? 'mpls' : 'pppoes'
    const which = isLabel ? 'mpls.label' : isSession ? 'pppoe.session_id' : `${name}.id`
    const children = readFields(view, at, networkAt, table)
    const text = `${which.split('.')[1]} ${valueIn(children, which)}`
    nodes.push({ name, text, at, end, children })
    if (isTag) type = view.getUint16(at + 2)
    at = end
  }
  return nodes
}

/** ARP's message; addresses only where they are Ethernet's and IPv4's. */
export function arpNode(view: DataView, at: number, end: number): DetailNode {
  const isUsual = end - at >= 28 && view.getUint32(at + 2) === 0x08000604
  const children = readFields(view, at, end, isUsual ? [...ARP, ...ARP_ADDRESSES] : ARP)
  const opcode = valueIn(children, 'arp.opcode')
  const text = opcode === '1' ? 'request' : opcode === '2' ? 'reply' : `operation ${opcode}`
  return { name: 'arp', text, at, end: Math.min(end, at + 28), children }
}
