import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Program } from '../../src/filter/instruction.ts'
import {
  describeInstruction,
  formatListing,
  formatNumbers,
  formatStructs,
} from '../../src/filter/listing.ts'
import { libpcapCompile, libpcapImage } from './libpcap.ts'

const tcpdump = (...words: string[]): string =>
  execFileSync('tcpdump', ['-y', 'EN10MB', ...words], { encoding: 'utf8' })

test.each([
  ['-d', formatListing],
  ['-dd', formatStructs],
  ['-ddd', formatNumbers],
])('a program is printed as tcpdump %s prints it', (flag, format) => {
  for (const expression of ['tcp port 80', 'len > 100', 'vlan and ip', 'ip[0] * 3 = -1']) {
    const program = libpcapCompile(expression, 1, true) as Program
    expect(format(program)).toBe(tcpdump(flag, expression))
  }
})

test('every code is printed as libpcap prints it, those that there are not as well', () => {
  const operands = [0, 5, 0x80000005, 0xfffff000, 0xfffff02c, 0xfffff03c, 0xfffff040, 0xfffff001]
  for (let code = 0; code < 0x200; code++) {
    for (const k of operands) {
      const instruction = { code, k, jt: 3, jf: 4 }
      expect(describeInstruction(instruction, 7)).toBe(libpcapImage(instruction, 7))
    }
  }
})

test('the numbers of instructions have three digits or more', () => {
  fc.assert(
    fc.property(fc.nat(5000), (at) => {
      const instruction = { code: 0x15, k: 1, jt: 1, jf: 2 }
      expect(describeInstruction(instruction, at)).toBe(libpcapImage(instruction, at))
    }),
  )
})
