/** `geneve` (RFC 8926 §3): tests for its header over UDP and moves every test after it into the packet within. */

import type { Step } from './block.ts'
import { fieldIs, loadIpLength, loadVariable } from './code-load.ts'
import { portOver } from './code-port.ts'
import type { CodeState } from './code-state.ts'
import { and, type Condition, or, step, test } from './condition.ts'
import {
  ADD,
  ALU,
  AND,
  B,
  H,
  IMM,
  IND,
  JEQ,
  JMP,
  K,
  LD,
  LDX,
  MEM,
  MISC,
  MUL,
  ST,
  STX,
  TAX,
  TXA,
  W,
  X,
} from './instruction.ts'
import { ETHERTYPE } from './protocol-number.ts'

const PORT = 6081
const GREATEST_NETWORK = 0xff_ffff
const ETHERNET = 1
const UDP_BYTES = 8
const IP6_BYTES = 40

/** Geneve version 0, with that virtual network identifier if one is given. */
export function isGeneve(state: CodeState, network: number | null): Condition {
  if (network !== null && network > GREATEST_NETWORK)
    return state.refuse(`a virtual network identifier is at most ${GREATEST_NETWORK}`)
  const overIp = geneveOver(state, 4, network)
  const either = or(overIp, geneveOver(state, 6, network))
  // A comparison that always holds carries the steps that must run after the tests.
  const offsets = test([...offsetSteps(state), step(LD + IMM, 0)], JEQ + K, 0)
  state.inGeneve = true
  return and(either, offsets)
}

/** The tests of one version of IP; at the end A holds the length of its header, and what is variable before it. */
function geneveOver(state: CodeState, version: 4 | 6, network: number | null): Condition {
  const from = version === 4 ? 'behind-ip' : 'behind-ip6'
  const ports = { first: PORT, last: PORT, one: true }
  const port = portOver(state, version, ports, 'udp', 'dst')
  let condition = and(port, fieldIs(state, from, UDP_BYTES, B, 0, 0xc0))
  if (network !== null)
    condition = and(condition, fieldIs(state, from, UDP_BYTES + 4, W, network << 8, 0xffff_ff00))
  const steps = version === 4 ? [...loadIpLength(state), step(MISC + TXA)] : ip6Length(state)
  return and(condition, test(steps, JEQ + X, 0))
}

function ip6Length(state: CodeState): Step[] {
  const variable = loadVariable(state, 'payload')
  const length = [...variable, step(LD + IMM, IP6_BYTES)]
  if (variable.length > 0) length.push(step(ALU + ADD + X))
  return [...length, step(MISC + TAX)]
}

/** Stores where the inner type, the inner link header and its payload lie; A is the length of the outer IP header. */
function offsetSteps(state: CodeState): Step[] {
  state.optimise = false
  const outer = state.offsets.payload.constant + state.networkAt + UDP_BYTES
  const type = state.allocate()
  state.setOffset('type', { constant: 0, variable: true, register: type })
  const link = state.allocate()
  state.enterLayer(ETHERNET, { constant: 0, variable: true, register: link })
  const payload = state.allocate()
  state.setOffset('payload', { constant: 0, variable: true, register: payload })
  state.networkAt = 0

  const isEthernet = step(JMP + JEQ + K, ETHERTYPE.bridged)
  const behindEthernet = step(MISC + TXA)
  const store = step(STX, payload)
  isEthernet.yes = behindEthernet
  isEthernet.no = store
  return [
    step(ALU + ADD + K, outer),
    step(MISC + TAX),
    step(ALU + ADD + K, 2),
    step(ST, type),
    // The options' length, in units of four bytes, and the fixed header.
    step(LD + IND + B, 0),
    step(ALU + AND + K, 0x3f),
    step(ALU + MUL + K, 4),
    step(ALU + ADD + K, 8),
    step(ALU + ADD + X),
    step(ST, link),
    step(LD + IND + H, 2),
    step(LDX + MEM, link),
    isEthernet,
    behindEthernet,
    step(ALU + ADD + K, 12),
    step(ST, type),
    step(ALU + ADD + K, 2),
    step(MISC + TAX),
    store,
  ]
}
