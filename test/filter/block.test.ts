import { expect, test } from 'vitest'
import { type Block, isEnd } from '../../src/filter/block.ts'
import { JEQ, JMP } from '../../src/filter/instruction.ts'

test('what tests is no end, and what ends does not test', () => {
  const end: Block = { wantedBytes: 0 }
  expect(isEnd(end)).toBe(true)
  expect(isEnd({ steps: [], code: JMP + JEQ, k: 0, yes: end, no: end })).toBe(false)
})
