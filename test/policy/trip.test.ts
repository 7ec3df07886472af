import { expect, test } from 'vitest'
import { bookOf } from '../../src/policy/chain-order.ts'
import { type Start, type Trip, travel } from '../../src/policy/trip.ts'
import { stepsOf } from '../../src/policy/world.ts'
import { base, nft, routing, table } from './machine.ts'
import { start } from './world.ts'

const HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting']
const all = nft(
  table('t', ...HOOKS.map((hook) => base(hook, `filter hook ${hook} priority 0; policy accept;`))),
)
const trip: Trip = {
  book: bookOf([all]),
  routing: routing(),
  tie: 'listed',
  localAddresses: ['10.0.0.1', '10.1.0.1'],
  budget: { rules: 1000 },
}

const hooksTo = (destination: string, how: Start): readonly (string | null)[] => {
  const packet = {
    ...start.packet,
    source: how.kind === 'local' ? '10.1.0.1' : '10.0.0.9',
    destination,
  }
  const [end, ...others] = travel(trip, { ...start, packet }, how)
  expect(others).toEqual([])
  return stepsOf(end?.world ?? start)
    .map(({ hook }) => hook)
    .filter((hook) => hook !== null)
}

test('a packet meets the hooks of its course, in their order', () => {
  const arrives: Start = { kind: 'arrives', device: 'eth0' }
  expect(hooksTo('10.0.0.1', arrives)).toEqual(['prerouting', 'input'])
  expect(hooksTo('192.0.2.7', arrives)).toEqual(['prerouting', 'forward', 'postrouting'])
  expect(hooksTo('192.0.2.7', { kind: 'local' })).toEqual(['output', 'postrouting'])
  expect(hooksTo('10.0.0.1', { kind: 'local' })).toEqual([
    'output',
    'postrouting',
    'prerouting',
    'input',
  ])
})
