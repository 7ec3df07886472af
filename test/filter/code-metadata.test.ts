import { test } from 'vitest'
import { expectSame } from './front.ts'

test('the direction and the interface are told by some link types', () => {
  expectSame(
    [1, 113, 276, 117, 130, 166, 226, 101],
    ['inbound', 'outbound', 'not inbound', 'ifindex 2'],
  )
})

test('what OpenBSD’s packet filter logs is told', () => {
  expectSame(
    [117, 1],
    [
      'ifname em0',
      'on em0',
      'ifname abcdefghijklmnop',
      'ruleset foo',
      'rulenum 1',
      'srnr 1',
      'reason match',
      'reason 3',
      'action pass',
      'action block',
    ],
  )
})
