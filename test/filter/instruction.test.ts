import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { ABS, B, H, JEQ, JMP, K, LD, RET } from '../../src/filter/instruction.ts'

test('a code is the sum of its parts, as tcpdump -ddd prints it', () => {
  const printed = execFileSync('tcpdump', ['-ddd', '-y', 'EN10MB', 'ip proto 6'], {
    encoding: 'utf8',
  })
  const codes = printed
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(' ')[0]))
  expect(codes).toEqual([
    LD + H + ABS,
    JMP + JEQ + K,
    LD + B + ABS,
    JMP + JEQ + K,
    RET + K,
    RET + K,
  ])
})
