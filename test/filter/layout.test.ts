import { expect, test } from 'vitest'
import type { Block, Step } from '../../src/filter/block.ts'
import { ABS, H, IMM, JA, JEQ, JMP, K, LD, type Program } from '../../src/filter/instruction.ts'
import { layOut } from '../../src/filter/layout.ts'
import { formatListing } from '../../src/filter/listing.ts'
import { libpcapCompile } from './libpcap.ts'
import { blocksOf } from './program-blocks.ts'
import { SAMPLES } from './sample-expressions.ts'

const ALL = { wantedBytes: 262_144 }
const NONE = { wantedBytes: 0 }
const test800 = (yes: Block, no: Block, steps: Step[] = []): Block => ({
  steps,
  code: JMP | JEQ | K,
  k: 0x800,
  yes,
  no,
})

test('the end of a filter alone is one instruction', () => {
  expect(formatListing(layOut(ALL))).toBe('(000) ret      #262144\n')
})

test('what “no” leads to comes last, what “yes” leads to next', () => {
  const inner = test800(ALL, NONE, [{ code: LD | H | ABS, k: 16 }])
  expect(formatListing(layOut(test800(inner, NONE, [{ code: LD | H | ABS, k: 12 }])))).toBe(
    [
      '(000) ldh      [12]',
      '(001) jeq      #0x800           jt 2\tjf 5',
      '(002) ldh      [16]',
      '(003) jeq      #0x800           jt 4\tjf 5',
      '(004) ret      #262144',
      '(005) ret      #0',
      '',
    ].join('\n'),
  )
})

test('a block that several lead to is laid out once', () => {
  const shared = test800(ALL, NONE)
  expect(layOut(test800(shared, test800(shared, NONE)))).toHaveLength(5)
})

test.each([
  [255, 0],
  [256, 1],
])('over %i instructions %i long jumps are needed', (between, long) => {
  const steps = Array.from({ length: between - 2 }, (_, k) => ({ code: LD | IMM, k }))
  const program = layOut(test800(test800(ALL, NONE, steps), NONE))
  expect(program.filter(({ code }) => code === (JMP | JA))).toHaveLength(long)
})

test('the way to “yes” becomes long when the long jump of “no” stands in between', () => {
  const yes = { wantedBytes: 1 }
  const no = { wantedBytes: 2 }
  const steps = Array.from({ length: 253 }, (_, k) => ({ code: LD | IMM, k }))
  const program = layOut(test800(yes, test800(yes, no, steps)))
  const [first] = program
  expect(first).toMatchObject({ jt: expect.any(Number), jf: expect.any(Number) })
  expect(layOut(blocksOf(program))).toEqual(program)
})

test('jumps within a block skip what lies between', () => {
  const [one, two, three] = [1, 2, 3].map((k): Step => ({ code: LD | IMM, k }))
  if (!one || !two || !three) throw new Error('no steps')
  const jump = { code: JMP | JEQ | K, k: 1, yes: two, no: three }
  const program = layOut(test800(ALL, NONE, [one, jump, two, three]))
  expect(program[1]).toEqual({ code: JMP | JEQ | K, k: 1, jt: 0, jf: 1 })
})

test("libpcap's own graphs are laid out as libpcap does it, long ones as well", () => {
  const ports = Array.from({ length: 60 }, (_, index) => `port ${index}`).join(' or ')
  const all = [...SAMPLES, ports, `not (${ports})`, `(${ports}) and (${ports})`]
  for (const expression of all) {
    const plain = libpcapCompile(expression, 1, false)
    if (typeof plain === 'string') continue
    expect(layOut(blocksOf(plain as Program)), expression).toEqual(plain)
  }
})
