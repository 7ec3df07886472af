import { describe, expect, test } from 'vitest'
import { programs } from '../../../src/diagnose/rung/program.ts'
import { type Given, type Outputs, recorded } from '../scene.ts'
import { type Asked, ask, commands, only } from './ask.ts'
import { ADDRESSES, growing, TRAFFIC } from './counting.ts'

const silent = { connect: { '10.77.2.2 80': 'timeout' } }
const QUEUES = 'tc -s -j qdisc show'
const INGRESS = 'tc -j filter show dev eth0 ingress'
const EGRESS = 'tc -j filter show dev eth0 egress'
const STATISTICS = 'ethtool -S eth0'

const output = (given: Given | undefined): string =>
  typeof given === 'string' ? given : (given?.stdout ?? '')

/** What `ip` said: at first, before the trial, after it. */
const LINKS = [TRAFFIC[0] ?? '', ...TRAFFIC]

/** The same with a program of XDP on eth0. */
const programmed = (mode: number): readonly Given[] =>
  LINKS.map((given) =>
    output(given).replace(
      '"ifname":"eth0"',
      `"ifname":"eth0","xdp":{"mode":${mode},"prog":{"id":12,"name":"guard"}}`,
    ),
  )

const clsact = (drops: number): string =>
  JSON.stringify([{ kind: 'clsact', dev: 'eth0', parent: 'ffff:fff1', drops }])
const bpf = (preference: number, actions: object = { 'direct-action': true }): string =>
  JSON.stringify([
    { protocol: 'ip', pref: preference, kind: 'bpf', options: { handle: '0x1', ...actions } },
  ])
const xdp = (drops: number): string => `NIC statistics:\n     rx_queue_0_xdp_drops: ${drops}\n`

const asked = (server: Outputs, counted: Readonly<Record<string, number>> = {}): Asked => ({
  client: recorded('dropped-client'),
  server: growing(counted, { [ADDRESSES]: LINKS, [EGRESS]: '[]', ...server }),
  of: 'server',
  probes: silent,
})

describe('a program of XDP', () => {
  test('whose driver counts what it drops is proven by that', async () => {
    const server = { [ADDRESSES]: programmed(1), [STATISTICS]: [xdp(7), xdp(10)] }
    const ruling = await ask(programs, asked(server))
    expect(only(ruling)).toMatchObject({
      cause: 'firewall.bpf-drop',
      side: 'server',
      weight: 'proven',
      place: { interface: 'eth0' },
    })
    expect(ruling.summary).toContain('guard (id 12)')
    expect(commands(ruling)).toEqual(['ip link set dev eth0 xdpdrv off'])
  })

  test('that drops the packets of others while these came to IP is likely at most', async () => {
    const server = { [ADDRESSES]: programmed(1), [STATISTICS]: [xdp(7), xdp(90)] }
    const ruling = await ask(programs, asked(server, { 'Ip:InReceives': 3 }))
    expect(only(ruling).weight).toBe('likely')
  })

  test('that counts and dropped nothing is not accused', async () => {
    const server = { [ADDRESSES]: programmed(1), [STATISTICS]: xdp(7) }
    expect((await ask(programs, asked(server))).status).toBe('pass')
  })

  test('that cannot be counted is likely where packets came in and not to IP', async () => {
    const ruling = await ask(programs, asked({ [ADDRESSES]: programmed(2) }))
    expect(only(ruling).weight).toBe('likely')
    expect(commands(ruling)).toEqual(['ip link set dev eth0 xdpgeneric off'])
    const through = asked({ [ADDRESSES]: programmed(2) }, { 'Ip:InReceives': 3 })
    expect((await ask(programs, through)).status).toBe('pass')
  })
})

describe('filters of traffic control', () => {
  test('are proven by what their device dropped', async () => {
    const server = { [QUEUES]: [clsact(2), clsact(5)], [INGRESS]: bpf(7) }
    const ruling = await ask(programs, asked(server))
    expect(only(ruling)).toMatchObject({ cause: 'firewall.bpf-drop', weight: 'proven' })
    expect(commands(ruling)).toEqual(['tc filter del dev eth0 ingress protocol ip pref 7'])
  })

  test('on the way out are told from those on the way in', async () => {
    const queues = { [QUEUES]: [clsact(0), clsact(3)] }
    const server = { ...queues, [INGRESS]: '[]', [EGRESS]: bpf(9) }
    const ruling = await ask(programs, asked(server, { 'Ip:InReceives': 3 }))
    expect(commands(ruling)).toEqual(['tc filter del dev eth0 egress protocol ip pref 9'])
  })

  test('that only classify are no suspects', async () => {
    const queues = { [QUEUES]: [clsact(0), clsact(3)] }
    const ruling = await ask(programs, asked({ ...queues, [INGRESS]: bpf(7, {}) }))
    expect(ruling.summary).toContain('no filter of tc')
  })
})

test('where the service answers, a program is named and nothing more is asked', async () => {
  const server = { ...recorded('healthy-server'), [ADDRESSES]: programmed(1) }
  const ruling = await ask(programs, { client: recorded('healthy-client'), server, of: 'server' })
  expect(ruling).toMatchObject({ status: 'pass' })
  expect(ruling.summary).toContain('guard')
})

test('a host without interfaces to see is unknown', async () => {
  const bare = { failure: 'missing' as const, code: null }
  expect((await ask(programs, asked({ [ADDRESSES]: bare }))).status).toBe('unknown')
})
