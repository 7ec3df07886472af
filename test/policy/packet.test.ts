import { expect, test } from 'vitest'
import { acknowledges, type Packet } from '../../src/policy/packet.ts'
import { passing } from './machine.ts'

const syn: Packet = { ...passing, outputDevice: '' }

test('a segment acknowledges unless it is the first one', () => {
  expect(acknowledges(syn)).toBe(false)
  expect(acknowledges({ ...syn, state: 'established' })).toBe(true)
  expect(acknowledges({ ...syn, syn: false })).toBe(true)
  expect(acknowledges({ ...syn, state: 'untracked', ack: true })).toBe(true)
})
