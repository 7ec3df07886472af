import { expect, test } from 'vitest'
import type { Verdict } from '../../src/facts/rule-set.ts'
import { deedOf } from '../../src/policy/deed.ts'

test.each<[Verdict, string]>([
  [{ kind: 'drop' }, 'drops it'],
  [{ kind: 'jump', target: 'web' }, 'goes on in the chain web'],
  [{ kind: 'redirect', to: null }, 'sends it to this host'],
  [{ kind: 'redirect', to: ':8080' }, 'sends it to this host, to :8080'],
  [{ kind: 'dnat', to: '10.0.0.1:80' }, 'sends it to 10.0.0.1:80'],
  [{ kind: 'snat', to: null }, 'gives it the source that it chooses'],
  [{ kind: 'netmap', to: '10.0.0.0/24' }, 'moves its address into 10.0.0.0/24'],
  [{ kind: 'continue' }, 'lets it go on'],
  [{ kind: 'unknown', text: 'tarpit' }, 'does `tarpit`'],
])('%j: it %s', (verdict, says) => {
  expect(deedOf({ changes: [] }, verdict)).toBe(says)
})

test('a rule that goes on after a change says what it changed', () => {
  const going = { kind: 'continue' } as const
  expect(deedOf({ changes: [{ kind: 'untrack', after: 0 }] }, going)).toBe(
    'keeps conntrack from it',
  )
  const mark = {
    kind: 'mark',
    after: 0,
    target: 'packet',
    packet: 0,
    connection: 0,
    flip: 1,
  } as const
  expect(deedOf({ changes: [mark] }, going)).toBe('marks it')
})
