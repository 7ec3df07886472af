import { expect, test } from 'vitest'
import { describeDelta, evidenceText } from '../../src/report/evidence.ts'

test.for([
  [3, 6, 'Name: 3 → 6 (+3)'],
  [6, 3, 'Name: 6 → 3 (-3)'],
  [3, 3, 'Name: 3 → 3 (+0)'],
] as const)('a counter from %i to %i', ([before, after, told]) => {
  expect(describeDelta({ name: 'Name', before, after })).toBe(told)
})

test('evidence is the command as it is typed, then what it printed, then the counter', () => {
  const delta = { name: 'IpInReceives', before: 1, after: 2 }
  const shown = { host: 'server', source: 'nstat', command: 'nstat -az', lines: ['a', 'b'], delta }
  expect(evidenceText(shown)).toEqual([
    'server$ nstat -az',
    '  a',
    '  b',
    '  IpInReceives: 1 → 2 (+1)',
  ])
})
