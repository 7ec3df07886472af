import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as bpf from '../../src/filter/instruction.ts'
import { predicateOf } from '../../src/filter/predicate.ts'
import { run } from '../../src/filter/run.ts'
import { CODES, explainInvalid } from '../../src/filter/valid.ts'
import { attach } from './kernel.ts'
import { libpcapCompile } from './libpcap.ts'
import { randomFrom } from './random.ts'
import { randomPacket } from './random-packet.ts'
import { anyProgram } from './random-program.ts'
import { SAMPLES } from './sample-expressions.ts'

test('machine, function and kernel give the same for random programs and packets', () => {
  const packets = fc.array(fc.uint8Array({ minLength: 1, maxLength: 90 }), {
    minLength: 8,
    maxLength: 8,
  })
  let pairs = 0
  fc.assert(
    fc.property(
      fc.oneof(
        anyProgram({ length: 40, agreed: 'copies' }),
        anyProgram({ length: 40, agreed: 'loads' }),
      ),
      packets,
      (program, drawn) => {
        const kernel = attach(program)
        if (kernel === null) throw new Error('refused')
        const predicate = predicateOf(program)
        for (const packet of drawn) {
          const wanted = run(program, packet, packet.length)
          expect(predicate(packet, 0, packet.length, packet.length)).toBe(wanted)
          expect(kernel.arrives(packet)).toBe(Math.min(wanted, packet.length))
          pairs++
        }
        kernel.close()
      },
    ),
    { numRuns: 1500 },
  )
  expect(pairs).toBeGreaterThanOrEqual(12_000)
})

test('the kernel selects the same packets by what libpcap compiles', () => {
  const random = randomFrom(3)
  for (const expression of SAMPLES) {
    const program = libpcapCompile(expression, 1, true)
    if (typeof program === 'string') continue
    const kernel = attach(program)
    if (kernel === null) throw new Error(`refused: ${expression}`)
    for (let count = 0; count < 20; count++) {
      const packet = randomPacket(random, 1)
      const wanted = Math.min(run(program, packet, packet.length), packet.length)
      expect(kernel.arrives(packet), expression).toBe(wanted)
    }
    kernel.close()
  }
})

test('the kernel refuses exactly what is said to be invalid', () => {
  const word = fc.oneof(
    fc.nat(20),
    fc.constantFrom(31, 32, 0xfffff000, 0xfffff004, 0xfffff03c, 0xfffff040, 0xffffffff),
  )
  const instruction = fc.record({
    code: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...CODES) }, fc.nat(0xff)),
    k: word,
    jt: fc.nat(6),
    jf: fc.nat(6),
  })
  const end = { code: bpf.RET | bpf.K, k: 1, jt: 0, jf: 0 }
  fc.assert(
    fc.property(fc.array(instruction, { maxLength: 6 }), fc.boolean(), (drawn, ends) => {
      const program = ends ? [...drawn, end, end, end] : drawn
      const kernel = attach(program)
      kernel?.close()
      expect(kernel === null, JSON.stringify(program)).toBe(explainInvalid(program) !== null)
    }),
    { numRuns: 5000 },
  )
})
