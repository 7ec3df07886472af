/** A tree → one condition, from left to right: an earlier test may move what later ones look at. */

import { addressIs } from './code-address.ts'
import { relationHolds } from './code-arithmetic.ts'
import { isGeneve } from './code-geneve.ts'
import { carries } from './code-link-type.ts'
import { isLlc } from './code-llc.ts'
import { fieldCompares, fieldIs } from './code-load.ts'
import { isLinkBroadcast, isLinkMulticast } from './code-mac.ts'
import { interfaceIs, isOutbound, pfLogged } from './code-metadata.ts'
import { isProtocol } from './code-protocol.ts'
import { isSignalling, signallingFieldIs } from './code-signalling.ts'
import type { CodeState } from './code-state.ts'
import { isMpls, isPppoeDiscovery, isPppoeSession, isVlan } from './code-tunnel.ts'
import { wifiDirectionIs, wifiTypeIs } from './code-wifi.ts'
import { and, type Condition, equal, not, or, step, test } from './condition.ts'
import { ALU, AND, B, JGE, JGT, K, LD, LEN, OR, W } from './instruction.ts'
import type { Protocol } from './keyword.ts'
import { ETHERTYPE } from './protocol-number.ts'
import type { Expression, ExpressionOf } from './tree.ts'

type Joint = ExpressionOf<'and' | 'or'>

/** The condition that an expression is. `a and b and …` leans to the left, so that its left side is gone down by a loop. */
export function conditionOf(state: CodeState, expression: Expression): Condition {
  const joints: Joint[] = []
  let leftmost = expression
  while (leftmost.kind === 'and' || leftmost.kind === 'or') {
    joints.push(leftmost)
    leftmost = leftmost.left
  }
  let condition = operandOf(state, leftmost)
  for (const joint of joints.toReversed()) {
    const right = conditionOf(state, joint.right)
    condition = joint.kind === 'and' ? and(condition, right) : or(condition, right)
  }
  return condition
}

function operandOf(state: CodeState, node: Exclude<Expression, Joint>): Condition {
  if (node.kind === 'not') return not(conditionOf(state, node.of))
  state.place = { at: node.at, end: node.end }
  switch (node.kind) {
    case 'address':
      return addressIs(state, node)
    case 'protocol':
      return isProtocol(state, node.protocol)
    case 'relation':
      return relationHolds(state, node)
    case 'broadcast':
      return isBroadcast(state, node.protocol)
    case 'multicast':
      return isMulticast(state, node.protocol)
    case 'less':
      return not(test([step(LD + LEN)], JGT + K, node.bytes))
    case 'greater':
      return test([step(LD + LEN)], JGE + K, node.bytes)
    case 'byte':
      return byteIs(state, node)
    default:
      return otherTest(state, node)
  }
}

type Other = Exclude<
  Expression,
  {
    kind:
      | 'and'
      | 'or'
      | 'not'
      | 'address'
      | 'protocol'
      | 'relation'
      | 'broadcast'
      | 'multicast'
      | 'less'
      | 'greater'
      | 'byte'
  }
>

function otherTest(state: CodeState, node: Other): Condition {
  switch (node.kind) {
    case 'inbound':
    case 'outbound':
      return isOutbound(state, node.kind === 'outbound')
    case 'ifindex':
      return interfaceIs(state, node.index)
    case 'vlan':
      return isVlan(state, node.number)
    case 'mpls':
      return isMpls(state, node.number)
    case 'pppoed':
      return isPppoeDiscovery(state)
    case 'pppoes':
      return isPppoeSession(state, node.number)
    case 'geneve':
      return isGeneve(state, node.number)
    case 'pf':
      return pfLogged(state, node)
    case 'wifi-type':
      return wifiTypeIs(state, node.value, node.mask)
    case 'wifi-direction':
      return wifiDirectionIs(state, node.value)
    case 'llc':
      return isLlc(state, node.type)
    case 'signalling':
      return isSignalling(state, node.type)
    case 'signalling-field':
      return signallingFieldIs(state, node)
  }
}

function isBroadcast(state: CodeState, protocol: Protocol | null): Condition {
  if (protocol === null || protocol === 'link') return isLinkBroadcast(state)
  if (protocol !== 'ip') return state.refuse(`“${protocol}” knows no broadcast`, 'broadcast')
  const { netmask } = state.circumstances
  if (netmask === null)
    return state.refuse('“ip broadcast” needs the network’s mask, and it is not known')
  const ip = carries(state, ETHERTYPE.ip)
  const host = ~netmask >>> 0
  const zeros = fieldIs(state, 'network', 16, W, 0, host)
  return and(ip, or(zeros, fieldIs(state, 'network', 16, W, host, host)))
}

/** The first byte of a multicast address of IPv4, at least, and of IPv6. */
const MULTICAST_IP = 224
const MULTICAST_IP6 = 255

function isMulticast(state: CodeState, protocol: Protocol | null): Condition {
  switch (protocol) {
    case null:
    case 'link':
      return isLinkMulticast(state) ?? state.refuse(`${state.layer.name} knows no multicast`)
    case 'ip': {
      const ip = carries(state, ETHERTYPE.ip)
      return and(ip, fieldCompares(state, 'network', 16, B, '>=', MULTICAST_IP))
    }
    case 'ip6': {
      const ip6 = carries(state, ETHERTYPE.ip6)
      return and(ip6, fieldIs(state, 'network', 24, B, MULTICAST_IP6))
    }
    default:
      return state.refuse(`“${protocol}” knows no multicast`, 'multicast')
  }
}

function byteIs(state: CodeState, { index, operator, value }: ExpressionOf<'byte'>): Condition {
  // With & and | libpcap loads no byte: it computes with what A happens to be, and so must this.
  if (operator === '&' || operator === '|')
    return not(equal([step(ALU + K + (operator === '&' ? AND : OR), value)], 0))
  return fieldCompares(state, 'link', index, B, operator, value)
}
