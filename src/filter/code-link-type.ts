/**
 * “The packet carries this protocol”, as each link layer says it: an EtherType, the service access points of an LLC header, a PPP
 * number, an address family. A number up to 1500 is a service access point, one above an EtherType.
 */

import { always, bitsSet, bytesAre, fieldCompares, fieldIs } from './code-load.ts'
import type { CodeState } from './code-state.ts'
import { and, andMaybe, type Condition, not, or, step, test } from './condition.ts'
import { B, H, JEQ, LD, LDX, MEM, W, X } from './instruction.ts'
import { ETHERTYPE, LONGEST_ETHERNET, OSI, PPP_PROTOCOL, SAP } from './protocol-number.ts'

/** What the type field of cooked captures holds for LLC and for raw 802.3 (linux/if_ether.h). */
const COOKED_802_3 = 0x0001
const COOKED_802_2 = 0x0004

/** Address families of BSD, macOS and Linux (sys/socket.h). */
const FAMILY_IP = 2
const FAMILY_IP6 = { bsd: 24, freebsd: 28, darwin: 30, linux: 10 } as const

/** The packet carries the protocol of that number. */
export function carries(state: CodeState, protocol: number): Condition {
  if (state.mplsLabels > 0) return carriedByMpls(state, protocol)
  switch (state.layer.test) {
    case 'ethernet':
      return andMaybe(state.inGeneve ? null : innerLayerCheck(state), onEthernet(state, protocol))
    case 'wifi':
      return and(isDataFrame(state), onLlc(state, protocol))
    case 'llc':
      return onLlc(state, protocol)
    case 'atm':
      return and(isAtmLlc(state), onLlc(state, protocol))
    case 'sll':
      return onCooked(state, protocol)
    case 'raw':
      return onRaw(state, protocol)
    case 'ipv4':
      return always(protocol === ETHERTYPE.ip)
    case 'ipv6':
      return always(protocol === ETHERTYPE.ip6)
    case 'ppp':
      return typeIs(state, PPP_PROTOCOL.get(protocol) ?? protocol)
    case 'hdlc':
      return typeIs(state, protocol === SAP.iso ? twice(SAP.iso) : protocol)
    case 'loopback':
      return onLoopback(state, protocol)
    case 'ethertype':
      return typeIs(state, protocol)
    default:
      return onRareLayer(state, protocol)
  }
}

const typeIs = (state: CodeState, value: number): Condition => fieldIs(state, 'type', 0, H, value)

const twice = (sap: number): number => (sap << 8) | sap

function onRareLayer(state: CodeState, protocol: number): Condition {
  switch (state.layer.test) {
    case 'arcnet':
      return onArcnet(state, protocol)
    case 'frame-relay':
      return onFrameRelay(state, protocol)
    case 'apple-talk':
      return always(protocol === ETHERTYPE.atalk)
    case 'pflog': {
      const family = new Map([
        [ETHERTYPE.ip as number, FAMILY_IP],
        [ETHERTYPE.ip6, FAMILY_IP6.linux],
      ]).get(protocol)
      return family === undefined ? always(false) : fieldIs(state, 'link', 1, B, family)
    }
    case 'ipnet': {
      const family = new Map([
        [ETHERTYPE.ip as number, 2],
        [ETHERTYPE.ip6, 26],
      ]).get(protocol)
      return family === undefined ? always(false) : fieldIs(state, 'type', 0, B, family)
    }
    case 'juniper':
      // All that is tested is the magic number, whatever the protocol.
      return fieldIs(state, 'link', 0, W, 0x4d47_4300, 0xffff_ff00)
    case 'bacnet':
      return fieldIs(state, 'link', 0, W, 0x55ff_0000, 0xffff_0000)
    default:
      return state.refuse(
        `${state.layer.name} packets do not say what they carry in a way that is known here; look at bytes with “ether[…]”`,
      )
  }
}

/** Length, not a type: the frame has an LLC header. */
const isLength = (state: CodeState): Condition =>
  not(fieldCompares(state, 'type', 0, H, '>', LONGEST_ETHERNET))

function onEthernet(state: CodeState, protocol: number): Condition {
  switch (protocol) {
    case SAP.iso:
    case SAP.ip:
    case SAP.netbeui:
      return and(isLength(state), fieldIs(state, 'llc', 0, H, twice(protocol)))
    case SAP.ipx: {
      // Four encapsulations: Ethernet II, LLC, SNAP, and raw 802.3 whose payload begins with ffff.
      const llc = fieldIs(state, 'llc', 0, B, SAP.ipx)
      const raw = or(llc, fieldIs(state, 'llc', 0, H, 0xffff))
      const any = or(isSnap(state, 0, ETHERTYPE.ipx), raw)
      return or(typeIs(state, ETHERTYPE.ipx), and(isLength(state), any))
    }
    case ETHERTYPE.atalk:
    case ETHERTYPE.aarp: {
      const length = isLength(state)
      const snap = and(length, isSnap(state, appleOui(protocol), protocol))
      return or(typeIs(state, protocol), snap)
    }
    default:
      if (protocol > LONGEST_ETHERNET) return typeIs(state, protocol)
      return and(isLength(state), fieldIs(state, 'type', 2, B, protocol))
  }
}

/** AppleTalk's own organisation; its ARP is under that of encapsulated Ethernet. */
const appleOui = (protocol: number): number => (protocol === ETHERTYPE.atalk ? 0x080007 : 0)

/** A SNAP header with that organisation and type behind the LLC header (RFC 1042). */
const isSnap = (state: CodeState, oui: number, type: number): Condition =>
  bytesAre(state, 'llc', 0, [
    SAP.snap,
    SAP.snap,
    0x03,
    oui >> 16,
    (oui >> 8) & 0xff,
    oui & 0xff,
    type >> 8,
    type & 0xff,
  ])

function onCooked(state: CodeState, protocol: number): Condition {
  switch (protocol) {
    case SAP.iso:
    case SAP.ip:
    case SAP.netbeui:
      return and(typeIs(state, COOKED_802_2), fieldIs(state, 'llc', 0, H, twice(protocol)))
    case SAP.ipx: {
      const llc = fieldIs(state, 'llc', 0, B, SAP.ipx)
      const llcOrSnap = or(llc, isSnap(state, 0, ETHERTYPE.ipx))
      const framed = and(typeIs(state, COOKED_802_2), llcOrSnap)
      return or(typeIs(state, ETHERTYPE.ipx), or(typeIs(state, COOKED_802_3), framed))
    }
    case ETHERTYPE.atalk:
    case ETHERTYPE.aarp: {
      const framed = and(typeIs(state, COOKED_802_2), isSnap(state, appleOui(protocol), protocol))
      return or(typeIs(state, protocol), framed)
    }
    default:
      if (protocol > LONGEST_ETHERNET) return typeIs(state, protocol)
      return and(
        typeIs(state, COOKED_802_2),
        fieldIs(state, 'link', state.offsets.payload.constant, B, protocol),
      )
  }
}

function onLlc(state: CodeState, protocol: number): Condition {
  switch (protocol) {
    case SAP.ip:
    case SAP.iso:
    case SAP.netbeui:
      return fieldIs(state, 'llc', 0, H, twice(protocol))
    case ETHERTYPE.atalk:
      return isSnap(state, appleOui(protocol), protocol)
    default:
      return protocol <= LONGEST_ETHERNET
        ? fieldIs(state, 'llc', 0, B, protocol)
        : fieldIs(state, 'llc', 6, H, protocol)
  }
}

/** Without a type field: the version in the first byte tells. */
function onRaw(state: CodeState, protocol: number): Condition {
  if (protocol === ETHERTYPE.ip) return fieldIs(state, 'link', 0, B, 0x40, 0xf0)
  if (protocol === ETHERTYPE.ip6) return fieldIs(state, 'link', 0, B, 0x60, 0xf0)
  return always(false)
}

function onLoopback(state: CodeState, protocol: number): Condition {
  if (protocol === ETHERTYPE.ip) return familyIs(state, FAMILY_IP)
  if (protocol !== ETHERTYPE.ip6) return always(false)
  if (state.circumstances.source !== 'file') return familyIs(state, FAMILY_IP6.linux)
  const bsd = familyIs(state, FAMILY_IP6.bsd)
  const orFreebsd = or(bsd, familyIs(state, FAMILY_IP6.freebsd))
  return or(familyIs(state, FAMILY_IP6.darwin), orFreebsd)
}

const LOOP = 108

/** LOOP has the family in network order, NULL in that of the machine that wrote it. */
function familyIs(state: CodeState, family: number): Condition {
  const swapped = state.linkType !== LOOP && !state.circumstances.bigEndian
  return fieldIs(state, 'link', 0, W, swapped ? family << 24 : family)
}

function onArcnet(state: CodeState, protocol: number): Condition {
  const is = (value: number): Condition => fieldIs(state, 'type', 0, B, value)
  switch (protocol) {
    case ETHERTYPE.ip6:
      return is(0xc4)
    case ETHERTYPE.ip:
      return or(is(0xd4), is(0xf0))
    case ETHERTYPE.arp:
      return or(is(0xd5), is(0xf1))
    case ETHERTYPE.rarp:
      return is(0xd6)
    case ETHERTYPE.atalk:
      return is(0xdd)
    default:
      return always(false)
  }
}

/** Behind a control field of UI, the network layer protocol identifier (RFC 2427). */
function onFrameRelay(state: CodeState, protocol: number): Condition {
  const is = (nlpid: number): Condition => fieldIs(state, 'link', 2, H, 0x0300 | nlpid)
  if (protocol === ETHERTYPE.ip) return is(0xcc)
  if (protocol === ETHERTYPE.ip6) return is(0x8e)
  if (protocol !== SAP.iso) return always(false)
  return or(is(OSI.clnp), or(is(OSI.esis), is(OSI.isis)))
}

/** An 802.11 data frame: of the type's two bits the upper one is set, the lower one is not. */
export function isDataFrame(state: CodeState): Condition {
  const upper = bitsSet(state, 'link', 0, B, 0x08)
  const lower = not(bitsSet(state, 'link', 0, B, 0x04))
  return and(lower, upper)
}

/** The protocol type of the pseudo-header of ATM: LLC, LANE. */
export const isAtmLlc = (state: CodeState): Condition => fieldIs(state, 'link', 0, B, 2, 0x0f)

/** Within MPLS: the bottom of the stack, and the version of IP behind it. */
function carriedByMpls(state: CodeState, protocol: number): Condition {
  const version = new Map([
    [ETHERTYPE.ip as number, 0x40],
    [ETHERTYPE.ip6, 0x60],
  ]).get(protocol)
  if (version === undefined)
    return state.refuse('of what MPLS carries only IPv4 and IPv6 can be told')
  const bottom = fieldIs(state, 'network', -2, B, 0x01, 0x01)
  return and(bottom, fieldIs(state, 'network', 0, B, version, 0xf0))
}

/** What must hold for the link layer within another packet to be there at all; null where nothing must. */
export function innerLayerCheck(state: CodeState): Condition | null {
  if (state.inGeneve) return hasInnerEthernet(state)
  // LANE: two bytes of ff00 would be a control frame.
  if (state.previousLayer.test === 'atm' && state.layer !== state.previousLayer)
    return not(fieldIs(state, 'previous-link', 4, H, 0xff00))
  return null
}

/** Geneve may carry Ethernet or a network layer: with Ethernet the payload begins later than the link header. */
function hasInnerEthernet(state: CodeState): Condition {
  const steps = [
    step(LD + MEM + W, state.registerOf('linkHeader')),
    step(LDX + MEM + W, state.registerOf('payload')),
  ]
  return not(test(steps, JEQ + X, 0))
}
