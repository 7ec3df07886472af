/** Arithmetic and its comparison. Every value lies in a word of memory, as libpcap has it; the optimiser takes most of that away. */

import type { Step } from './block.ts'
import { carries } from './code-link-type.ts'
import { fieldIs, loadIpLength, loadVariable, type Size } from './code-load.ts'
import { isFirstFragment } from './code-port.ts'
import { isProtocol } from './code-protocol.ts'
import type { CodeState } from './code-state.ts'
import { and, andMaybe, type Condition, not, step, test } from './condition.ts'
import {
  ADD,
  ALU,
  AND,
  B,
  DIV,
  H,
  IMM,
  IND,
  JEQ,
  JGE,
  JGT,
  K,
  LD,
  LDX,
  LEN,
  LSH,
  MEM,
  MISC,
  MOD,
  MUL,
  NEG,
  OR,
  RSH,
  ST,
  SUB,
  TAX,
  W,
  X,
  XOR,
} from './instruction.ts'
import { ETHERTYPE, IP_PROTOCOL } from './protocol-number.ts'
import type { Arithmetic, ExpressionOf, Operator, Relation } from './tree.ts'

/** How a value comes to lie in a register, and what must hold for the packet to have it at all. */
type Value = { steps: Step[]; readonly register: number; readonly holds: Condition | null }

const CODES: Readonly<Record<Operator, number>> = {
  '+': ADD,
  '-': SUB,
  '*': MUL,
  '/': DIV,
  '%': MOD,
  '&': AND,
  '|': OR,
  '^': XOR,
  '<<': LSH,
  '>>': RSH,
}

const toA = (value: Value): Step => step(LD + MEM, value.register)
const toX = (value: Value): Step => step(LDX + MEM, value.register)

/** Behind `steps`, A is stored in a free register. */
function stored(state: CodeState, steps: Step[], holds: Condition | null): Value {
  const register = state.allocate()
  steps.push(step(ST, register))
  return { steps, register, holds }
}

/** Both sides are computed and compared, unsigned. */
export function relationHolds(state: CodeState, node: ExpressionOf<'relation'>): Condition {
  const left = computed(state, node.left)
  const right = computed(state, node.right)
  const steps = appended(left.steps, right.steps)
  steps.push(toX(right), toA(left))
  const [code, negated] = JUMPS[node.relation]
  if (code === JEQ) steps.push(step(ALU + SUB + X))
  const compared = code === JEQ ? test(steps, JEQ + K, 0) : test(steps, code + X, 0)
  state.free(left.register)
  state.free(right.register)
  const holds =
    left.holds !== null && right.holds !== null
      ? and(left.holds, right.holds)
      : (left.holds ?? right.holds)
  return andMaybe(holds, negated ? not(compared) : compared)
}

const JUMPS: Readonly<Record<Relation, readonly [number, boolean]>> = {
  '=': [JEQ, false],
  '!=': [JEQ, true],
  '>': [JGT, false],
  '<=': [JGT, true],
  '>=': [JGE, false],
  '<': [JGE, true],
}

/** `to` with `more` behind it; spread arguments would be too many for long computations. */
function appended(to: Step[], more: readonly Step[]): Step[] {
  for (const each of more) to.push(each)
  return to
}

/** `1 + 2 + 3 + …` leans to the left as deep as it is long, so that it is gone down by a loop. */
function computed(state: CodeState, arithmetic: Arithmetic): Value {
  const operations: Extract<Arithmetic, { kind: 'binary' }>[] = []
  let leftmost = arithmetic
  while (leftmost.kind === 'binary') {
    operations.push(leftmost)
    leftmost = leftmost.left
  }
  let value = atomOf(state, leftmost)
  for (const { operator, right } of operations.toReversed())
    value = combined(state, operator, value, computed(state, right), right)
  return value
}

function atomOf(state: CodeState, arithmetic: Exclude<Arithmetic, { kind: 'binary' }>): Value {
  switch (arithmetic.kind) {
    case 'number':
      return stored(state, [step(LD + IMM, arithmetic.value)], null)
    case 'len':
      return stored(state, [step(LD + LEN)], null)
    case 'negate': {
      const value = computed(state, arithmetic.of)
      value.steps.push(toA(value), step(ALU + NEG), step(ST, value.register))
      return value
    }
    case 'load':
      return loaded(state, arithmetic)
  }
}

function combined(
  state: CodeState,
  operator: Operator,
  left: Value,
  right: Value,
  place: Arithmetic,
): Value {
  const first = right.steps[0]
  if (first?.code === LD + IMM) refuseConstant(state, operator, first.k, place)
  const steps = appended(left.steps, right.steps)
  steps.push(toX(right), toA(left), step(ALU + CODES[operator] + X))
  state.free(left.register)
  state.free(right.register)
  // What the right side needs is forgotten, as libpcap forgets it.
  return stored(state, steps, left.holds)
}

/** Division by zero and shifts by more than 31 bits, as far as they show before anything is folded. */
function refuseConstant(
  state: CodeState,
  operator: Operator,
  k: number,
  { at, end }: Arithmetic,
): void {
  state.place = { at, end }
  if ((operator === '/' || operator === '%') && k === 0) state.refuse('this divides by zero')
  if ((operator === '<<' || operator === '>>') && k > 31)
    state.refuse('a shift by more than 31 bits leaves nothing')
}

const PPI = 192

const SIZES: ReadonlyMap<number, Size> = new Map<number, Size>([
  [1, B],
  [2, H],
  [4, W],
])

type Load = Extract<Arithmetic, { kind: 'load' }>

function loaded(state: CodeState, node: Load): Value {
  const index = computed(state, node.index)
  const register = state.allocate()
  state.free(index.register)
  state.place = node
  const size = SIZES.get(node.size)
  if (size === undefined) return state.refuse('1, 2 or 4 bytes can be looked at')
  const { steps, holds } = loadSteps(state, node, index, size)
  appended(index.steps, steps).push(step(ST, register))
  return { steps: index.steps, register, holds }
}

function loadSteps(
  state: CodeState,
  { protocol }: Load,
  index: Value,
  size: Size,
): { readonly steps: Step[]; readonly holds: Condition | null } {
  switch (protocol) {
    case 'radio':
      if (!state.layer.variableHeader || state.linkType === PPI)
        return state.refuse(`${state.layer.name} packets have no radio header`)
      return { steps: [toX(index), step(LD + IND + size)], holds: index.holds }
    case 'link': {
      const steps = indexed(state, 'linkHeader', index)
      steps.push(step(LD + IND + size, state.offsets.linkHeader.constant))
      return { steps, holds: index.holds }
    }
    case 'ip':
    case 'arp':
    case 'rarp':
    case 'atalk':
    case 'decnet':
    case 'sca':
    case 'lat':
    case 'moprc':
    case 'mopdl':
    case 'ip6': {
      const steps = indexed(state, 'payload', index)
      steps.push(step(LD + IND + size, state.offsets.payload.constant + state.networkAt))
      const is = isProtocol(state, protocol)
      return { steps, holds: andMaybe(index.holds, is) }
    }
    case 'sctp':
    case 'tcp':
    case 'udp':
    case 'icmp':
    case 'igmp':
    case 'igrp':
    case 'pim':
    case 'vrrp':
    case 'carp': {
      const steps = [...loadIpLength(state), toA(index), step(ALU + ADD + X), step(MISC + TAX)]
      steps.push(step(LD + IND + size, state.offsets.payload.constant + state.networkAt))
      const is = isProtocol(state, protocol)
      const first = andMaybe(index.holds, and(is, isFirstFragment(state)))
      return { steps, holds: and(isProtocol(state, 'ip'), first) }
    }
    case 'icmp6': {
      const ip6 = andMaybe(index.holds, carries(state, ETHERTYPE.ip6))
      const is = and(ip6, fieldIs(state, 'network', 6, B, IP_PROTOCOL.icmp6))
      const steps = indexed(state, 'payload', index)
      steps.push(step(LD + IND + size, state.offsets.payload.constant + state.networkAt + 40))
      return { steps, holds: is }
    }
    default:
      return state.refuse(`into “${protocol}” packets nobody can look with “[…]”`)
  }
}

/** X becomes the index, and what is variable in the header's place. */
function indexed(state: CodeState, name: 'linkHeader' | 'payload', index: Value): Step[] {
  const variable = loadVariable(state, name)
  if (variable.length === 0) return [toX(index)]
  return [...variable, toA(index), step(ALU + ADD + X), step(MISC + TAX)]
}
