import { expect, test } from 'vitest'
import { isStopped, walkTransit } from '../../src/diagnose/transit.ts'
import { type Outputs, recorded, type Scene, witnessOf } from './scene.ts'

const server: Outputs = { ...recorded('healthy-server'), ...recorded('dropped-server') }
const scene: Scene = { target: 'http://10.77.2.2', client: recorded('healthy-client'), server }
const endpoint = { address: '10.77.2.2', family: 4, port: 80 } as const

test('at the server the first packet comes in by the interface that holds the address', async () => {
  const witness = witnessOf(scene)
  if (!witness.server) throw new Error('no server')
  const { there, back, walkTo } = await walkTransit(witness, witness.server, { endpoint }, 'tcp')
  expect(there).toMatchObject({
    reply: false,
    packet: { destination: '10.77.2.2', destinationPort: 80, state: 'new' },
    journey: { verdict: 'dropped', place: { chain: 'input', handle: 3 } },
  })
  expect(there.packet.inputDevice).toBe('eth0')
  // What is stopped has no answer.
  expect(back.journey).toBeNull()
  expect(walkTo(22)).toMatchObject({ there: { verdict: 'accepted' }, back: { course: 'output' } })
})

test('at the client it is made there, and the reply comes in', async () => {
  const witness = witnessOf(scene)
  const { there, back } = await walkTransit(witness, witness.client, { endpoint }, 'tcp')
  expect(there.journey).toMatchObject({ verdict: 'accepted', course: 'output' })
  expect(there.hooks).toEqual(['output', 'postrouting'])
  expect(back).toMatchObject({
    reply: true,
    packet: { source: '10.77.2.2', sourcePort: 80, outputDevice: '' },
    journey: { verdict: 'accepted', course: 'input' },
  })
})

test('an address that the server does not have is translated on the way: its own stands for it', async () => {
  const witness = witnessOf(scene)
  if (!witness.server) throw new Error('no server')
  const about = { endpoint: { ...endpoint, address: '198.51.100.7' } }
  const { there } = await walkTransit(witness, witness.server, about, 'tcp')
  expect(there.packet.destination).toBe('10.77.2.2')
  expect(there.journey?.course).not.toBe('forward')
})

test('tables that have no way where the kernel itself knows one are not believed', async () => {
  const none = { 'ip -j -4 route show table all': '[]' }
  const witness = witnessOf({ ...scene, client: { ...recorded('healthy-client'), ...none } })
  const { there, toServer } = await walkTransit(witness, witness.client, { endpoint }, 'tcp')
  expect(toServer).not.toBeNull()
  expect(there.journey).toMatchObject({ verdict: 'accepted', course: 'output' })
})

test('dropped and rejected packets are stopped, others are not', () => {
  const verdicts = ['accepted', 'dropped', 'rejected', 'redirected', 'unknown'] as const
  expect(verdicts.filter((verdict) => isStopped({ verdict }))).toEqual(['dropped', 'rejected'])
})

test('rules for users are judged by who sends the probes', async () => {
  const rules = `*filter
:OUTPUT ACCEPT [0:0]
[0:0] -A OUTPUT -p tcp -m owner --uid-owner 1000 -j DROP
COMMIT
`
  const client = {
    ...recorded('healthy-client'),
    'nft -j list ruleset': { failure: 'missing', code: null },
    'iptables-save -c': rules,
  } as const
  const verdict = async (owner: { user: number; group: number } | null) => {
    const witness = witnessOf({ ...scene, client, probes: { owner } })
    const { there } = await walkTransit(witness, witness.client, { endpoint }, 'tcp')
    return there.journey?.verdict
  }
  expect(await verdict({ user: 1000, group: 100 })).toBe('dropped')
  expect(await verdict({ user: 0, group: 0 })).toBe('accepted')
  expect(await verdict(null)).toBe('unknown')
})
