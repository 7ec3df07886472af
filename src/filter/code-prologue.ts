/**
 * What runs before the first test where headers have no fixed length: the radio header's and the 802.11 header's length are computed
 * once, into the words of memory from which the tests take them.
 */

import type { Step } from './block.ts'
import type { CodeState } from './code-state.ts'
import { type Condition, equal, step } from './condition.ts'
import {
  ABS,
  ADD,
  ALU,
  AND,
  B,
  IMM,
  IND,
  JA,
  JEQ,
  JMP,
  JSET,
  K,
  LD,
  LDX,
  LSH,
  MEM,
  MISC,
  OR,
  ST,
  TAX,
  TXA,
  W,
  X,
} from './instruction.ts'

const PFLOG = 117
const PRISM = 119
const RADIOTAP = 127
const PPI = 192
const AVS = 163

const PRISM_BYTES = 144
const LEAST_WIFI_BYTES = 24

const WIFI = 105

/** Per-Packet Information says in little-endian order what it carries; only 802.11 is looked into. Null for other link types. */
export const ppiCheck = (state: CodeState): Condition | null =>
  state.linkType === PPI ? equal([step(LD + W + ABS, 4)], WIFI << 24) : null

/** Steps before those of the first test, which begins with `first`. */
export function prologue(state: CodeState, first: Step | null): Step[] {
  const { payload, linkHeader } = state.offsets
  if (payload.register !== null && linkHeader.variable) state.registerOf('linkHeader')
  let steps = linkHeaderLength(state)
  if (state.outermost.test === 'wifi') steps = wifiLength(state, steps, first)
  else if (state.outermostType === PFLOG) steps = pflogLength(state)
  if (steps.length > 0 || !state.variableVlan) return steps
  return [
    step(LD + IMM + W, 0),
    step(ST, state.registerOf('payload')),
    step(ST, state.registerOf('type')),
  ]
}

/** The length of what lies before the link header: into its word of memory, and X. */
function linkHeaderLength(state: CodeState): Step[] {
  const { register } = state.offsets.linkHeader
  if (register === null) {
    if (state.outermostType === PRISM) state.optimise = false
    return []
  }
  const kept = [step(ST, register), step(MISC + TAX)]
  switch (state.outermostType) {
    case RADIOTAP:
    case PPI:
      // The length is little-endian: its upper byte is shifted, its lower one added.
      return [
        step(LD + B + ABS, 3),
        step(ALU + LSH + K, 8),
        step(MISC + TAX),
        step(LD + B + ABS, 2),
        step(ALU + OR + X),
        ...kept,
      ]
    case AVS:
      return [step(LD + W + ABS, 4), ...kept]
    case PRISM:
      state.optimise = false
      return [...prismLength(), ...kept]
    default:
      return []
  }
}

/** Some drivers send an AVS header under Prism's name; its first word tells. */
function prismLength(): Step[] {
  const isAvs = step(JMP + JEQ + K, 0x8021_1000)
  const avs = step(LD + W + ABS, 4)
  const prism = step(LD + W + IMM, PRISM_BYTES)
  isAvs.yes = avs
  isAvs.no = prism
  return [
    step(LD + W + ABS, 0),
    step(ALU + AND + K, 0xffff_f000),
    isAvs,
    avs,
    step(JMP + JA, 1),
    prism,
  ]
}

/** OpenBSD's header, its length rounded up to a multiple of four. */
function pflogLength(state: CodeState): Step[] {
  const { register } = state.offsets.payload
  if (register === null) return []
  return [
    step(LD + B + ABS, 0),
    step(ALU + ADD + K, 3),
    step(ALU + AND + K, 0xffff_fffc),
    step(ST, register),
    step(MISC + TAX),
  ]
}

/** The 802.11 header: 24 bytes, two more with QoS, and what Atheros chips pad. */
function wifiLength(state: CodeState, before: readonly Step[], first: Step | null): Step[] {
  const { register } = state.offsets.payload
  if (register === null) return [...before]
  state.optimise = false
  const next = first ?? undefined
  const start = before.length > 0 ? before : [step(LDX + IMM, 0)]
  const isData = step(JMP + JSET + K, 0x08)
  const isControl = step(JMP + JSET + K, 0x04)
  const hasQos = step(JMP + JSET + K, 0x80)
  const qos = step(LD + MEM, register)
  isData.yes = isControl
  isData.no = next
  isControl.yes = next
  isControl.no = hasQos
  hasQos.yes = qos
  const padding = state.linkType === RADIOTAP ? paddingSteps(register, next) : []
  hasQos.no = padding[0] ?? next
  return [
    ...start,
    step(MISC + TXA),
    step(ALU + ADD + K, LEAST_WIFI_BYTES),
    step(ST, register),
    step(LD + IND + B, 0),
    isData,
    isControl,
    hasQos,
    qos,
    step(ALU + ADD + K, 2),
    step(ST, register),
    ...padding,
  ]
}

/** Radiotap's flags tell whether the header is padded to a multiple of four. Its fields are little-endian, loads are not. */
function paddingSteps(register: number, next: Step | undefined): Step[] {
  const hasFlags = step(JMP + JSET + K, 0x0200_0000)
  const hasMoreWords = step(JMP + JSET + K, 0x0000_0080)
  const hasTime = step(JMP + JSET + K, 0x0100_0000)
  const behindTime = step(LD + ABS + B, 16)
  const padsBehindTime = step(JMP + JSET + K, 0x20)
  const first = step(LD + ABS + B, 8)
  const padsFirst = step(JMP + JSET + K, 0x20)
  const round = step(LD + MEM, register)
  Object.assign(hasFlags, { yes: hasMoreWords, no: next })
  Object.assign(hasMoreWords, { yes: next, no: hasTime })
  Object.assign(hasTime, { yes: behindTime, no: first })
  Object.assign(padsBehindTime, { yes: round, no: next })
  Object.assign(padsFirst, { yes: round, no: next })
  return [
    step(LD + ABS + W, 4),
    hasFlags,
    hasMoreWords,
    hasTime,
    behindTime,
    padsBehindTime,
    first,
    padsFirst,
    round,
    step(ALU + ADD + K, 3),
    step(ALU + AND + K, 0xffff_fffc),
    step(ST, register),
  ]
}
