/**
 * The interfaces that the kernel has, and the device behind each: the links in /sys/class/net
 * (Documentation/ABI/testing/sysfs-class-net). A virtual one lies under /sys/devices/virtual.
 */
import type { Output, Question } from './source.ts'

/** One interface as sysfs shows it. */
export type SysDevice = {
  readonly name: string
  /** True for `lo`, bridges, veth, tun and the like: no hardware is behind it. */
  readonly virtual: boolean
  /** The link's target: `../../devices/pci0000:00/0000:00:03.0/net/eth0`. */
  readonly path: string
}

/** The end of a line of `ls -l` for a symbolic link; a name of an interface has no space or slash. */
const LINK = /^l.* ([^\s/]+) -> (\S*\/devices\/\S+)$/

/** The first line of a directory's listing, in any language: `total 0`. */
const TOTAL = /^\S+ \d+\s*$/

function parseListing({ stdout }: Output): readonly SysDevice[] | null {
  const lines = stdout.split(/\r?\n/)
  const devices = lines.flatMap((line) => {
    const [, name, path] = LINK.exec(line) ?? []
    if (name === undefined || path === undefined) return []
    return [{ name, virtual: path.includes('/devices/virtual/'), path }]
  })
  return devices.length > 0 || TOTAL.test(lines[0] ?? '') ? devices : null
}

/** The interfaces in /sys/class/net, in the order of `ls`. */
export const sysDevices: Question<readonly SysDevice[]> = {
  name: 'the interfaces in /sys/class/net',
  sources: [{ argv: ['ls', '-l', '/sys/class/net'], package: 'coreutils', parse: parseListing }],
}
