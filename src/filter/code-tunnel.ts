/** `vlan`, `mpls`, `pppoed` and `pppoes`: each tests for its header and moves the headers of every test after it behind it. */

import type { Step } from './block.ts'
import { carries } from './code-link-type.ts'
import { fieldIs } from './code-load.ts'
import type { CodeState, OffsetName } from './code-state.ts'
import { and, type Condition, equal, firstTest, or, step } from './condition.ts'
import {
  ABS,
  ADD,
  ALU,
  ANCILLARY_VLAN_TAG,
  ANCILLARY_VLAN_TAG_PRESENT,
  B,
  H,
  JA,
  JEQ,
  JMP,
  K,
  LD,
  MEM,
  ST,
  W,
} from './instruction.ts'
import { ETHERTYPE, PPP_MPLS } from './protocol-number.ts'

const VLAN_BYTES = 4
const GREATEST_VLAN = 0xfff
const GREATEST_LABEL = 0xf_ffff
const GREATEST_SESSION = 0xffff
const PPP = 9
const PPI = 192

/** A VLAN tag (IEEE 802.1Q §9), with that number if one is given. */
export function isVlan(state: CodeState, number: number | null): Condition {
  if (state.mplsLabels > 0) return state.refuse('behind “mpls” no VLAN tag can be found')
  const { test } = state.layer
  if ((test !== 'ethernet' && test !== 'wifi') || state.linkType === PPI)
    return state.refuse(`${state.layer.name} packets have no VLAN tags`)
  if (number !== null && number > GREATEST_VLAN)
    return state.refuse(`the number of a VLAN is at most ${GREATEST_VLAN}`)
  const outermost =
    test === 'ethernet' &&
    state.vlanTags === 0 &&
    !state.offsets.linkHeader.variable &&
    state.offsets.linkHeader.constant === state.outermost.headerAt
  const condition =
    outermost && state.circumstances.source === 'live'
      ? vlanBesideThePacket(state, number)
      : vlanInThePacket(state, number)
  state.vlanTags++
  return condition
}

/** The three EtherTypes of a tag. */
function hasTagType(state: CodeState): Condition {
  const customer = carries(state, ETHERTYPE.vlan)
  const service = or(customer, carries(state, ETHERTYPE.serviceVlan))
  const old = carries(state, ETHERTYPE.oldQinq)
  return or(service, old)
}

const tagIs = (state: CodeState, number: number): Condition =>
  fieldIs(state, 'network', 0, H, number, GREATEST_VLAN)

function vlanInThePacket(state: CodeState, number: number | null): Condition {
  const type = hasTagType(state)
  const condition = number === null ? type : and(type, tagIs(state, number))
  for (const name of ['payload', 'type'] as const)
    state.setOffset(name, { constant: state.offsets[name].constant + VLAN_BYTES })
  return condition
}

/**
 * Linux takes the outermost tag out of the packet and tells it beside; only a second one is in the packet. Which it is shows while the
 * filter runs, so that the offsets get a variable part: 0, or 4 if the tag was in the packet.
 */
function vlanBesideThePacket(state: CodeState, number: number | null): Condition {
  const beside = equal([step(LD + ABS + B, ANCILLARY_VLAN_TAG_PRESENT)], 1)
  const inPacket = hasTagType(state)
  const tag = number === null ? null : tagIs(state, number)
  state.variableVlan = true
  const first = firstTest(inPacket)
  first.steps = [...shift(state, 'payload'), ...shift(state, 'type'), ...first.steps]
  const either = or(beside, inPacket)
  if (tag === null) return either
  const tagTest = firstTest(tag)
  tagTest.steps = tagBeside(tagTest.steps)
  return and(either, tag)
}

/** Adds the length of a tag to an offset's variable part. */
function shift(state: CodeState, name: OffsetName): Step[] {
  state.setOffset(name, { variable: true })
  const register = state.registerOf(name)
  return [step(LD + MEM, register), step(ALU + ADD + K, VLAN_BYTES), step(ST, register)]
}

/** The tag from beside the packet if it is there, else as `steps` load it; the mask at their end is for both. */
function tagBeside(steps: readonly Step[]): Step[] {
  const present = step(JMP + JEQ + K, 1)
  const beside = step(LD + ABS + B, ANCILLARY_VLAN_TAG)
  present.yes = beside
  const [first] = steps
  if (first !== undefined) present.no = first
  return [
    step(LD + ABS + B, ANCILLARY_VLAN_TAG_PRESENT),
    present,
    beside,
    step(JMP + JA, steps.length - 1),
    ...steps,
  ]
}

/** An MPLS label (RFC 3032 §2.1), with that value if one is given; a further one inside a stack. */
export function isMpls(state: CodeState, label: number | null): Condition {
  let condition = isMplsAtAll(state)
  if (label !== null) {
    if (label > GREATEST_LABEL) return state.refuse(`an MPLS label is at most ${GREATEST_LABEL}`)
    condition = and(condition, fieldIs(state, 'network', 0, W, label << 12, 0xffff_f000))
  }
  state.networkAt += 4
  state.networkAtWithoutSnap += 4
  state.mplsLabels++
  return condition
}

function isMplsAtAll(state: CodeState): Condition {
  if (state.mplsLabels > 0) return fieldIs(state, 'before-network', 2, B, 0, 0x01)
  if (state.layer.test === 'hdlc' || state.layer.test === 'ethernet')
    return carries(state, ETHERTYPE.mpls)
  if (state.linkType === PPP) return carries(state, PPP_MPLS)
  return state.refuse(`${state.layer.name} packets are not known to carry MPLS`)
}

/** PPPoE discovery (RFC 2516 §5). */
export const isPppoeDiscovery = (state: CodeState): Condition => carries(state, ETHERTYPE.pppoed)

/** A PPPoE session (RFC 2516 §6), with that number if one is given; what follows looks into its PPP packet. */
export function isPppoeSession(state: CodeState, session: number | null): Condition {
  let condition = carries(state, ETHERTYPE.pppoes)
  if (session !== null) {
    if (session > GREATEST_SESSION)
      return state.refuse(`the number of a PPPoE session is at most ${GREATEST_SESSION}`)
    condition = and(condition, fieldIs(state, 'network', 0, W, session, GREATEST_SESSION))
  }
  const { payload } = state.offsets
  const header = { ...payload, constant: payload.constant + state.networkAt + 6 }
  state.enterLayer(PPP, header)
  state.setOffset('type', header)
  state.setOffset('payload', { constant: header.constant + 2 })
  state.networkAt = 0
  state.networkAtWithoutSnap = 0
  return condition
}
