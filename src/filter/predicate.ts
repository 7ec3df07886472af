/**
 * A program as a function of JavaScript, for the packets of a capture where they lie. Its text is made of the program's
 * numbers alone: nothing that somebody wrote is ever part of it.
 *
 * A jump only leads forwards. Every instruction that is jumped to ends a labelled block that begins at the beginning, so that
 * a jump is a `break` out of that block:
 *
 *     b7: { b4: { …; if (a === 6) break b7; … } …; } return 262144
 *
 * A and X are signed here, so that they stay small integers of the machine; where the difference shows they are taken unsigned.
 */

import type { Instruction, Program } from './instruction.ts'
import * as bpf from './instruction.ts'
import { run } from './run.ts'

/**
 * How many bytes of a packet are wanted, 0 for none. The packet lies in `bytes` from `at`, `capturedBytes` long, and had
 * `wireBytes` on the wire.
 */
export type Predicate = (
  bytes: Uint8Array,
  at: number,
  capturedBytes: number,
  wireBytes: number,
) => number

/** A longer program is run step by step: the compiler of JavaScript would not take its time for it. */
const LONGEST = 1500

const signed = (k: number): string => String(k | 0)

/** The bytes from `place` on as one number. `place` is an index into the packet. */
function bytesAt(width: number, place: string): string {
  const byte = (more: number): string => `b[p + ${place}${more === 0 ? '' : ` + ${more}`}]`
  if (width === bpf.B) return byte(0)
  if (width === bpf.H) return `${byte(0)} << 8 | ${byte(1)}`
  return `${byte(0)} << 24 | ${byte(1)} << 16 | ${byte(2)} << 8 | ${byte(3)}`
}

const sizeOf = (width: number): number => (width === bpf.W ? 4 : width === bpf.H ? 2 : 1)

/** What lies past this is past every packet. */
const FARTHEST = 0x4000_0000

const NOTHING = 'return 0'

function loadText({ code, k }: Instruction, register: string): string {
  const width = code & 0x18
  switch (code & 0xe0) {
    case bpf.IMM:
      return `${register} = ${signed(k)}`
    case bpf.ABS:
      if (k > FARTHEST) return NOTHING
      return `if (n < ${k + sizeOf(width)}) ${NOTHING}; ${register} = ${bytesAt(width, String(k))}`
    case bpf.IND:
      if (k > FARTHEST) return NOTHING
      // X may be any number: the sum is not cut to 32 bits before it is compared.
      return `i = (x >>> 0) + ${k}; if (i + ${sizeOf(width)} > n) ${NOTHING}; ${register} = ${bytesAt(width, 'i')}`
    case bpf.MEM:
      return `${register} = m${k}`
    case bpf.LEN:
      return `${register} = w | 0`
    default:
      if (k > FARTHEST) return NOTHING
      return `if (n < ${k + 1}) ${NOTHING}; ${register} = (b[p + ${k}] & 15) << 2`
  }
}

function computeText({ code, k }: Instruction): string {
  const isX = (code & bpf.X) !== 0
  const operand = isX ? 'x' : signed(k)
  const unsigned = isX ? '(x >>> 0)' : String(k)
  switch (code & 0xf0) {
    case bpf.ADD:
      return `a = a + ${operand} | 0`
    case bpf.SUB:
      return `a = a - ${operand} | 0`
    case bpf.MUL:
      return `a = Math.imul(a, ${operand})`
    case bpf.DIV:
      return `${isX ? `if (x === 0) ${NOTHING}; ` : ''}a = (a >>> 0) / ${unsigned} | 0`
    case bpf.MOD:
      return `${isX ? `if (x === 0) ${NOTHING}; ` : ''}a = (a >>> 0) % ${unsigned} | 0`
    case bpf.OR:
      return `a |= ${operand}`
    case bpf.AND:
      return `a &= ${operand}`
    case bpf.XOR:
      return `a ^= ${operand}`
    case bpf.LSH:
      return isX ? 'a = (x >>> 0) > 31 ? 0 : a << x' : `a <<= ${k}`
    case bpf.RSH:
      return isX ? 'a = (x >>> 0) > 31 ? 0 : a >>> x | 0' : `a = a >>> ${k} | 0`
    default:
      return 'a = -a | 0'
  }
}

function testText({ code, k }: Instruction): string {
  const isX = (code & bpf.X) !== 0
  switch (code & 0xf0) {
    case bpf.JEQ:
      return `a === ${isX ? 'x' : signed(k)}`
    case bpf.JGT:
      return `(a >>> 0) > ${isX ? '(x >>> 0)' : k}`
    case bpf.JGE:
      return `(a >>> 0) >= ${isX ? '(x >>> 0)' : k}`
    default:
      return `(a & ${isX ? 'x' : signed(k)}) !== 0`
  }
}

const isReturn = ({ code }: Instruction): boolean => (code & 0x07) === bpf.RET

const returnText = ({ code, k }: Instruction): string =>
  (code & 0x18) === bpf.A ? 'return a >>> 0' : `return ${k}`

/** Where each jump leads, ends of the program excepted: those are copied to where they are jumped from. */
function findTargets(program: Program): Set<number> {
  const targets = new Set<number>()
  for (const [at, { code, k, jt, jf }] of program.entries()) {
    if ((code & 0x07) !== bpf.JMP) continue
    const distances = code === (bpf.JMP | bpf.JA) ? [k] : [jt, jf]
    for (const distance of distances) {
      const target = program[at + 1 + distance]
      if (distance > 0 && target !== undefined && !isReturn(target)) targets.add(at + 1 + distance)
    }
  }
  return targets
}

function jumpText(program: Program, at: number, distance: number): string {
  const target = program[at + 1 + distance]
  if (target === undefined) return NOTHING
  if (isReturn(target)) return returnText(target)
  return distance === 0 ? '' : `break b${at + 1 + distance}`
}

function statement(program: Program, at: number, instruction: Instruction): string {
  const { code, k, jt, jf } = instruction
  switch (code & 0x07) {
    case bpf.LD:
      return loadText(instruction, 'a')
    case bpf.LDX:
      return loadText(instruction, 'x')
    case bpf.ST:
      return `m${k} = a`
    case bpf.STX:
      return `m${k} = x`
    case bpf.ALU:
      return computeText(instruction)
    case bpf.RET:
      return returnText(instruction)
    case bpf.MISC:
      return (code & 0xf8) === bpf.TXA ? 'a = x' : 'x = a'
    default: {
      if (code === (bpf.JMP | bpf.JA)) return jumpText(program, at, k)
      const [yes, no] = [jumpText(program, at, jt), jumpText(program, at, jf)]
      if (yes === no) return yes
      const test = testText(instruction)
      if (yes === '') return `if (!(${test})) ${no}`
      return no === '' ? `if (${test}) ${yes}` : `if (${test}) ${yes}; else ${no}`
    }
  }
}

/** The body of the function. */
function bodyOf(program: Program): string {
  const targets = [...findTargets(program)].toSorted((a, b) => b - a)
  const words = Array.from({ length: bpf.MEMORY_WORDS }, (_, word) => word)
    .filter((word) => program.some(({ code, k }) => k === word && usesMemory(code)))
    .map((word) => `, m${word} = 0`)
  const lines = [`let a = 0, x = 0, i = 0${words.join('')}`]
  for (const target of targets) lines.push(`b${target}: {`)
  for (const [at, instruction] of program.entries()) {
    if (targets.at(-1) === at) {
      targets.pop()
      lines.push('}')
    }
    const text = statement(program, at, instruction)
    if (text !== '') lines.push(text)
  }
  lines.push(NOTHING)
  return lines.join('\n')
}

const usesMemory = (code: number): boolean =>
  code === bpf.ST || code === bpf.STX || code === (bpf.LD | bpf.MEM) || code === (bpf.LDX | bpf.MEM)

/** Whether it can be written without a loop; only `protochain` cannot. */
const isForward = (program: Program): boolean =>
  program.every(({ code, k }) => code !== (bpf.JMP | bpf.JA) || k <= 0x7fff_ffff)

/** The function of a program that valid.ts calls valid, or that jumps back; of such a one and of a long one it runs the steps. */
export function predicateOf(program: Program): Predicate {
  if (program.length > LONGEST || !isForward(program))
    return (bytes, at, capturedBytes, wireBytes) =>
      run(program, bytes.subarray(at, at + capturedBytes), wireBytes)
  return new Function('b', 'p', 'n', 'w', bodyOf(program)) as Predicate
}
