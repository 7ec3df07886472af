import { expect, test } from 'vitest'
import { parseExpression } from '../../src/filter/grammar.ts'
import { leavesOf } from '../../src/filter/leaves.ts'

test('tests come from left to right, whatever joins them', () => {
  const leaves = leavesOf(parseExpression('(tcp or not (udp and arp)) and port 80 or 81'))
  expect(leaves.map((leaf) => (leaf.kind === 'protocol' ? leaf.protocol : leaf.kind))).toEqual([
    'tcp',
    'udp',
    'arp',
    'address',
    'address',
  ])
  expect(leavesOf(null)).toEqual([])
})
