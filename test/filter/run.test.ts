import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as bpf from '../../src/filter/instruction.ts'
import { MOST_JUMPS_BACK, run } from '../../src/filter/run.ts'
import { libpcapCompile, libpcapRun } from './libpcap.ts'
import { anyProgram } from './random-program.ts'

const plain = (code: number, k = 0) => ({ code, k, jt: 0, jf: 0 })
const RETURN_A = plain(bpf.RET | bpf.A)
const bytes = Uint8Array.of(1, 2, 3, 0x45, 0xff)

test.each([
  ['four bytes', plain(bpf.LD | bpf.W | bpf.ABS, 0), 0x01020345],
  ['two bytes', plain(bpf.LD | bpf.H | bpf.ABS, 3), 0x45ff],
  ['one byte', plain(bpf.LD | bpf.B | bpf.ABS, 4), 0xff],
  ['past the end', plain(bpf.LD | bpf.H | bpf.ABS, 4), 0],
  ['far past the end', plain(bpf.LD | bpf.W | bpf.ABS, 0xfffffffe), 0],
  ['what Linux knows beside it', plain(bpf.LD | bpf.W | bpf.ABS, bpf.ANCILLARY_PROTOCOL), 0],
  ['its length on the wire', plain(bpf.LD | bpf.W | bpf.LEN), 1500],
])('loads %s', (_, load, value) => {
  expect(run([load, RETURN_A], bytes, 1500)).toBe(value)
})

test('the length of an IP header is loaded to X', () => {
  const program = [plain(bpf.LDX | bpf.B | bpf.MSH, 3), plain(bpf.MISC | bpf.TXA), RETURN_A]
  expect(run(program, bytes, 5)).toBe(20)
})

test('a program without an end selects nothing', () => {
  expect(run([plain(bpf.LD | bpf.IMM, 7)], bytes, 5)).toBe(0)
})

test('a program that jumps back for ever is ended', () => {
  const back = plain(bpf.JMP | bpf.JA, 0xffffffff)
  expect(run([back, RETURN_A], bytes, 5)).toBe(0)
  expect(MOST_JUMPS_BACK).toBeGreaterThan(262_144 / 16)
})

test('the headers of IPv6 are followed backwards, as protochain wants it', () => {
  const program = libpcapCompile('ip6 protochain 6', 12, false)
  if (typeof program === 'string') throw new Error(program)
  const packet = new Uint8Array(80)
  packet.set([0x60, 0, 0, 0, 0, 40, 0])
  packet.set([60, 0], 40)
  packet.set([6, 1], 48)
  expect(run(program, packet, 80)).toBe(262_144)
  packet[48] = 17
  expect(run(program, packet, 80)).toBe(0)
})

test('valid programs give what they give in libpcap’s machine', () => {
  fc.assert(
    fc.property(
      anyProgram(),
      fc.uint8Array({ maxLength: 80 }),
      fc.nat(0xffff),
      (program, packet, more) => {
        const wire = packet.length + more
        expect(run(program, packet, wire)).toBe(libpcapRun(program, packet, wire))
      },
    ),
    { numRuns: 3000 },
  )
})
