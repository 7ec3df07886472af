import { describe, expect, test } from 'vitest'
import { defaultRoute, target } from '../../../src/diagnose/rung/route.ts'
import { ask, commands, NO_WAY, only, SILENCE, told } from './ask.ts'

const server = told('server')

describe('a default route', () => {
  test('that is there is named', async () => {
    expect(await ask(defaultRoute)).toMatchObject({
      status: 'pass',
      summary: 'default via 10.77.1.1 dev eth0',
    })
    expect(await ask(defaultRoute, { server, of: 'server' })).toMatchObject({ status: 'pass' })
  })

  test('that is missing is told; which route leads to the target is asked elsewhere', async () => {
    const client = told('client-no-route')
    const ruling = await ask(defaultRoute, { client, probes: NO_WAY })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('that is missing is the fault where only the way out was asked for', async () => {
    const ruling = await ask(defaultRoute, { target: null, client: told('client-no-route') })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'route.none',
      side: 'client',
      weight: 'proven',
      place: { host: 'client' },
    })
  })

  test('that is missing is put back where only the way out was asked for', async () => {
    const ruling = await ask(defaultRoute, { target: null, client: told('client-no-route') })
    expect(commands(ruling)).toEqual(['ip route replace default via 10.77.1.1 dev eth0'])
  })

  test('is not needed where a narrower one leads there', async () => {
    const client = {
      ...told('client-no-route'),
      'ip -j route get 10.77.2.2': told('client')['ip -j route get 10.77.2.2'] ?? '',
    }
    expect(await ask(defaultRoute, { client })).toMatchObject({ status: 'pass' })
  })

  test('is nothing to a host that has only loopback', async () => {
    const client = told('client-no-device')
    expect(await ask(defaultRoute, { client, probes: NO_WAY })).toMatchObject({ status: 'skip' })
  })

  test('is unknown without ip', async () => {
    expect(await ask(defaultRoute, { client: {} })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iproute2' },
    })
  })
})

describe('the route to the other end', () => {
  test('that is there is named', async () => {
    const ruling = await ask(target)
    expect(ruling).toMatchObject({ status: 'pass' })
    expect(ruling.summary).toContain('via 10.77.1.1 dev eth0')
    expect(await ask(target, { server, of: 'server' })).toMatchObject({ status: 'pass' })
  })

  test('that is missing is put in by the router next door', async () => {
    const ruling = await ask(target, { client: told('client-no-route'), probes: NO_WAY })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'route.none',
      side: 'client',
      weight: 'proven',
      place: { host: 'client' },
      remedies: [
        {
          host: 'client',
          command: 'ip route replace default via 10.77.1.1 dev eth0',
          undo: 'ip route del default via 10.77.1.1 dev eth0',
        },
      ],
    })
    const lines = ruling.evidence?.flatMap((one) => one.lines).join('\n')
    expect(lines).toContain('Network is unreachable')
  })

  test('that is missing on the server is the way back', async () => {
    const asked = { server: told('server-no-route'), of: 'server', probes: SILENCE } as const
    expect(only(await ask(target, asked))).toMatchObject({
      cause: 'route.return-missing',
      side: 'server',
      weight: 'proven',
      place: { host: 'server' },
      remedies: [{ host: 'server', command: 'ip route replace default via 10.77.2.1 dev eth0' }],
    })
  })

  test.for([
    ['blackhole', 'EINVAL'],
    ['unreachable', 'EHOSTUNREACH'],
    ['prohibit', 'EACCES'],
    ['throw', 'ENETUNREACH'],
  ] as const)('that rejects as %s is deleted', async ([type, errno]) => {
    const probes = { ...NO_WAY, connect: { '10.77.2.2': errno } }
    const ruling = await ask(target, { client: told(`client-${type}`), probes })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'route.rejecting',
      side: 'client',
      weight: 'proven',
      place: { host: 'client' },
      remedies: [
        {
          host: 'client',
          command: `ip route del ${type} 10.77.2.0/24`,
          undo: `ip route add ${type} 10.77.2.0/24`,
        },
      ],
    })
  })

  test('that rejects on the server is deleted there', async () => {
    const asked = { server: told('server-blackhole'), of: 'server', probes: SILENCE } as const
    expect(only(await ask(target, asked))).toMatchObject({
      cause: 'route.rejecting',
      side: 'server',
      remedies: [{ host: 'server', command: 'ip route del blackhole 10.77.1.0/24' }],
    })
  })

  test('that rejects IPv6 is deleted as the kernel lists it', async () => {
    const ruling = await ask(target, {
      target: 'http://[fd77:2::2]',
      client: told('client-unreachable6'),
      probes: { connect: { 'fd77:2::2': 'EHOSTUNREACH' } },
    })
    expect(only(ruling).cause).toBe('route.rejecting')
    // Tried: the kernel takes both, with the interface and metric that it prints.
    expect(commands(ruling)).toEqual(['ip -6 route del unreachable fd77:2::/64 dev lo metric 1024'])
  })

  test('that a routing rule rejects is opened by deleting a rule', async () => {
    const probes = { ...NO_WAY, connect: { '10.77.2.2': 'EACCES' } }
    const ruling = await ask(target, { client: told('client-rule'), probes })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'route.rejecting',
      side: 'client',
      weight: 'proven',
    })
  })

  test('that the kernel rejects is not called missing where no route that does can be seen', async () => {
    const probes = { ...NO_WAY, connect: { '10.77.2.2': 'EINVAL' } }
    const lookups = Object.entries(told('client-blackhole')).filter(
      ([command]) => !/ (route|rule) (show|list)/.test(command),
    )
    const ruling = await ask(target, { client: Object.fromEntries(lookups), probes })
    expect(only(ruling)).toMatchObject({ cause: 'route.rejecting', weight: 'likely' })
    expect(only(ruling).remedies).toBeUndefined()
  })
  // Rule 50 rejects what comes from 192.0.2.0/24, and as a blackhole; it is rule 100 that prohibits.
  test('that a routing rule rejects is opened by deleting that rule', async () => {
    const probes = { ...NO_WAY, connect: { '10.77.2.2': 'EACCES' } }
    const ruling = await ask(target, { client: told('client-rule'), probes })
    expect(only(ruling).remedies).toMatchObject([
      {
        command: 'ip rule del priority 100',
        undo: 'ip rule add to 10.77.2.0/24 priority 100 prohibit',
      },
    ])
  })

  test('is unknown without ip', async () => {
    expect(await ask(target, { client: {} })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iproute2' },
    })
  })

  test('is asked of nobody without a target', async () => {
    const ruling = await ask(target, { target: null })
    expect(ruling).toMatchObject({ status: 'skip' })
  })
})
