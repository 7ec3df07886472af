import fc from 'fast-check'
import { expect, test } from 'vitest'
import { A, ABS, B, IMM, JEQ, JMP, K, LD, RET } from '../../src/filter/instruction.ts'
import { predicateOf } from '../../src/filter/predicate.ts'
import { run } from '../../src/filter/run.ts'
import { libpcapCompile } from './libpcap.ts'
import { randomFrom } from './random.ts'
import { randomPacket } from './random-packet.ts'
import { anyProgram } from './random-program.ts'
import { combine } from './sample-expressions.ts'

const plain = (code: number, k = 0, jt = 0, jf = 0) => ({ code, k, jt, jf })

/** `packet` between other bytes, which are not its own. */
function among(packet: Uint8Array, before: number): Uint8Array {
  const bytes = new Uint8Array(before + packet.length + 9).fill(0xa5)
  bytes.set(packet, before)
  return bytes
}

test('valid programs give what the machine gives', () => {
  fc.assert(
    fc.property(
      anyProgram({ length: 60 }),
      fc.uint8Array({ maxLength: 80 }),
      fc.nat(50),
      fc.nat(0xffff),
      (program, packet, before, more) => {
        const wire = packet.length + more
        const predicate = predicateOf(program)
        expect(predicate(among(packet, before), before, packet.length, wire)).toBe(
          run(program, packet, wire),
        )
      },
    ),
    { numRuns: 5000 },
  )
})

test('what libpcap compiles selects the same packets', () => {
  const random = randomFrom(5)
  for (let index = 0; index < 400; index++) {
    const linkType = [1, 12, 113, 276][index % 4] ?? 1
    const expression = combine(random, index % 5)
    const program = libpcapCompile(expression, linkType, index % 2 === 0)
    if (typeof program === 'string') continue
    const predicate = predicateOf(program)
    for (let packet = 0; packet < 10; packet++) {
      const bytes = randomPacket(random, linkType)
      expect(predicate(among(bytes, 7), 7, bytes.length, bytes.length), expression).toBe(
        run(program, bytes, bytes.length),
      )
    }
  }
})

test('the headers of IPv6 are followed', () => {
  const program = libpcapCompile('ip6 protochain 6', 12, false)
  if (typeof program === 'string') throw new Error(program)
  const packet = new Uint8Array(80)
  packet.set([0x60, 0, 0, 0, 0, 40, 60])
  packet.set([6, 0], 40)
  expect(predicateOf(program)(among(packet, 3), 3, 80, 80)).toBe(262_144)
})

test('thousands of jumps are no burden', () => {
  const tests = Array.from({ length: 4000 }, (_, k) => plain(JMP | JEQ | K, k, k % 200, 0))
  const ends = Array.from({ length: 200 }, () => plain(RET | A))
  const program = [plain(LD | B | ABS, 0), ...tests, ...ends]
  expect(predicateOf(program)(Uint8Array.of(77), 0, 1, 1)).toBe(77)
  const short = [plain(LD | IMM, 5), ...tests.slice(0, 1200), ...ends]
  expect(predicateOf(short)(Uint8Array.of(77), 0, 1, 1)).toBe(5)
})
