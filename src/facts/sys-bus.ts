/**
 * Network devices on PCI read from sysfs, for a host without lspci: the files `class`, `vendor`,
 * `device` and the link `driver` of /sys/bus/pci/devices/SLOT (Documentation/ABI/testing/sysfs-bus-pci).
 */
import type { NetworkDevice } from './lspci.ts'
import type { Output, Question } from './source.ts'

/** Prints `slot class vendor device driver` for each device of PCI class 02 (network), then `end`. */
const SCRIPT = `[ -d /sys/bus ] || exit 1
for d in /sys/bus/pci/devices/*; do
  [ -r "$d/class" ] || continue
  read -r class < "$d/class"
  case $class in 0x02*) ;; *) continue ;; esac
  read -r vendor < "$d/vendor"
  read -r device < "$d/device"
  driver=$(readlink "$d/driver")
  echo "\${d##*/} $class $vendor $device \${driver##*/}"
done
echo end`

const DEVICE = /^(\S+) 0x02(\d\d)[0-9a-f]{2} 0x([0-9a-f]{4}) 0x([0-9a-f]{4}) ?(\S*)$/

/** Subclasses of PCI class 02, as pci.ids calls them. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['00', 'Ethernet controller'],
  ['07', 'Infiniband controller'],
  ['80', 'Network controller'],
])

function parseDevices({ stdout }: Output): readonly NetworkDevice[] | null {
  const lines = stdout.trimEnd().split(/\r?\n/)
  if (lines.pop() !== 'end') return null
  return lines.flatMap((line) => {
    const [, slot, subclass = '', vendor, device, driver] = DEVICE.exec(line) ?? []
    if (slot === undefined) return []
    const kind = KINDS.get(subclass) ?? 'network device'
    return [
      {
        bus: 'pci' as const,
        slot,
        description: `${kind} [${vendor}:${device}]`,
        driver: driver || null,
        driverKnown: true,
        modules: [],
      },
    ]
  })
}

/** The network devices on PCI with their drivers, without lspci's names. */
export const pciNetworkDevicesSysfs: Question<readonly NetworkDevice[]> = {
  name: 'the network devices in /sys/bus/pci',
  sources: [{ argv: ['sh', '-c', SCRIPT], package: 'dash', parse: parseDevices }],
}
