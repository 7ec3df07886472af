/**
 * `protochain`: follows the chain of IPv6 extension headers and authentication headers (RFC 8200 §4, RFC 4302 §2), a loop. libpcap
 * runs it in user space; no kernel takes it, because it jumps backwards.
 */

import type { Step } from './block.ts'
import { carries } from './code-link-type.ts'
import type { CodeState } from './code-state.ts'
import { and, type Condition, equal, or, step } from './condition.ts'
import {
  ABS,
  ADD,
  ALU,
  B,
  IMM,
  IND,
  JA,
  JEQ,
  JMP,
  K,
  LD,
  LDX,
  MEM,
  MISC,
  MSH,
  MUL,
  ST,
  TAX,
  TXA,
  X,
} from './instruction.ts'
import type { Protocol } from './keyword.ts'
import { ETHERTYPE, IP_PROTOCOL } from './protocol-number.ts'

const IP6_HEADER_BYTES = 40

/** Extension headers whose length is in units of eight bytes, in the order in which they are tested. */
const EXTENSIONS = [
  IP_PROTOCOL.hopByHop,
  IP_PROTOCOL.destinationOptions,
  IP_PROTOCOL.routing,
  IP_PROTOCOL.fragment,
]

/** The number occurs in the chain. */
export function chainHas(state: CodeState, number: number, carrier: Protocol | null): Condition {
  const register = state.allocate()
  if (carrier === null) {
    const overIp = chainHas(state, number, 'ip')
    return or(overIp, chainHas(state, number, 'ip6'))
  }
  if (carrier !== 'ip' && carrier !== 'ip6')
    return state.refuse(
      '“protochain” takes “ip” or “ip6” before it, or nothing',
      `ip6 protochain ${number}`,
    )
  if (state.offsets.payload.variable)
    return state.refuse('“protochain” needs headers of fixed length before IP')
  state.optimise = false
  const carried = carries(state, carrier === 'ip' ? ETHERTYPE.ip : ETHERTYPE.ip6)
  const steps = chainSteps(
    carrier === 'ip6',
    number,
    state.offsets.payload.constant + state.networkAt,
    register,
  )
  state.free(register)
  return and(carried, equal(steps, number))
}

/** A is the number that comes next, X how far the chain is followed; at the end A is the number looked for, or not. */
function chainSteps(ip6: boolean, number: number, network: number, register: number): Step[] {
  const isNumber = step(JMP + JEQ + K, number)
  const isNone = step(JMP + JEQ + K, IP_PROTOCOL.none)
  const isHeader = step(JMP + JEQ + K, IP_PROTOCOL.ah)
  const end = step(ALU + ADD + K, 0)
  const extensions = EXTENSIONS.map((extension) => step(JMP + JEQ + K, extension))
  const head = ip6
    ? [step(LD + ABS + B, network + 6), step(LDX + IMM, IP6_HEADER_BYTES)]
    : [step(LD + ABS + B, network + 9), step(LDX + MSH + B, network)]
  const advance = ip6 ? extensionSteps(network, register) : []
  const header = headerSteps(network, register)
  const nothing = ip6 ? [] : [step(ALU + ADD + K, 0)]

  chain([isNumber, isNone], end)
  isNone.no = ip6 ? extensions[0] : nothing[0]
  for (const [index, extension] of extensions.entries()) {
    extension.yes = advance[0]
    extension.no = extensions[index + 1] ?? isHeader
  }
  isHeader.yes = header[0]
  isHeader.no = end

  const steps = [
    ...head,
    isNumber,
    isNone,
    ...(ip6 ? extensions : nothing),
    ...advance,
    isHeader,
    ...header,
    end,
  ]
  for (const [index, each] of steps.entries())
    if (each.code === JMP + JA) each.k = (head.length - index - 1) >>> 0
  return steps
}

/** Each leads to the next where it fails, and to `yes` where it holds. */
function chain(tests: readonly Step[], yes: Step): void {
  for (const [index, each] of tests.entries()) {
    each.yes = yes
    const next = tests[index + 1]
    if (next !== undefined) each.no = next
  }
}

/** X += 8 × (length + 1), A := next header; and again. */
const extensionSteps = (network: number, register: number): Step[] => [
  step(LD + IND + B, network),
  step(ST, register),
  step(LD + IND + B, network + 1),
  step(ALU + ADD + K, 1),
  step(ALU + MUL + K, 8),
  step(ALU + ADD + X),
  step(MISC + TAX),
  step(LD + MEM, register),
  step(JMP + JA),
]

/** X := 4 × (length + 2) as libpcap computes it, from the length one byte on; A := next header; and again. */
const headerSteps = (network: number, register: number): Step[] => [
  step(MISC + TXA),
  step(LD + IND + B, network),
  step(ST, register),
  step(MISC + TXA),
  step(ALU + ADD + K, 1),
  step(MISC + TAX),
  step(LD + IND + B, network),
  step(ALU + ADD + K, 2),
  step(ALU + MUL + K, 4),
  step(MISC + TAX),
  step(LD + MEM, register),
  step(JMP + JA),
]
