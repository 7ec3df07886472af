/**
 * `ip address show` of iproute2 in JSON (ip/ipaddress.c), and the question that it answers best:
 * the interfaces of a host with their addresses and counters.
 */
import { parseIfconfig } from './ifconfig.ts'
import {
  carrierOf,
  type Interface,
  type InterfaceAddress,
  macOf,
  type Traffic,
  trafficOf,
  type Xdp,
} from './interface.ts'
import { parseIpAddressText } from './ip-address-text.ts'
import {
  type JsonRecord,
  numberOf,
  parseRecords,
  recordOf,
  recordsOf,
  textOf,
  textsOf,
} from './json.ts'
import { type Output, type Question, type Source, succeeded } from './source.ts'

export { parseIfconfig } from './ifconfig.ts'
export type { Interface, InterfaceAddress, Traffic, Xdp } from './interface.ts'
export { parseIpAddressText, parseIpBrief, parseIpStatistics } from './ip-address-text.ts'

function readAddress(record: JsonRecord): InterfaceAddress | null {
  const family = textOf(record, 'family')
  const address = textOf(record, 'local')
  if (address === null || (family !== 'inet' && family !== 'inet6')) return null
  return {
    family: family === 'inet' ? 4 : 6,
    address,
    prefixLength: numberOf(record, 'prefixlen') ?? (family === 'inet' ? 32 : 128),
    peer: textOf(record, 'address'),
    scope: textOf(record, 'scope') ?? '',
    flags: Object.keys(record).filter((key) => record[key] === true),
  }
}

function readTraffic(record: JsonRecord): Traffic | null {
  const counters = new Map<string, number>()
  for (const [key, value] of Object.entries(record))
    if (typeof value === 'number') counters.set(key.replace(/_errors$/, ''), value)
  return trafficOf(counters)
}

/** XDP_ATTACHED_DRV, _SKB and _HW of linux/if_link.h. */
const XDP_MODES: Readonly<Record<number, Xdp['mode']>> = { 1: 'drv', 2: 'generic', 3: 'offload' }

/** With several programs (XDP_ATTACHED_MULTI) the first counts. */
function readXdp(record: JsonRecord): Xdp | null {
  const found = [record, ...recordsOf(record, 'attached')].find(
    (one) => XDP_MODES[numberOf(one, 'mode') ?? 0] !== undefined,
  )
  if (!found) return null
  const mode = XDP_MODES[numberOf(found, 'mode') ?? 0]
  const program = recordOf(found, 'prog')
  return mode ? { mode, program: numberOf(program, 'id'), name: textOf(program, 'name') } : null
}

function readInterface(record: JsonRecord): Interface | null {
  const name = textOf(record, 'ifname')
  if (name === null) return null
  const flags = textsOf(record, 'flags')
  const stats = recordOf(record, 'stats64' in record ? 'stats64' : 'stats')
  return {
    name,
    index: numberOf(record, 'ifindex'),
    kind: textOf(recordOf(record, 'linkinfo'), 'info_kind'),
    linkType: textOf(record, 'link_type') ?? '',
    flags,
    up: flags.includes('UP'),
    carrier: carrierOf(flags),
    operState: textOf(record, 'operstate') ?? 'UNKNOWN',
    mac: macOf(textOf(record, 'address')),
    mtu: numberOf(record, 'mtu'),
    master: textOf(record, 'master'),
    lower: textOf(record, 'link'),
    xdp: readXdp(recordOf(record, 'xdp')),
    addresses: recordsOf(record, 'addr_info')
      .map(readAddress)
      .filter((address) => address !== null),
    received: readTraffic(recordOf(stats, 'rx')),
    sent: readTraffic(recordOf(stats, 'tx')),
  }
}

/** The interfaces that `ip -j address show` or `ip -j link show` printed; null when it is not that. */
export function parseIpAddressJson(text: string): readonly Interface[] | null {
  const records = parseRecords(text)
  if (records === null) return null
  const found = records.map(readInterface).filter((each) => each !== null)
  return found.length === 0 && records.length > 0 ? null : found
}

/** A host without any interface has not been read: there is a loopback in every namespace. */
const from =
  (parse: (text: string) => readonly Interface[] | null) =>
  (output: Output): readonly Interface[] | null => {
    const found = succeeded(output) ? parse(output.stdout) : null
    return found === null || found.length === 0 ? null : found
  }

const sources: readonly Source<readonly Interface[]>[] = [
  {
    argv: ['ip', '-j', '-s', '-d', 'address', 'show'],
    package: 'iproute2',
    parse: from(parseIpAddressJson),
  },
  {
    argv: ['ip', '-s', 'address', 'show'],
    package: 'iproute2',
    parse: from(parseIpAddressText),
  },
  // busybox's `ip` knows no `-s`.
  { argv: ['ip', 'address', 'show'], package: 'iproute2', parse: from(parseIpAddressText) },
  { argv: ['ifconfig', '-a'], package: 'net-tools', parse: from(parseIfconfig) },
]

/** The interfaces, with addresses and counters. */
export const interfaces: Question<readonly Interface[]> = {
  name: 'the interfaces and their addresses',
  sources,
}
