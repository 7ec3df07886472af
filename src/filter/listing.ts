/** A program as text, as `tcpdump -d`, `-dd` and `-ddd` print it (libpcap's bpf_image.c and bpf_dump.c). */

import type { Instruction, Program } from './instruction.ts'
import * as bpf from './instruction.ts'
import { CODES } from './valid.ts'

/** What lies beside the packet, every four bytes from ANCILLARY on. */
const BESIDE = [
  'proto',
  'type',
  'ifidx',
  'nla',
  'nlan',
  'mark',
  'queue',
  'hatype',
  'rxhash',
  'cpu',
  'xor_x',
  'vlan_tci',
  'vlanp',
  'poff',
  'random',
  'vlan_tpid',
]

const OPERATIONS: ReadonlyMap<number, string> = new Map([
  [bpf.ADD, 'add'],
  [bpf.SUB, 'sub'],
  [bpf.MUL, 'mul'],
  [bpf.DIV, 'div'],
  [bpf.OR, 'or'],
  [bpf.AND, 'and'],
  [bpf.LSH, 'lsh'],
  [bpf.RSH, 'rsh'],
  [bpf.MOD, 'mod'],
  [bpf.XOR, 'xor'],
])

const TESTS: ReadonlyMap<number, string> = new Map([
  [bpf.JEQ, 'jeq'],
  [bpf.JGT, 'jgt'],
  [bpf.JGE, 'jge'],
  [bpf.JSET, 'jset'],
])

const hex = (value: number): string => `#0x${value.toString(16)}`
const signed = (value: number): string => String(value | 0)

/** What an instruction is called, and its operand. */
type Words = readonly [name: string, operand: string]

function loadWords({ code, k }: Instruction): Words | null {
  const size = code & 0x18
  const name = size === bpf.W ? 'ld' : size === bpf.H ? 'ldh' : 'ldb'
  switch (code & 0xe0) {
    case bpf.IMM:
      return ['ld', hex(k)]
    case bpf.ABS: {
      const beside = k >= bpf.ANCILLARY && k % 4 === 0 ? BESIDE[(k - bpf.ANCILLARY) / 4] : undefined
      return [name, `[${beside ?? signed(k)}]`]
    }
    case bpf.IND:
      return [name, `[x + ${signed(k)}]`]
    case bpf.MEM:
      return ['ld', `M[${signed(k)}]`]
    case bpf.LEN:
      return ['ld', '#pktlen']
    default:
      return null
  }
}

function indexWords({ code, k }: Instruction): Words | null {
  if (code === (bpf.LDX | bpf.B | bpf.MSH)) return ['ldxb', `4*([${signed(k)}]&0xf)`]
  if (code === (bpf.LDX | bpf.MEM)) return ['ldx', `M[${signed(k)}]`]
  return code === (bpf.LDX | bpf.IMM) ? ['ldx', hex(k)] : null
}

function operationWords({ code, k }: Instruction): Words | null {
  const operation = code & 0xf0
  if (operation === bpf.NEG) return ['neg', '']
  const name = OPERATIONS.get(operation)
  if (name === undefined) return null
  if ((code & bpf.X) !== 0) return [name, 'x']
  const isBits = operation === bpf.AND || operation === bpf.OR || operation === bpf.XOR
  return [name, isBits ? hex(k) : `#${signed(k)}`]
}

function jumpWords({ code, k }: Instruction, at: number): Words | null {
  if (code === (bpf.JMP | bpf.JA)) return ['ja', signed(at + 1 + k)]
  const name = TESTS.get(code & 0xf0)
  if (name === undefined) return null
  return [name, (code & bpf.X) === 0 ? hex(k) : 'x']
}

function wordsOf(instruction: Instruction, at: number): Words | null {
  const { code, k } = instruction
  switch (code & 0x07) {
    case bpf.LD:
      return loadWords(instruction)
    case bpf.LDX:
      return indexWords(instruction)
    case bpf.ST:
      return ['st', `M[${signed(k)}]`]
    case bpf.STX:
      return ['stx', `M[${signed(k)}]`]
    case bpf.ALU:
      return operationWords(instruction)
    case bpf.JMP:
      return jumpWords(instruction, at)
    case bpf.RET:
      return code === (bpf.RET | bpf.A) ? ['ret', ''] : ['ret', `#${signed(k)}`]
    default:
      return code === (bpf.MISC | bpf.TXA) ? ['txa', ''] : ['tax', '']
  }
}

/** One line without its end, `(004) jeq      #0x800           jt 5	jf 8`; `at` is the instruction's number from 0. */
export function describeInstruction(instruction: Instruction, at: number): string {
  const { code, jt, jf } = instruction
  const isPrinted = CODES.has(code) && code !== (bpf.LDX | bpf.LEN)
  const words = isPrinted ? wordsOf(instruction, at) : null
  const [name, operand] = words ?? ['unimp', `0x${code.toString(16)}`]
  const line = `(${String(at).padStart(3, '0')}) ${name.padEnd(8)} `
  // Of codes that there are not as well.
  const isTest = (code & 0x07) === bpf.JMP && (code & 0xf0) !== bpf.JA
  return isTest
    ? `${line}${operand.padEnd(16)} jt ${at + 1 + jt}\tjf ${at + 1 + jf}`
    : `${line}${operand}`
}

const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('')

/** For people, one instruction a line (`-d`). */
export const formatListing = (program: Program): string => linesOf(program.map(describeInstruction))

/** As the elements of a C array of `struct sock_filter` (`-dd`). */
export const formatStructs = (program: Program): string =>
  linesOf(
    program.map(
      ({ code, jt, jf, k }) =>
        `{ 0x${code.toString(16)}, ${jt}, ${jf}, 0x${k.toString(16).padStart(8, '0')} },`,
    ),
  )

/** As decimal numbers, how many instructions there are on the first line (`-ddd`). */
export const formatNumbers = (program: Program): string =>
  linesOf([
    String(program.length),
    ...program.map(({ code, jt, jf, k }) => `${code} ${jt} ${jf} ${k}`),
  ])
