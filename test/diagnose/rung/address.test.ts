import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { CONTAINER, MACHINE } from '../../../src/diagnose/host.ts'
import { address, own, service } from '../../../src/diagnose/rung/address.ts'
import { unit } from '../../../src/facts/systemctl.ts'
import { diagnose, type Outputs, scriptedHost } from '../scene.ts'
import { type Asked, ask, commands, NO_WAY, only, SILENCE, told, without } from './ask.ts'

const server = told('server')

const asks = (name: string): string => unit(name).sources[0]?.argv.join(' ') ?? ''
/** What `systemctl show` says of a unit. */
const shows = (name: string, load: string, active: string, sub: string, file: string): string =>
  `MainPID=0
Result=${active === 'failed' ? 'exit-code' : 'success'}
NRestarts=0
ExecMainCode=1
ExecMainStatus=${active === 'failed' ? 1 : 0}
Id=${name}.service
LoadState=${load}
ActiveState=${active}
SubState=${sub}
UnitFileState=${file}
ActiveEnterTimestamp=Tue 2023-03-14 16:36:26 CET
InactiveEnterTimestamp=
`
const absent = (name: string): string => shows(name, 'not-found', 'inactive', 'dead', '')
const NONE: Outputs = {
  [asks('networking')]: absent('networking'),
  [asks('NetworkManager')]: absent('NetworkManager'),
  [asks('systemd-networkd')]: absent('systemd-networkd'),
}
const FAILED = shows('networking', 'loaded', 'failed', 'failed', 'enabled')

describe('the network service', () => {
  const of = (units: Outputs, asked: Asked = {}): Promise<Ruling> =>
    ask(service, { client: { ...told('client'), ...NONE, ...units }, machine: true, ...asked })

  test('that has done its work is well', async () => {
    const done = shows('networking', 'loaded', 'active', 'exited', 'enabled')
    expect(await of({ [asks('networking')]: done })).toMatchObject({
      status: 'pass',
      summary: expect.stringContaining('networking'),
    })
  })

  test('is told by service(8) as well', async () => {
    const status = `• networking.service - Raise network interfaces
  Loaded: loaded (/lib/systemd/system/networking.service; enabled; vendor preset: enabled)
  Active: active (exited) since Tue 2023-03-14 16:36:26 CET; 20min ago
  Main PID: 345 (code=exited, status=0/SUCCESS)
`
    const client = { ...told('client'), 'service networking status': status }
    expect(await of({}, { client })).toMatchObject({ status: 'pass' })
  })

  test.for([
    ['failed', FAILED],
    ['inactive', shows('networking', 'loaded', 'inactive', 'dead', 'enabled')],
  ] as const)('that is %s is started', async ([, text]) => {
    const ruling = await of({ [asks('networking')]: text })
    expect(ruling.status).not.toBe('pass')
    const accusation = only(ruling)
    expect(accusation).toMatchObject({ cause: 'service.network-down', side: 'client' })
    expect(accusation.remedies).toMatchObject([
      {
        host: 'client',
        command: 'systemctl start networking',
        undo: 'systemctl stop networking',
        keep: { kind: 'service', name: 'networking' },
      },
    ])
  })

  test('of a server is started there', async () => {
    const failed = { ...server, ...NONE, [asks('networking')]: FAILED }
    expect(only(await of({}, { server: failed, of: 'server' }))).toMatchObject({
      side: 'server',
      remedies: [{ host: 'server' }],
    })
  })

  test('may be another one', async () => {
    const manager = shows('NetworkManager', 'loaded', 'active', 'running', 'enabled')
    const ruling = await of({ [asks('networking')]: FAILED, [asks('NetworkManager')]: manager })
    expect(ruling).toMatchObject({ status: 'pass' })
  })

  test('that is disabled is not missed', async () => {
    const idle = shows('systemd-networkd', 'loaded', 'inactive', 'dead', 'disabled')
    expect((await of({ [asks('systemd-networkd')]: idle })).accuses ?? []).toEqual([])
  })

  test('is nothing to a machine without one', async () => {
    expect(await of({})).toMatchObject({ status: 'skip' })
  })

  test('is unknown in a namespace, and without systemctl', async () => {
    const failed = { ...told('client'), ...NONE, [asks('networking')]: FAILED }
    expect(await ask(service, { client: failed })).toMatchObject({ status: 'unknown' })
    expect(await of({}, { client: told('client') })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'systemd' },
    })
  })

  test('is nothing that a container lacks', async () => {
    const bare = { client: told('client'), limits: CONTAINER }
    expect(await of({}, bare)).toMatchObject({ status: 'skip', summary: 'no units run here' })
    const booted = { ...told('client'), ...NONE, [asks('networking')]: FAILED }
    expect(await of({}, { client: booted, limits: CONTAINER })).toMatchObject({ status: 'warn' })
  })

  test('that failed is the reason where the interface has no address', async () => {
    const outputs = { ...told('client-no-address'), ...NONE, [asks('networking')]: FAILED }
    const client = scriptedHost({ outputs, limits: MACHINE })
    const { verdict } = await diagnose({ target: 'http://10.77.2.2', probes: NO_WAY }, { client })
    expect(verdict.cause).toBe('service.network-down')
  })
})

const OF6 = {
  target: 'http://[fd77:2::2]',
  probes: { connect: { 'fd77:2::2': 'timeout' }, ping: { 'fd77:2::2': { received: 0 } } },
} as const

describe('an address', () => {
  test('that is there is well', async () => {
    const ruling = await ask(address)
    expect(ruling).toMatchObject({ status: 'pass' })
    expect(ruling.summary).toContain('10.77.1.2/24')
    expect(await ask(address, { server, of: 'server' })).toMatchObject({ status: 'pass' })
  })

  test('that is missing is asked of DHCP', async () => {
    const ruling = await ask(address, { client: told('client-no-address'), probes: NO_WAY })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'address.none',
      side: 'client',
      weight: 'proven',
      place: { host: 'client', interface: 'eth0' },
      remedies: [{ host: 'client', command: 'dhclient eth0', undo: 'dhclient -r eth0' }],
    })
  })

  test('that is missing on the server is its own matter', async () => {
    const none = told('client-no-address')
    const ruling = await ask(address, { server: none, of: 'server', probes: SILENCE })
    expect(only(ruling)).toMatchObject({ cause: 'address.none', side: 'server' })
  })

  test('of an interface whose name a shell would run is asked for safely', async () => {
    const client = told('client-hostile-no-address')
    expect(commands(await ask(address, { client, probes: NO_WAY }))).toEqual([
      `dhclient 'a;reboot'`,
    ])
  })

  test('that the host gave itself is none: DHCP failed', async () => {
    const client = told('client-link-local')
    const ruling = await ask(address, { client, probes: NO_WAY })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'address.link-local-only',
      side: 'client',
      weight: 'proven',
      place: { interface: 'eth0' },
    })
  })

  test('that a server gave itself keeps to the catalogue', async () => {
    const asked = { server: told('client-link-local'), of: 'server', probes: SILENCE } as const
    expect(only(await ask(address, asked)).side).toBe('server')
  })

  test('that another host has as well is refused by the kernel', async () => {
    const client = told('client-dadfailed')
    const ruling = await ask(address, { ...OF6, client })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'address.duplicate-detected',
      side: 'client',
      weight: 'proven',
      place: { host: 'client', interface: 'eth0' },
    })
    expect(only(ruling).because).toContain('fd77:1::1/64')
  })

  test('of the other family that is refused is no matter', async () => {
    expect(await ask(address, { client: told('client-dadfailed') })).toMatchObject({
      status: 'pass',
    })
  })

  test('that is still tentative is to be waited for', async () => {
    const ruling = await ask(address, { ...OF6, client: told('client-tentative') })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
  })

  test.for(['client-unused', 'client-unused-no-route', 'client-spare-no-route'] as const)(
    'is not missed on what nobody uses (%s)',
    async (state) => {
      const ruling = await ask(address, { client: told(state), probes: NO_WAY })
      expect(ruling).toMatchObject({ status: 'pass' })
    },
  )

  test('is of no concern where no interface is up', async () => {
    const ruling = await ask(address, { client: told('client-no-device'), probes: NO_WAY })
    expect(ruling).toMatchObject({ status: 'skip' })
  })

  test('is unknown without ip', async () => {
    expect(await ask(address, { client: {} })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iproute2' },
    })
  })
})

describe('the own addresses', () => {
  test('answer', async () => {
    const ruling = await ask(own)
    expect(ruling).toMatchObject({ status: 'pass' })
    expect(ruling.summary).toContain('127.0.0.1')
    expect(ruling.summary).toContain('10.77.1.2')
    const there = { server, of: 'server' } as const
    expect(await ask(own, { ...there, probes: SILENCE })).toMatchObject({ status: 'pass' })
    expect(await ask(own, there)).toMatchObject({ status: 'skip', summary: 'the service answers' })
  })

  test('are of the family in question', async () => {
    const { summary } = await ask(own, { ...OF6 })
    expect(summary).toContain('::1 ')
    expect(summary).toContain('fd77:1::2')
  })

  test('that do not answer a ping accuse nobody', async () => {
    const ruling = await ask(own, { probes: { ping: { '10.77.1.2': { received: 0 } } } })
    expect(ruling.status).toBe('warn')
    expect(ruling.accuses ?? []).toEqual([])
    const mute = `PING 10.77.2.2 (10.77.2.2) 56(84) bytes of data.

--- 10.77.2.2 ping statistics ---
1 packets transmitted, 0 received, 100% packet loss, time 0ms
`
    const deaf = { ...server, 'ping -c 1 -W 1 10.77.2.2': { stdout: mute, code: 1 } }
    const there = await ask(own, { server: deaf, of: 'server', probes: SILENCE })
    expect(there.status).toBe('warn')
    expect(there.accuses ?? []).toEqual([])
  })

  test('are unknown where no ping can be sent', async () => {
    const barred = { possible: false, received: 0, because: 'not permitted' }
    const probes = { ping: { '127.0.0.1': barred, '10.77.1.2': barred } }
    const unknown = { status: 'unknown', unknown: { needs: 'iputils-ping' } }
    expect(await ask(own, { probes })).toMatchObject(unknown)
    const there = { server: without(server, 'ping'), of: 'server', probes: SILENCE } as const
    expect(await ask(own, there)).toMatchObject(unknown)
  })
})
