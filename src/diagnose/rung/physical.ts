/** Rung 1: does a network device exist, has it its driver, a carrier, a radio? */
import { shellWord } from '../../base/shell-word.ts'
import { linkSettings } from '../../facts/ethtool.ts'
import type { Interface } from '../../facts/interface.ts'
import { wifiInterfaces, wifiLink } from '../../facts/iw.ts'
import { pciNetworkDevices } from '../../facts/lspci.ts'
import { usbNetworkDevices } from '../../facts/lsusb.ts'
import { type Radio, radios } from '../../facts/rfkill.ts'
import { pciNetworkDevicesSysfs } from '../../facts/sys-bus.ts'
import { sysDevices } from '../../facts/sys-class-net.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  seen,
  sideOf,
  skip,
  unanswered,
  unknown,
  witnessed,
} from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import type { Answer, Inquiry } from '../host.ts'
import { isLoopback, relevant } from '../relevant.ts'
import { remedy } from '../remedy.ts'
import { usableAddresses } from '../witness.ts'

export const device: Check = {
  id: 'physical.device',
  layer: 1,
  question: 'Does a network device exist?',
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    const links = await witness.interfaces(inquiry)
    const devices = links.known ? null : await inquiry.ask(sysDevices)
    if (!links.known && !devices?.known) return unanswered(links)
    const names = links.known
      ? links.value.filter((link) => !isLoopback(link)).map(({ name }) => name)
      : devices?.known
        ? devices.value.map(({ name }) => name).filter((name) => name !== 'lo')
        : []
    if (names.length > 0) {
      const list = names.slice(0, 8).join(', ') + (names.length > 8 ? ', …' : '')
      return pass(
        `${names.length === 1 ? 'one device' : `${names.length} devices`}: ${list}`,
        links.known ? [seen(inquiry.host.name, links.output, names.slice(0, 8))] : [],
      )
    }
    const accusation: Accusation = {
      cause: 'physical.no-device',
      side: sideOf(inquiry),
      weight: 'proven',
      because: `${inquiry.host.name} has no network interface but loopback`,
      place: placeOn(inquiry.host.name),
    }
    return {
      status: 'fail',
      summary: 'there is no interface but loopback',
      evidence: [
        ...witnessed(inquiry, links),
        ...(devices?.known ? witnessed(inquiry, devices) : []),
      ],
      accuses: [accusation],
    }
  },
}

export const driver: Check = {
  id: 'physical.driver',
  layer: 1,
  question: 'Has the device its driver?',
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    if (inquiry.host.limits.devices === 'machine')
      return unknown('devices belong to the machine around this host')
    const pci = await inquiry.ask(pciNetworkDevicesSysfs)
    const driverless = pci.known
      ? pci.value.filter((one) => one.driverKnown && one.driver === null)
      : []
    if (pci.known && driverless.length === 0)
      return pass(
        pci.value.length === 0
          ? 'no PCI network device; virtual or USB ones need none'
          : pci.value.map((one) => `${one.slot} ${one.driver}`).join(', '),
        witnessed(inquiry, pci),
      )
    const listed = await inquiry.ask(pciNetworkDevices)
    const usb = await inquiry.ask(usbNetworkDevices)
    if (!pci.known && !listed.known) return unanswered(listed)
    const named = listed.known
      ? listed.value.filter((one) => one.driverKnown && one.driver === null)
      : []
    const bare = named.length > 0 ? named : driverless
    if (bare.length === 0)
      return pass('every network device has one', [
        ...witnessed(inquiry, listed),
        ...witnessed(inquiry, usb),
      ])
    const [first] = bare
    const module = first?.modules[0]
    const summary = `without a driver: ${bare.map((one) => one.description || one.slot).join('; ')}`
    const evidence = witnessed(inquiry, listed.known ? listed : pci)
    const links = await witness.interfaces(inquiry)
    const others = links.known && links.value.some((link) => !isLoopback(link))
    // Where other devices serve, a card without a driver is only worth a word.
    const spare = others && (await relevant(witness, inquiry)).device !== null
    return {
      status: spare ? 'warn' : 'fail',
      summary,
      evidence,
      accuses: [
        {
          cause: 'physical.no-driver',
          side: sideOf(inquiry),
          weight: spare ? 'possible' : others ? 'likely' : 'proven',
          because: `${first?.description || first?.slot} has no kernel driver bound to it`,
          place: placeOn(inquiry.host.name),
          remedies: module
            ? [
                remedy({
                  host: inquiry.host.name,
                  command: `modprobe ${shellWord(module)}`,
                  why: 'loads the driver that the kernel knows for the device',
                  undo: `modprobe -r ${shellWord(module)}`,
                  keep: { kind: 'module', module },
                  turnsGreen: 'physical.driver',
                }),
              ]
            : [],
        },
      ],
    }
  },
}

export const carrier: Check = {
  id: 'physical.carrier',
  layer: 1,
  question: 'Is there a carrier?',
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    const known = await witness.interfaces(inquiry)
    if (!known.known) return unanswered(known)
    const { device: used, links } = await relevant(witness, inquiry)
    const bare = links.filter((link) => !isLoopback(link) && link.up && link.carrier === false)
    const concerned =
      used?.carrier === false
        ? [used]
        : used
          ? []
          : bare.filter(
              (link) =>
                // An idle container bridge has no port: nobody misses its carrier.
                link.kind !== 'bridge' && (link.addresses.length > 0 || bare.length === 1),
            )
    if (concerned.length === 0) {
      const others =
        bare.length > 0 ? `; not in use and without: ${bare.map((l) => l.name).join(', ')}` : ''
      if (used)
        return pass(
          `${used.name} has its carrier${others}`,
          witnessed(inquiry, known, [describe(used)]),
        )
      return bare.length > 0
        ? {
            status: 'warn',
            summary: `no carrier on ${bare.map((l) => l.name).join(', ')}`,
            evidence: witnessed(inquiry, known, bare.map(describe)),
          }
        : skip('no interface is in use')
    }
    const bridge = concerned.find(({ kind }) => kind === 'bridge')
    if (bridge)
      return portless(
        inquiry,
        bridge.name,
        links,
        witnessed(inquiry, known, concerned.map(describe)),
      )
    const settings = await inquiry.ask(linkSettings(concerned[0]?.name ?? ''))
    return {
      status: 'fail',
      summary: `${concerned.map((l) => l.name).join(', ')} is up and has no carrier`,
      evidence: [
        ...witnessed(inquiry, known, concerned.map(describe)),
        ...witnessed(inquiry, settings, linkLines(settings)),
      ],
      accuses: concerned.map((link) => ({
        cause: 'physical.no-carrier' as const,
        side: sideOf(inquiry),
        weight: 'proven' as const,
        because: `${link.name} of ${inquiry.host.name} is up and has NO-CARRIER: nothing is connected to it, or its other end is down`,
        place: placeOn(inquiry.host.name, link.name),
      })),
    }
  },
}

/** A bridge has a carrier while one of its ports has: without, it is cut off from every wire. */
function portless(
  inquiry: Inquiry,
  bridge: string,
  links: readonly Interface[],
  evidence: readonly Evidence[],
): Ruling {
  const because = `the bridge ${bridge} of ${inquiry.host.name} has no port that works`
  const lost = links.find(
    (link) =>
      link.linkType === 'ether' &&
      link.kind !== 'bridge' &&
      link.carrier === true &&
      link.master === null &&
      !link.addresses.some(({ scope }) => scope === 'global'),
  )
  const remedies = lost
    ? [
        remedy({
          host: inquiry.host.name,
          command: `ip link set ${shellWord(lost.name)} master ${shellWord(bridge)}`,
          why: `${lost.name} has a carrier, no address and no master: it was probably the port`,
          undo: `ip link set ${shellWord(lost.name)} nomaster`,
          keep: { kind: 'bridge-port', bridge, port: lost.name },
          turnsGreen: 'physical.carrier',
        }),
      ]
    : []
  return {
    status: 'fail',
    summary: because,
    evidence,
    accuses:
      inquiry.host.role === 'server'
        ? [
            {
              cause: 'link.bridge-port',
              side: 'server',
              weight: 'proven',
              because,
              place: placeOn(inquiry.host.name, bridge),
              remedies,
            },
          ]
        : [
            {
              cause: 'physical.no-carrier',
              side: sideOf(inquiry),
              weight: 'proven',
              because,
              place: placeOn(inquiry.host.name, bridge),
              remedies,
            },
          ],
  }
}

/** What of ethtool's output is about the link itself. */
const linkLines = (answer: Answer<unknown>): string[] | undefined =>
  answer.known
    ? answer.output.stdout.split('\n').filter((line) => /Speed|Duplex|Link detected/.test(line))
    : undefined

/** An interface as `ip -br link` shows it. */
const describe = (link: {
  name: string
  operState: string
  mac: string | null
  flags: readonly string[]
}): string => `${link.name} ${link.operState} ${link.mac ?? ''} <${link.flags.join(',')}>`

const isWireless = ({ name }: { readonly name: string }): boolean =>
  /^wl|^wlan|^ath|^ra\d/.test(name)

/** An interface that carries and has an address: it is what the host is meant to speak by. */
const inService = (link: Interface): boolean =>
  !isLoopback(link) && link.up && link.carrier === true && usableAddresses([link], 4).length > 0

/** Signals below this lose frames (dBm). */
const WEAK_DBM = -75

export const wifi: Check = {
  id: 'physical.wifi',
  layer: 1,
  question: 'Is the wireless interface free, associated and in reach?',
  on: ['client'],
  rule: async (witness, inquiry) => {
    const { device: used, links } = await relevant(witness, inquiry)
    if (!links.some(isWireless)) return skip('no wireless interface')
    const wired = used ?? links.find((link) => !isWireless(link) && inService(link))
    if (wired && !isWireless(wired)) return skip(`${wired.name} is in use, not the radio`)
    const [blocks, devices] = await Promise.all([inquiry.ask(radios), inquiry.ask(wifiInterfaces)])
    const phy =
      used && devices.known ? devices.value.find(({ name }) => name === used.name)?.phy : undefined
    // A switch of the whole machine (`tpacpi_wlan_sw`) is of no phy, and blocks all of them.
    const concerns = (radio: Radio): boolean =>
      phy === undefined || radio.name === phy || !/^phy\d/.test(radio.name)
    const blocked = blocks.known
      ? blocks.value.find(
          (one) => one.type === 'wlan' && concerns(one) && (one.softBlocked || one.hardBlocked),
        )
      : undefined
    if (blocked)
      return wifiFault(
        'wifi.blocked',
        `${blocked.name} is ${blocked.hardBlocked ? 'hard' : 'soft'} blocked`,
        [...witnessed(inquiry, blocks)],
        blocked.hardBlocked
          ? []
          : [
              remedy({
                host: inquiry.host.name,
                command: 'rfkill unblock wifi',
                why: 'the radio is soft blocked',
                undo: 'rfkill block wifi',
                turnsGreen: 'physical.wifi',
              }),
            ],
      )
    const name = used?.name ?? (devices.known ? devices.value[0]?.name : undefined)
    if (!name) return devices.known ? skip('no wireless interface') : unanswered(devices)
    const link = await inquiry.ask(wifiLink(name))
    if (!link.known) return unanswered(link)
    if (!link.value.connected)
      return wifiFault(
        'wifi.not-associated',
        `${name} has joined no network`,
        witnessed(inquiry, link),
        [],
      )
    const { ssid, signalDbm } = link.value
    if (signalDbm !== null && signalDbm < WEAK_DBM)
      return {
        ...wifiFault(
          'wifi.weak-signal',
          `${name}: ${signalDbm} dBm from ${ssid}`,
          witnessed(inquiry, link),
          [],
        ),
        status: 'warn',
      }
    return pass(
      `${name} has joined ${ssid}${signalDbm === null ? '' : ` at ${signalDbm} dBm`}`,
      witnessed(inquiry, link),
    )
  },
}

const wifiFault = (
  cause: 'wifi.blocked' | 'wifi.not-associated' | 'wifi.weak-signal',
  because: string,
  evidence: NonNullable<Ruling['evidence']>,
  remedies: NonNullable<Accusation['remedies']>,
): Ruling => ({
  status: 'fail',
  summary: because,
  evidence,
  accuses: [
    {
      cause,
      side: 'client',
      weight: cause === 'wifi.weak-signal' ? 'possible' : 'proven',
      because,
      place: placeOn('client'),
      remedies,
    },
  ],
})
