/** Loads and comparisons of fields, relative to the headers as they lie now. */

import type { Step } from './block.ts'
import type { CodeState, OffsetName } from './code-state.ts'
import { and, type Condition, equal, not, step, test } from './condition.ts'
import {
  ABS,
  ADD,
  ALU,
  AND,
  B,
  H,
  IMM,
  IND,
  JEQ,
  JGE,
  JGT,
  JSET,
  K,
  LD,
  LDX,
  LSH,
  MEM,
  MISC,
  MSH,
  TAX,
  W,
  X,
} from './instruction.ts'

/** What a field's offset counts from. */
export type From =
  | 'packet'
  | 'link'
  | 'previous-link'
  | 'llc'
  | 'network'
  | 'network-without-snap'
  | 'before-network'
  | 'type'
  | 'behind-ip'
  | 'behind-ip6'

/** How many bytes a field has: one, two or four. */
export type Size = typeof B | typeof H | typeof W

const WHOLE = 0xffff_ffff

/** Puts an offset's variable part into X; nothing where it has none. */
export function loadVariable(state: CodeState, name: OffsetName): Step[] {
  if (!state.offsets[name].variable) return []
  return [step(LDX + MEM + W, state.registerOf(name))]
}

function loadAt(state: CodeState, name: OffsetName, at: number, size: Size): Step[] {
  const variable = loadVariable(state, name)
  const mode = variable.length > 0 ? IND : ABS
  return [...variable, step(LD + mode + size, state.offsets[name].constant + at)]
}

/** Puts the length of the IPv4 header, and what is variable before it, into X. */
export function loadIpLength(state: CodeState): Step[] {
  const variable = loadVariable(state, 'payload')
  const at = state.offsets.payload.constant + state.networkAt
  if (variable.length === 0) return [step(LDX + MSH + B, at)]
  return [
    ...variable,
    step(LD + IND + B, at),
    step(ALU + AND + K, 0xf),
    step(ALU + LSH + K, 2),
    step(ALU + ADD + X),
    step(MISC + TAX),
  ]
}

/** Puts a field into A. */
export function load(state: CodeState, from: From, at: number, size: Size): Step[] {
  switch (from) {
    case 'packet':
      return [step(LD + ABS + size, at)]
    case 'link':
      return loadAt(state, 'linkHeader', at, size)
    case 'previous-link':
      return loadAt(state, 'previousLinkHeader', at, size)
    case 'llc':
      return loadAt(state, 'payload', at, size)
    case 'network':
      return loadAt(state, 'payload', state.networkAt + at, size)
    case 'network-without-snap':
      return loadAt(state, 'payload', state.networkAtWithoutSnap + at, size)
    case 'before-network':
      return loadAt(state, 'payload', state.networkAt - 4 + at, size)
    case 'type':
      return loadAt(state, 'type', at, size)
    case 'behind-ip': {
      const length = loadIpLength(state)
      return [
        ...length,
        step(LD + IND + size, state.offsets.payload.constant + state.networkAt + at),
      ]
    }
    case 'behind-ip6':
      return loadAt(state, 'payload', state.networkAt + 40 + at, size)
  }
}

/** The field is equal to `value`; only the bits of `mask` count. */
export function fieldIs(
  state: CodeState,
  from: From,
  at: number,
  size: Size,
  value: number,
  mask: number = WHOLE,
): Condition {
  return equal(masked(load(state, from, at, size), mask), value)
}

const masked = (steps: Step[], mask: number): Step[] =>
  mask === WHOLE ? steps : [...steps, step(ALU + AND + K, mask)]

/** How a field is compared with a number. */
export type Comparing = '=' | '>' | '>=' | '<' | '<='

/** The field compares so with `value`, unsigned; only the bits of `mask` count. */
export function fieldCompares(
  state: CodeState,
  from: From,
  at: number,
  size: Size,
  how: Comparing,
  value: number,
  mask: number = WHOLE,
): Condition {
  const steps = masked(load(state, from, at, size), mask)
  switch (how) {
    case '=':
      return test(steps, JEQ + K, value)
    case '>':
      return test(steps, JGT + K, value)
    case '>=':
      return test(steps, JGE + K, value)
    case '<':
      return not(test(steps, JGE + K, value))
    case '<=':
      return not(test(steps, JGT + K, value))
  }
}

/** One of `bits` is set in the field. */
export const bitsSet = (
  state: CodeState,
  from: From,
  at: number,
  size: Size,
  bits: number,
): Condition => test(load(state, from, at, size), JSET + K, bits)

const SIZES: readonly (readonly [number, Size])[] = [
  [4, W],
  [2, H],
  [1, B],
]

/** The bytes there are `bytes`; compared from the end, as many at once as a load takes. */
export function bytesAre(
  state: CodeState,
  from: From,
  at: number,
  bytes: Uint8Array | readonly number[],
): Condition {
  let condition: Condition | null = null
  let left = bytes.length
  for (const [size, code] of SIZES)
    while (left >= size) {
      left -= size
      const value = Array.from(bytes.slice(left, left + size)).reduce(
        (whole, byte) => whole * 256 + byte,
        0,
      )
      const next = fieldIs(state, from, at + left, code, value)
      condition = condition === null ? next : and(condition, next)
    }
  return condition ?? always(true)
}

/** Holds always, or never: a comparison of a constant, which the optimiser takes away. */
export const always = (holds: boolean): Condition => equal([step(LD + IMM, holds ? 0 : 1)], 0)
