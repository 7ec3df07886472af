import { describe, expect, test } from 'vitest'
import type { Ruling } from '../../../src/diagnose/check.ts'
import { MACHINE } from '../../../src/diagnose/host.ts'
import { carrier, device, driver, wifi } from '../../../src/diagnose/rung/physical.ts'
import { pciNetworkDevicesSysfs } from '../../../src/facts/sys-bus.ts'
import { diagnose, type Outputs, scriptedHost } from '../scene.ts'
import { type Asked, ask, commands, NO_WAY, only, SILENCE, told, without } from './ask.ts'

const server = told('server')

describe('a network device', () => {
  test('that is there is named', async () => {
    const ruling = await ask(device)
    expect(ruling).toMatchObject({ status: 'pass' })
    expect(ruling.summary).toContain('eth0')
    expect(await ask(device, { server, of: 'server' })).toMatchObject({ status: 'pass' })
  })

  test('is missing where there is only loopback', async () => {
    const none = told('client-no-device')
    const ruling = await ask(device, { client: none, probes: NO_WAY })
    expect(ruling.status).toBe('fail')
    expect(ruling.evidence).not.toEqual([])
    expect(only(ruling)).toMatchObject({
      cause: 'physical.no-device',
      side: 'client',
      weight: 'proven',
      place: { host: 'client', interface: null },
    })
    expect(only(await ask(device, { server: none, of: 'server', probes: SILENCE }))).toMatchObject({
      cause: 'physical.no-device',
      side: 'server',
    })
  })

  test('is found in /sys where there is no ip', async () => {
    const listing = `total 0
lrwxrwxrwx 1 root root 0 Nov 21 02:48 eth0 -> ../../devices/pci0000:00/0000:00:03.0/net/eth0
lrwxrwxrwx 1 root root 0 Nov 21 02:48 lo -> ../../devices/virtual/net/lo
`
    const ruling = await ask(device, { client: { 'ls -l /sys/class/net': listing } })
    expect(ruling).toMatchObject({ status: 'pass', summary: expect.stringContaining('eth0') })
  })

  test('that is missing in /sys is shown to be', async () => {
    const client = without(told('client-no-device'), 'ip')
    const ruling = await ask(device, { client, probes: NO_WAY })
    expect(only(ruling).cause).toBe('physical.no-device')
    expect(ruling.evidence).not.toEqual([])
  })

  test('is unknown where nothing tells, and iproute2 would', async () => {
    expect(await ask(device, { client: {} })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iproute2' },
    })
  })
})

const SYSFS = pciNetworkDevicesSysfs.sources[0]?.argv.join(' ') ?? ''
const BOUND = '0000:00:03.0 0x020000 0x8086 0x100e e1000\nend\n'
const BARE = '0000:52:00.0 0x028000 0x14e4 0x43a0 \nend\n'
const LSPCI = `52:00.0 Network controller: Broadcom Inc. and subsidiaries BCM4360 802.11ac Wireless Network Adapter (rev 03)
	Subsystem: Apple Inc. BCM4360 802.11ac Wireless Network Adapter
	Kernel modules: bcma, wl
00:1f.3 Audio device: Intel Corporation Cannon Lake PCH cAVS (rev 10)
	Kernel driver in use: snd_hda_intel
`

describe('a driver', () => {
  const of = (outputs: Outputs, rest: Asked = {}): Promise<Ruling> =>
    ask(driver, { client: { ...told('client'), ...outputs }, machine: true, ...rest })

  test('that is bound is named', async () => {
    const ruling = await of({ [SYSFS]: BOUND })
    expect(ruling).toMatchObject({ status: 'pass', summary: expect.stringContaining('e1000') })
  })

  test('is not asked for in a namespace, which shares its devices', async () => {
    const ruling = await ask(driver, { client: { ...told('client'), [SYSFS]: BARE } })
    expect(ruling.status).toBe('unknown')
  })

  test('that is missing is loaded', async () => {
    const client = { ...told('client-no-device'), [SYSFS]: BARE, 'lspci -k': LSPCI }
    const ruling = await of({}, { client, probes: NO_WAY })
    expect(ruling).toMatchObject({
      status: 'fail',
      summary: expect.stringContaining('BCM4360'),
    })
    const accusation = only(ruling)
    expect(accusation).toMatchObject({ cause: 'physical.no-driver', side: 'client' })
    expect(accusation.weight).not.toBe('possible')
    expect(accusation.remedies).toMatchObject([
      { host: 'client', command: 'modprobe bcma', undo: 'modprobe -r bcma' },
    ])
  })

  test('that is missing is seen without lspci, but then nobody knows its name', async () => {
    const client = { ...told('client-no-device'), [SYSFS]: BARE }
    const ruling = await of({}, { client, probes: NO_WAY })
    expect(only(ruling)).toMatchObject({ cause: 'physical.no-driver', remedies: [] })
    expect(ruling.summary).toContain('14e4:43a0')
  })

  test('is told by lspci where /sys does not', async () => {
    expect(only(await of({ 'lspci -k': LSPCI })).cause).toBe('physical.no-driver')
  })

  test('of a server is asked there', async () => {
    const asked = { server: { ...server, [SYSFS]: BARE, 'lspci -k': LSPCI }, of: 'server' } as const
    expect(only(await of({}, asked))).toMatchObject({ side: 'server' })
  })

  test('is unknown where neither /sys nor lspci tells', async () => {
    expect(await of({})).toMatchObject({ status: 'unknown', unknown: { needs: 'pciutils' } })
  })

  test('of a list that tells no drivers is not missing', async () => {
    const plain =
      '00:03.0 Ethernet controller: Intel Corporation 82540EM Gigabit Ethernet Controller (rev 02)\n'
    expect((await of({ lspci: plain })).accuses ?? []).toEqual([])
  })

  test('of a card that is not in use raises no alarm', async () => {
    const two = BOUND.replace('end\n', BARE)
    expect((await of({ [SYSFS]: two, 'lspci -k': LSPCI })).status).not.toBe('fail')
  })

  test('is the cause where the bus shows a card and no interface came of it', async () => {
    const outputs = { ...told('client-no-device'), [SYSFS]: BARE, 'lspci -k': LSPCI }
    const client = scriptedHost({ outputs, limits: MACHINE })
    const { verdict } = await diagnose({ target: 'http://10.77.2.2', probes: NO_WAY }, { client })
    expect(verdict).toMatchObject({ cause: 'physical.no-driver', remedies: [{ host: 'client' }] })
  })
})

describe('a carrier', () => {
  test('that is there is well', async () => {
    expect(await ask(carrier)).toMatchObject({ status: 'pass' })
    expect(await ask(carrier, { server, of: 'server' })).toMatchObject({ status: 'pass' })
  })

  test('that is missing is a cable that is missing', async () => {
    const ruling = await ask(carrier, { client: told('client-no-carrier'), probes: SILENCE })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'physical.no-carrier',
      side: 'client',
      weight: 'proven',
      place: { host: 'client', interface: 'eth0' },
    })
    const lines = ruling.evidence?.flatMap((one) => one.lines).join('\n')
    expect(lines).toContain('NO-CARRIER')
  })

  test('that is missing is shown as ethtool tells it', async () => {
    const ruling = await ask(carrier, { client: told('client-no-carrier'), probes: SILENCE })
    const lines = ruling.evidence?.flatMap((one) => one.lines).join('\n')
    expect(lines).toContain('Link detected: no')
  })

  test('that is missing on the server is its own', async () => {
    const asked = { server: told('server-no-carrier'), of: 'server', probes: SILENCE } as const
    expect(only(await ask(carrier, asked))).toMatchObject({
      cause: 'physical.no-carrier',
      side: 'server',
      place: { host: 'server', interface: 'eth0' },
    })
  })

  test('is not missed where nobody uses it', async () => {
    expect(await ask(carrier, { client: told('client-unused') })).toMatchObject({ status: 'pass' })
    const asked = { server: told('server-unused'), of: 'server' } as const
    expect(await ask(carrier, asked)).toMatchObject({ status: 'pass' })
  })

  test('of an idle docker0 is not missed where no route is left', async () => {
    const client = told('client-docker-no-route')
    expect((await ask(carrier, { client, probes: NO_WAY })).status).not.toBe('fail')
  })

  // The kernel's `carrier` is 1 (LOWER_UP); NO-CARRIER only says that it is not running yet.
  test('is there on a port that is dormant, which waits for its authentication', async () => {
    const ruling = await ask(carrier, { client: told('client-dormant'), probes: SILENCE })
    expect(ruling.accuses ?? []).toEqual([])
  })

  test('of a bridge on a server is that of its ports', async () => {
    const asked = { server: told('server-portless'), of: 'server', probes: SILENCE } as const
    const ruling = await ask(carrier, asked)
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'link.bridge-port',
      side: 'server',
      weight: 'proven',
      place: { host: 'server', interface: 'br0' },
      remedies: [
        {
          host: 'server',
          command: 'ip link set eth0 master br0',
          undo: 'ip link set eth0 nomaster',
        },
      ],
    })
  })

  test('of a bridge on a client is missing as any other', async () => {
    const ruling = await ask(carrier, { client: told('client-portless'), probes: SILENCE })
    expect(only(ruling)).toMatchObject({ cause: 'physical.no-carrier', side: 'client' })
  })

  test('is unknown without ip', async () => {
    expect(await ask(carrier, { client: {} })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iproute2' },
    })
  })
})

const FREE = `0: phy0: Wireless LAN
   Soft blocked: no
   Hard blocked: no
1: phy1: Wireless LAN
   Soft blocked: no
   Hard blocked: no
`
const SOFT = FREE.replace('Soft blocked: no', 'Soft blocked: yes')
const HARD = FREE.replace('Hard blocked: no', 'Hard blocked: yes')
/** Only phy1, which is another adapter. */
const OTHER = FREE.replace(/(phy1[^S]+Soft blocked: )no/, '$1yes')

const IW = `phy#1
	Interface wlx001aef0caebc
		ifindex 7
		wdev 0x100000001
		addr 00:1a:ef:0c:ae:bc
		type managed
phy#0
	Interface wlx04d9f511b8c3
		ifindex 6
		wdev 0x1
		addr 04:d9:f5:11:b8:c3
		ssid seax
		type managed
		channel 1 (2412 MHz), width: 20 MHz, center1: 2412 MHz
`
const JOINED = `Connected to b8:69:f4:3a:6e:10 (on wlx04d9f511b8c3)
	SSID: seax
	freq: 2412
	RX: 24000000 bytes (100000 packets)
	TX: 72700 bytes (523 packets)
	signal: -48 dBm
	tx bitrate: 72.2 MBit/s MCS 7 short GI
`
const RADIO = 'wlx04d9f511b8c3'
const joined: Outputs = {
  'rfkill list all': FREE,
  'iw dev': IW,
  [`iw dev ${RADIO} link`]: JOINED,
}

describe('a radio', () => {
  const used = (outputs: Outputs, probes: Asked['probes'] = {}): Promise<Ruling> =>
    ask(wifi, { client: { ...told('client-wifi'), ...joined, ...outputs }, probes })
  const lost = (outputs: Outputs): Promise<Ruling> =>
    ask(wifi, { client: { ...told('client-wifi-lost'), ...joined, ...outputs }, probes: NO_WAY })
  const unjoined = { [`iw dev ${RADIO} link`]: 'Not connected.\n' }

  test('that has joined a network is well', async () => {
    const ruling = await used({})
    expect(ruling).toMatchObject({ status: 'pass', summary: expect.stringContaining('seax') })
  })

  test('is nothing to a machine without one', async () => {
    expect(await ask(wifi)).toMatchObject({ status: 'skip' })
  })

  test('that is soft blocked is unblocked', async () => {
    const ruling = await lost({ 'rfkill list all': SOFT })
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'wifi.blocked',
      side: 'client',
      weight: 'proven',
      place: { host: 'client' },
      remedies: [{ host: 'client', command: 'rfkill unblock wifi', undo: 'rfkill block wifi' }],
    })
  })

  test('that is hard blocked has a switch, which no command moves', async () => {
    const ruling = await lost({ 'rfkill list all': HARD })
    expect(only(ruling)).toMatchObject({ cause: 'wifi.blocked', weight: 'proven' })
    expect(commands(ruling)).toEqual([])
  })

  test('is not blocked where another one is', async () => {
    expect(await used({ 'rfkill list all': OTHER })).toMatchObject({ status: 'pass' })
  })

  test('is not blocked by what blocks Bluetooth', async () => {
    const bluetooth = `${FREE}2: hci0: Bluetooth\n\tSoft blocked: yes\n\tHard blocked: no\n`
    expect(await used({ 'rfkill list all': bluetooth })).toMatchObject({ status: 'pass' })
  })

  test('that has joined no network is not associated', async () => {
    const ruling = await used(unjoined, SILENCE)
    expect(ruling.status).toBe('fail')
    expect(only(ruling)).toMatchObject({
      cause: 'wifi.not-associated',
      side: 'client',
      weight: 'proven',
      place: { host: 'client' },
    })
  })

  test.for([
    ['-75', 'pass'],
    ['-82', 'warn'],
  ] as const)('at %s dBm is heard: %s', async ([dbm, status]) => {
    const weak = JOINED.replace('-48', dbm)
    const ruling = await used({ [`iw dev ${RADIO} link`]: weak }, SILENCE)
    expect(ruling.status).toBe(status)
    // Only retries that grow would prove it.
    if (status === 'warn')
      expect(only(ruling)).toMatchObject({ cause: 'wifi.weak-signal', weight: 'possible' })
  })

  test('that is not in use may be blocked or alone', async () => {
    const client = { ...told('client-unused'), ...joined, ...unjoined, 'rfkill list all': HARD }
    expect(await ask(wifi, { client })).toMatchObject({ status: 'skip' })
  })

  test('that is not in use is not accused where no route is left', async () => {
    const idle = { 'iw dev wlx001aef0caebc link': 'Not connected.\n' }
    const client = { ...told('client-unused-no-route'), ...joined, ...idle }
    expect((await ask(wifi, { client, probes: NO_WAY })).accuses ?? []).toEqual([])
  })

  test('is asked for its network where rfkill is missing', async () => {
    const client = without({ ...told('client-wifi'), ...joined }, 'rfkill')
    expect(await ask(wifi, { client })).toMatchObject({ status: 'pass' })
  })

  test('is unknown without iw', async () => {
    const client = without({ ...told('client-wifi'), ...joined }, 'iw')
    expect(await ask(wifi, { client })).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iw' },
    })
  })
})
