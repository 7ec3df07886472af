/**
 * Network devices on the PCI bus, as lspci(8) of pciutils lists them. The names of the classes are
 * those of pci.ids: 02xx network controllers, 0dxx wireless controllers.
 */
import { type Output, type Question, succeeded } from './source.ts'

/** A network device that a bus reports, whether or not a driver has made an interface of it. */
export type NetworkDevice = {
  readonly bus: 'pci' | 'usb'
  /** Where it sits: `00:03.0` on PCI, `001:004` (bus and device) on USB. */
  readonly slot: string
  /** Vendor and model, or the ids where no name is known. */
  readonly description: string
  /** The kernel driver in use; null where there is none, or where `driverKnown` is false. */
  readonly driver: string | null
  /** False where the tool does not say whether a driver is bound. */
  readonly driverKnown: boolean
  /** Kernel modules that could drive it. */
  readonly modules: readonly string[]
}

/** `0000:00:03.0 Ethernet controller [0200]: Intel Corporation …`; the domain is optional. */
const DEVICE = /^((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) ([^:]+): (.*)$/i

const NETWORK_CLASS =
  /^(?:Ethernet|Network|Infiniband|Fabric|.{1,20} network|Wireless|802\.1[ab]) controller/i

const DETAIL = /^\s+Kernel (driver in use|modules): (.*)$/

function parseDevices(output: Output): readonly NetworkDevice[] | null {
  if (output.stdout.trim() === '') return succeeded(output) ? [] : null
  const lines = output.stdout.split(/\r?\n/)
  const driverKnown = lines.some((line) => DETAIL.test(line))
  const devices: NetworkDevice[] = []
  let known = false
  let current: { driver: string | null; modules: string[] } | null = null
  for (const line of lines) {
    const [, slot, kind = '', description = ''] = DEVICE.exec(line) ?? []
    if (slot !== undefined) {
      known = true
      current = NETWORK_CLASS.test(kind) ? { driver: null, modules: [] } : null
      if (current) {
        const device = { bus: 'pci', slot, description, driverKnown } as const
        devices.push(Object.assign(current, device))
      }
      continue
    }
    const [, field, value = ''] = DETAIL.exec(line) ?? []
    if (current === null || field === undefined) continue
    if (field === 'modules') current.modules.push(...value.split(/[,\s]+/).filter(Boolean))
    else current.driver = value.trim()
  }
  return known ? devices : null
}

/** The network devices on PCI. An empty list means a bus without any. */
export const pciNetworkDevices: Question<readonly NetworkDevice[]> = {
  name: 'the network devices on the PCI bus',
  sources: [
    { argv: ['lspci', '-k'], package: 'pciutils', parse: parseDevices },
    { argv: ['lspci'], package: 'pciutils', parse: parseDevices },
  ],
}
