/**
 * Network devices on USB, as lsusb(8) of usbutils lists them. USB has no class for most network
 * adapters (they are vendor-specific), so they are told by their names.
 */
import type { NetworkDevice } from './lspci.ts'
import { type Output, type Question, succeeded } from './source.ts'

/** `Bus 001 Device 004: ID 0b05:17d1 ASUSTek Computer, Inc. AC51 …` */
const DEVICE = /^Bus (\d{3}) Device (\d{3}): ID ([0-9a-f]{4}:[0-9a-f]{4})(.*)$/

const NETWORK_NAME = /Ethernet|Wireless|802\.11|W-?LAN|\bLAN\b|Wi-?Fi|Network|Gigabit/i

/** Wireless things that carry no frames. */
const NOT_NETWORK = /mouse|keyboard|receiver|headset|gamepad|presenter|charg/i

function parseDevices(output: Output): readonly NetworkDevice[] | null {
  if (output.stdout.trim() === '') return succeeded(output) ? [] : null
  const found = output.stdout.split(/\r?\n/).flatMap((line) => {
    const [, bus, number, id, name = ''] = DEVICE.exec(line) ?? []
    return id === undefined ? [] : [{ slot: `${bus}:${number}`, id, name: name.trim() }]
  })
  if (!found.some(({ name }) => name !== '')) return null
  return found
    .filter(({ name }) => NETWORK_NAME.test(name) && !NOT_NETWORK.test(name))
    .map(({ slot, name }) => ({
      bus: 'usb',
      slot,
      description: name,
      driver: null,
      driverKnown: false,
      modules: [],
    }))
}

/** The network adapters on USB; lsusb does not tell their drivers. A list without names is no answer. */
export const usbNetworkDevices: Question<readonly NetworkDevice[]> = {
  name: 'the network devices on USB',
  sources: [{ argv: ['lsusb'], package: 'usbutils', parse: parseDevices }],
}
