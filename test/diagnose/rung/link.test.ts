import { describe, expect, test } from 'vitest'
import { state, traffic } from '../../../src/diagnose/rung/link.ts'
import { diagnose, type Given } from '../scene.ts'
import { ask, commands, NO_WAY, only, SILENCE, told, without } from './ask.ts'

const server = told('server')
const ADDRESSES = 'ip -j -s -d address show'

describe('an interface', () => {
  test('that is up is well', async () => {
    expect(await ask(state)).toMatchObject({ status: 'pass' })
    expect(await ask(state, { server, of: 'server' })).toMatchObject({ status: 'pass' })
  })

  test('that is down is brought up', async () => {
    const ruling = await ask(state, { client: told('client-down'), probes: NO_WAY })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'link.down',
      side: 'client',
      weight: 'proven',
      place: { host: 'client', interface: 'eth0' },
      remedies: [{ host: 'client', command: 'ip link set eth0 up', undo: 'ip link set eth0 down' }],
    })
  })

  test('that is down on the server is brought up there', async () => {
    const asked = { server: told('server-down'), of: 'server', probes: SILENCE } as const
    expect(only(await ask(state, asked))).toMatchObject({
      cause: 'link.down',
      side: 'server',
      weight: 'proven',
      remedies: [{ host: 'server', command: 'ip link set eth0 up' }],
    })
  })

  test('whose name a shell would run is brought up all the same', async () => {
    const ruling = await ask(state, { client: told('client-hostile-down'), probes: NO_WAY })
    expect(commands(ruling)).toEqual([`ip link set 'a;reboot' up`])
  })

  test('that nobody uses may be down', async () => {
    expect(await ask(state, { client: told('client-unused') })).toMatchObject({ status: 'pass' })
    const asked = { server: told('server-unused'), of: 'server' } as const
    expect(await ask(state, asked)).toMatchObject({ status: 'pass' })
  })

  test('that nobody uses is not the reason where the route is missing', async () => {
    const client = told('client-spare-no-route')
    const { verdict } = await diagnose({ target: 'http://10.77.2.2', client, probes: NO_WAY })
    expect(verdict).toMatchObject({ cause: 'route.none', side: 'client' })
  })

  test('that nobody uses fails no check where the route is missing', async () => {
    const ruling = await ask(state, { client: told('client-spare-no-route'), probes: NO_WAY })
    expect(ruling.status).not.toBe('fail')
  })

  test('is nothing to a host that has only loopback', async () => {
    const ruling = await ask(state, { client: told('client-no-device'), probes: NO_WAY })
    expect(ruling).toMatchObject({ status: 'skip' })
  })

  test('of loopback that is down is worth a word', async () => {
    const ruling = await ask(state, { client: told('client-loopback-down'), probes: NO_WAY })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('is unknown without ip', async () => {
    expect(await ask(state, { client: {} })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iproute2' },
    })
  })
})

/** The counters of the last interface, changed. */
const counting = (rx: Readonly<Record<string, number>>, tx: Readonly<Record<string, number>>) => {
  const [text = ''] = [told('client')[ADDRESSES]].flat() as Given[]
  const links = JSON.parse(typeof text === 'string' ? text : (text.stdout ?? ''))
  const { stats64 } = links.at(-1)
  Object.assign(stats64.rx, rx)
  Object.assign(stats64.tx, tx)
  return { ...told('client'), [ADDRESSES]: JSON.stringify(links) }
}

describe('traffic', () => {
  test('without errors is well', async () => {
    const ruling = await ask(traffic)
    expect(ruling).toMatchObject({ status: 'pass' })
    expect(ruling.summary).toMatch(/eth0: \d+ packets? in, \d+ packets? out, 0 errors/)
  })

  test('with damaged frames is suspicious, but an old counter proves nothing', async () => {
    const client = counting(
      { packets: 10_000, errors: 900, crc_errors: 880 },
      { packets: 10_000, errors: 40, carrier_errors: 40 },
    )
    const ruling = await ask(traffic, { client, probes: SILENCE })
    expect(ruling.status).toBe('warn')
    expect(only(ruling)).toMatchObject({
      cause: 'physical.errors',
      side: 'client',
      weight: 'possible',
      place: { host: 'client', interface: 'eth0' },
    })
  })

  test('with other errors is worth a word', async () => {
    const client = counting({ packets: 10_000, errors: 900 }, { packets: 10_000 })
    const ruling = await ask(traffic, { client })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('with a frame in a million damaged is well', async () => {
    const client = counting({ packets: 1e7, errors: 11, crc_errors: 11 }, { packets: 1e7 })
    expect(await ask(traffic, { client })).toMatchObject({ status: 'pass' })
  })

  // Nothing looks at the duplex, which ethtool tells.
  test('in half duplex is suspicious', async () => {
    const settings = `Settings for eth0:
	Speed: 100Mb/s
	Duplex: Half
	Auto-negotiation: off
	Link detected: yes
`
    const client = { ...told('client'), 'ethtool eth0': settings }
    expect(only(await ask(traffic, { client, probes: SILENCE })).cause).toBe('physical.errors')
  })

  test('of an interface that is not in use does not count', async () => {
    const ruling = await ask(traffic, { client: told('client-down'), probes: NO_WAY })
    expect(ruling).toMatchObject({ status: 'skip' })
  })

  test('that nobody counts is unknown', async () => {
    expect(await ask(traffic, { client: told('client-plain') })).toMatchObject({ status: 'pass' })
    const plain = without(told('client'), 'ip')
    const client = {
      ...plain,
      'ip address show': told('client-plain')['ip address show'] ?? '',
      'ip route get 10.77.2.2': told('client-plain')['ip route get 10.77.2.2'] ?? '',
    }
    expect(await ask(traffic, { client })).toMatchObject({ status: 'unknown' })
  })

  test('is unknown without ip', async () => {
    expect(await ask(traffic, { client: {} })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iproute2' },
    })
  })
})
