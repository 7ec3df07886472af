import { expect, test } from 'vitest'
import { inquire } from '../../src/diagnose/inquiry.ts'
import type { Change } from '../../src/diagnose/trial.ts'
import { arrived, clear, delta } from '../../src/diagnose/whereabouts.ts'
import { scriptedHost } from './scene.ts'

const change = (received: number | null, counters: Readonly<Record<string, number>>): Change => ({
  inquiry: inquire(scriptedHost({ name: 'server', role: 'server' })),
  readable: true,
  grew: (name) => counters[name] ?? 0,
  before: () => 40,
  rules: [],
  frameDrops: [],
  received,
  sent: null,
  passed: () => null,
  sockets: [],
})

test('no more of a family arrived than its IP counted, nor than the wires carried', () => {
  expect(arrived(change(9, { IpInReceives: 3 }), 4)).toBe(3)
  expect(arrived(change(2, { Ip6InReceives: 5 }), 6)).toBe(2)
  expect(arrived(change(null, { IpInReceives: 3 }), 4)).toBe(3)
})

test('a counter is shown with what it was and what it became', () => {
  expect(delta(change(3, { TcpOutRsts: 3 }), 'TcpOutRsts')).toMatchObject({
    host: 'server',
    command: 'nstat -azs TcpOutRsts',
    delta: { name: 'TcpOutRsts', before: 40, after: 43 },
  })
})

test('a cause is cleared on the side that was looked at only', () => {
  expect(clear(['firewall.egress-drop', 'route.loop'], 'they arrived')).toEqual([
    { cause: 'firewall.egress-drop', because: 'they arrived', side: 'client' },
    { cause: 'route.loop', because: 'they arrived' },
  ])
  expect(clear(['route.loop'], 'they arrived', 'path')).toMatchObject([{ side: 'path' }])
})
