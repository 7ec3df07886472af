/** What is told beside the packet, or in a header that its capture made: direction, interface, what a firewall logged. */

import { bytesAre, fieldIs } from './code-load.ts'
import type { CodeState } from './code-state.ts'
import { type Condition, not } from './condition.ts'
import { ANCILLARY_INTERFACE_INDEX, ANCILLARY_PACKET_TYPE, B, H, W } from './instruction.ts'
import type { ExpressionOf } from './tree.ts'

/** PACKET_OUTGOING of linux/if_packet.h, also in cooked captures. */
const OUTGOING = 4

const SLIP = 8
const SLL = 113
const PFLOG = 117
const PPPD = 166
const IPNET = 226
const SLL2 = 276

/** The packet was sent by this machine, or was not. */
export function isOutbound(state: CodeState, outbound: boolean): Condition {
  switch (state.linkType) {
    case SLL:
      return negatedUnless(outbound, fieldIs(state, 'link', 0, H, OUTGOING))
    case SLL2:
      return negatedUnless(outbound, fieldIs(state, 'link', 10, B, OUTGOING))
    case SLIP:
      return negatedUnless(!outbound, fieldIs(state, 'link', 0, B, 0))
    case PFLOG:
      return fieldIs(state, 'link', 60, B, outbound ? 2 : 1)
    case PPPD:
      return fieldIs(state, 'link', 0, B, outbound ? 1 : 0)
    case IPNET:
      return fieldIs(state, 'link', 2, H, outbound ? 1 : 2)
    default:
      if (state.layer.test === 'juniper')
        return fieldIs(state, 'link', 3, B, outbound ? 0 : 1, 0x01)
      requireLive(state, 'in which direction they went')
      return negatedUnless(outbound, fieldIs(state, 'link', ANCILLARY_PACKET_TYPE, H, OUTGOING))
  }
}

const negatedUnless = (holds: boolean, condition: Condition): Condition =>
  holds ? condition : not(condition)

function requireLive(state: CodeState, what: string): void {
  if (state.circumstances.source === 'file')
    state.refuse(`${state.layer.name} packets in a file do not say ${what}`)
}

/** The packet came or went by the interface of that number. */
export function interfaceIs(state: CodeState, index: number): Condition {
  if (state.linkType === SLL2) return fieldIs(state, 'link', 4, W, index)
  requireLive(state, 'by which interface they went')
  return fieldIs(state, 'link', ANCILLARY_INTERFACE_INDEX, W, index)
}

/** Places and sizes of OpenBSD's struct pfloghdr (net/if_pflog.h). */
const PF = {
  action: [2, B],
  reason: [3, B],
  ifname: [4, 16],
  rset: [20, 16],
  rnr: [36, W],
  srnr: [40, W],
} as const

/** What OpenBSD's packet filter logged. */
export function pfLogged(state: CodeState, node: ExpressionOf<'pf'>): Condition {
  if (state.linkType !== PFLOG)
    return state.refuse(`“${node.field}” is told only by what OpenBSD’s pf logs`)
  if (node.field === 'ifname' || node.field === 'rset') {
    const [at, most] = PF[node.field]
    const bytes = new TextEncoder().encode(node.text)
    if (bytes.length >= most) return state.refuse(`such a name has at most ${most - 1} characters`)
    return bytesAre(state, 'link', at, bytes)
  }
  const [at, size] = PF[node.field]
  return fieldIs(state, 'link', at, size, node.value)
}
