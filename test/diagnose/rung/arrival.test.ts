import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { arrival } from '../../../src/diagnose/rung/arrival.ts'
import { type Outputs, recorded } from '../scene.ts'
import { ask } from './ask.ts'
import { ADDRESSES, COUNTERS, growing, TRAFFIC } from './counting.ts'

const server = recorded('healthy-server')
const scene = (name: string) => ({
  client: recorded(`${name}-client`),
  server: { ...server, ...recorded(`${name}-server`) },
  of: 'server' as const,
})
const timeout = { connect: { '10.77.2.2 80': 'timeout' } }
const first = ({ accuses = [] }: Ruling) => accuses[0]
const cleared = ({ acquits = [] }: Ruling): string[] => acquits.map(({ cause }) => cause)

describe('packets that a server dropped', () => {
  test('arrived and were not delivered: a firewall of its own, not one before it', async () => {
    const dropped = scene('dropped')
    const counted = { ...dropped.server, [ADDRESSES]: TRAFFIC }
    const ruling = await ask(arrival, { ...dropped, server: counted, probes: timeout })
    expect(first(ruling)).toMatchObject({ cause: 'firewall.ingress-drop', side: 'server' })
    expect(cleared(ruling)).toContain('firewall.path-drop')
    expect(cleared(ruling)).not.toContain('firewall.ingress-drop')
  })
})

describe('resets', () => {
  const refused = { connect: { '10.77.2.2': 'ECONNREFUSED' } }
  const resets = (after: Readonly<Record<string, number>>, more: Outputs = {}) =>
    ask(arrival, {
      client: recorded('refused-client'),
      server: growing(after, more),
      of: 'server',
      probes: refused,
    })

  test("of the server's own kernel clear every firewall", async () => {
    const ruling = await resets({ 'Tcp:OutRsts': 3, 'Tcp:InSegs': 3 })
    expect(ruling.status).toBe('pass')
    expect(cleared(ruling)).toContain('firewall.ingress-reset')
    expect(cleared(ruling)).toContain('firewall.path-reset')
  })

  test('that its TCP did not send for SYNs that arrived came from a rule of its own', async () => {
    const ruling = await resets({ 'Ip:InReceives': 3 }, { [ADDRESSES]: TRAFFIC })
    expect(first(ruling)).toMatchObject({ cause: 'firewall.ingress-reset', side: 'server' })
    expect(cleared(ruling)).toContain('tcp.no-listener')
  })
})

test('a port that answers, or a connection that is accepted, is not looked at', async () => {
  expect((await ask(arrival, { ...scene('dropped') })).status).toBe('skip')
  const probes = { exchange: { '10.77.2.2': '' } }
  expect((await ask(arrival, { ...scene('dropped'), probes })).status).toBe('skip')
})

test('without counters nothing is known', async () => {
  const bare = { ...growing({}), [COUNTERS]: { failure: 'missing' as const, code: null } }
  const ruling = await ask(arrival, {
    client: recorded('dropped-client'),
    server: bare,
    of: 'server',
    probes: timeout,
  })
  expect(ruling.status).toBe('unknown')
})
