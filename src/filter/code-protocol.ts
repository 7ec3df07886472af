/** A protocol's word (`tcp`, `arp`, `isis`) and `proto`: what the link layer, IP or OSI says that it carries. */

import { carries } from './code-link-type.ts'
import { fieldIs } from './code-load.ts'
import type { CodeState } from './code-state.ts'
import { and, type Condition, or } from './condition.ts'
import { B, H } from './instruction.ts'
import type { Protocol } from './keyword.ts'
import { ETHERTYPE, IP_PROTOCOL, ISIS, OSI, SAP } from './protocol-number.ts'

/** What the link layer carries, by its word. */
const CARRIED: Partial<Record<Protocol, number>> = {
  ip: ETHERTYPE.ip,
  arp: ETHERTYPE.arp,
  rarp: ETHERTYPE.rarp,
  atalk: ETHERTYPE.atalk,
  aarp: ETHERTYPE.aarp,
  decnet: ETHERTYPE.decnet,
  sca: ETHERTYPE.sca,
  lat: ETHERTYPE.lat,
  mopdl: ETHERTYPE.mopdl,
  moprc: ETHERTYPE.moprc,
  ip6: ETHERTYPE.ip6,
  iso: SAP.iso,
  stp: SAP.stp,
  ipx: SAP.ipx,
  netbeui: SAP.netbeui,
}

type Carrier = 'ip' | 'ip6' | 'iso' | 'isis' | null

/** What something else carries: over IPv4 and IPv6 both where no carrier is named. */
const WITHIN: Partial<Record<Protocol, readonly [number, Carrier]>> = {
  sctp: [IP_PROTOCOL.sctp, null],
  tcp: [IP_PROTOCOL.tcp, null],
  udp: [IP_PROTOCOL.udp, null],
  icmp: [IP_PROTOCOL.icmp, 'ip'],
  igmp: [IP_PROTOCOL.igmp, 'ip'],
  igrp: [IP_PROTOCOL.igrp, 'ip'],
  pim: [IP_PROTOCOL.pim, null],
  vrrp: [IP_PROTOCOL.vrrp, 'ip'],
  carp: [IP_PROTOCOL.carp, 'ip'],
  icmp6: [IP_PROTOCOL.icmp6, 'ip6'],
  ah: [IP_PROTOCOL.ah, null],
  esp: [IP_PROTOCOL.esp, null],
  esis: [OSI.esis, 'iso'],
  isis: [OSI.isis, 'iso'],
  clnp: [OSI.clnp, 'iso'],
}

/** PDU types of IS-IS by their word; each is tested before those that stand left of it. */
const ISIS_TYPES: Partial<Record<Protocol, readonly number[]>> = {
  l1: [ISIS.hello1, ISIS.helloPointToPoint, ISIS.linkState1, ISIS.complete1, ISIS.partial1],
  l2: [ISIS.hello2, ISIS.helloPointToPoint, ISIS.linkState2, ISIS.complete2, ISIS.partial2],
  iih: [ISIS.hello1, ISIS.hello2, ISIS.helloPointToPoint],
  lsp: [ISIS.linkState1, ISIS.linkState2],
  snp: [ISIS.complete1, ISIS.complete2, ISIS.partial1, ISIS.partial2],
  csnp: [ISIS.complete1, ISIS.complete2],
  psnp: [ISIS.partial1, ISIS.partial2],
}

/** The packet is one of `protocol`. */
export function isProtocol(state: CodeState, protocol: Protocol): Condition {
  const carried = CARRIED[protocol]
  if (carried !== undefined) return carries(state, carried)
  const within = WITHIN[protocol]
  if (within !== undefined) return protocolIs(state, within[0], within[1])
  const types = ISIS_TYPES[protocol]
  if (types === undefined)
    return state.refuse(
      protocol === 'radio'
        ? '“radio” is no protocol; it can only be looked into: “radio[…]”'
        : 'a link layer’s word alone selects nothing; it takes “host”, “proto”, “broadcast”, “multicast” or “[…]”',
    )
  return isisIs(state, types)
}

/** The first two in order, each further one before what is there. */
function isisIs(state: CodeState, types: readonly number[]): Condition {
  const [first = 0, ...others] = types
  const start = protocolIs(state, first, 'isis')
  return others.reduce<Condition>((any, type, index) => {
    const next = protocolIs(state, type, 'isis')
    return index === 0 ? or(any, next) : or(next, any)
  }, start)
}

const HDLC_ISO = (SAP.iso << 8) | SAP.iso

/** The carrier says that it carries `number`; IPv6 also behind a fragment header. */
function protocolIs(state: CodeState, number: number, carrier: Carrier | 'link'): Condition {
  switch (carrier) {
    case null: {
      const overIp = protocolIs(state, number, 'ip')
      return or(overIp, protocolIs(state, number, 'ip6'))
    }
    case 'link':
      return carries(state, number)
    case 'ip': {
      const ip = carries(state, ETHERTYPE.ip)
      return and(ip, fieldIs(state, 'network', 9, B, number))
    }
    case 'ip6': {
      const ip6 = carries(state, ETHERTYPE.ip6)
      const fragment = fieldIs(state, 'network', 6, B, IP_PROTOCOL.fragment)
      const behind = and(fragment, fieldIs(state, 'network', 40, B, number))
      const next = fieldIs(state, 'network', 6, B, number)
      return and(ip6, or(next, behind))
    }
    case 'iso':
      return osiIs(state, number)
    case 'isis': {
      const isis = osiIs(state, OSI.isis)
      return and(isis, fieldIs(state, 'network-without-snap', 4, B, number))
    }
  }
}

function osiIs(state: CodeState, number: number): Condition {
  if (state.layer.test === 'frame-relay') return fieldIs(state, 'link', 2, H, 0x0300 | number)
  const hdlc = state.layer.test === 'hdlc'
  const iso = carries(state, hdlc ? HDLC_ISO : SAP.iso)
  // OSI over Cisco's HDLC has a byte of stuffing before it.
  return and(iso, fieldIs(state, 'network-without-snap', hdlc ? 1 : 0, B, number))
}

/** `proto NUMBER` behind the word of a carrier. */
export function protoIs(state: CodeState, number: number, carrier: Protocol | null): Condition {
  switch (carrier) {
    case null:
    case 'link':
    case 'ip':
    case 'ip6':
    case 'iso':
    case 'isis':
      return protocolIs(state, number, carrier)
    default:
      return state.refuse(
        `“${carrier}” does not say what it carries; “proto” takes “ip”, “ip6”, “ether” or “iso” before it`,
        `ip proto ${number}`,
      )
  }
}
