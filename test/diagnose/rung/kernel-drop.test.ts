import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { arrival } from '../../../src/diagnose/rung/arrival.ts'
import { type Outputs, recorded } from '../scene.ts'
import { ask, SILENCE } from './ask.ts'
import { growing } from './counting.ts'

const first = ({ accuses = [] }: Ruling) => accuses[0]
const cleared = ({ acquits = [] }: Ruling): string[] => acquits.map(({ cause }) => cause)

const silence = (after: Readonly<Record<string, number>>, more: Outputs = {}) =>
  ask(arrival, {
    client: recorded('dropped-client'),
    server: growing(after, more),
    of: 'server',
    probes: SILENCE,
  })

describe('packets that a server dropped', () => {
  test.for([
    [
      'a full accept queue',
      { 'TcpExt:ListenOverflows': 3, 'TcpExt:ListenDrops': 3 },
      'tcp.accept-queue-full',
    ],
    [
      'no route back',
      { 'Ip:OutNoRoutes': 3, 'TcpExt:ListenDrops': 3, 'Tcp:InSegs': 3 },
      'route.return-missing',
    ],
    [
      'a strict reverse path filter',
      { 'TcpExt:IPReversePathFilter': 3 },
      'route.reverse-path-filter',
    ],
  ] as const)('by %s are counted by its kernel', async ([, after, cause]) => {
    const ruling = await silence(after)
    expect(first(ruling)).toMatchObject({ cause, side: 'server', weight: 'proven' })
    expect(cleared(ruling)).toContain('firewall.path-drop')
  })

  test('by the reverse path filter for want of a route have no way back', async () => {
    const lost = {
      'ip -j route get 10.77.1.2': {
        code: 2,
        stderr: 'RTNETLINK answers: Network is unreachable\n',
      },
    }
    const ruling = await silence({ 'TcpExt:IPReversePathFilter': 3 }, lost)
    expect(first(ruling)).toMatchObject({ cause: 'route.return-missing', weight: 'proven' })
  })

  test('by fewer counts than were sent prove nothing', async () => {
    const ruling = await silence({ 'TcpExt:ListenOverflows': 2, 'TcpExt:IPReversePathFilter': 1 })
    expect(ruling.accuses?.some(({ weight }) => weight === 'proven') ?? false).toBe(false)
  })
})
