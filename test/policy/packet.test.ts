import { expect, test } from 'vitest'
import { acknowledges, type Packet } from '../../src/policy/packet.ts'

const syn: Packet = {
  family: 4,
  protocol: 'tcp',
  source: '192.0.2.1',
  destination: '198.51.100.7',
  sourcePort: null,
  destinationPort: 443,
  inputDevice: 'eth0',
  outputDevice: '',
  state: 'new',
  syn: true,
  icmpType: null,
}

test('a segment acknowledges unless it is the first one', () => {
  expect(acknowledges(syn)).toBe(false)
  expect(acknowledges({ ...syn, state: 'established' })).toBe(true)
  expect(acknowledges({ ...syn, syn: false })).toBe(true)
  expect(acknowledges({ ...syn, state: 'untracked', ack: true })).toBe(true)
})
