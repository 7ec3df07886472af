/**
 * The kernel's own tables of routes: /proc/net/route (net/ipv4/fib_trie.c fib_route_seq_show: the
 * main table alone), /proc/net/ipv6_route (net/ipv6/route.c: every table, not told apart), and
 * `route -n` of net-tools and busybox, which prints the first of them.
 */
import { addressOfBytes, addressOfWords } from './proc-address.ts'
import { isReal, netmaskLength, plainRoute, type Route } from './route.ts'

/** Flags of include/uapi/linux/route.h and ipv6_route.h. */
const RTF_REJECT = 0x200
const RTF_ANYCAST = 0x100000
const RTF_LOCAL = 0x80000000

const fields = (line: string): string[] => line.trim().split(/\s+/)

/** `0.0.0.0`, `::`, `*` and `-` say that there is none. */
const none = (text: string): string | null => (/^(?:0\.0\.0\.0|::|\*|-)$/.test(text) ? null : text)

/** No device is what a blackhole has; the flag is set for `unreachable` and `prohibit` alike. */
const typeOf = (device: string | null, rejects: boolean): string =>
  rejects ? 'unreachable' : device === null ? 'blackhole' : 'unicast'

function parseLine4(line: string): Route | null {
  const [iface = '', to = '', via = '', flags = '', , , metric = '', mask = '', mtu = ''] =
    fields(line)
  const [destination, gateway, netmask] = [to, via, mask].map(addressOfWords)
  if (!destination || !gateway || !netmask || !/^[0-9a-f]{4}$/i.test(flags)) return null
  const device = none(iface)
  return plainRoute(4, `${destination}/${netmaskLength(netmask)}`, {
    type: typeOf(device, (Number.parseInt(flags, 16) & RTF_REJECT) !== 0),
    gateway: none(gateway),
    device,
    metric: Number(metric) || 0,
    mtu: Number(mtu) || null,
  })
}

/**
 * The IPv4 routes of the main table; null when `text` is not /proc/net/route. The file is empty,
 * without its header, in a namespace that never had a route.
 */
export function parseProcNetRoute(text: string): readonly Route[] | null {
  if (text.trim() === '') return []
  const [header = '', ...lines] = text.split('\n')
  if (!/^Iface\s+Destination\s+Gateway/.test(header)) return null
  return lines.map(parseLine4).filter((each) => each !== null)
}

function parseLine6(line: string): Route | null {
  const [to = '', length = '', , , via = '', metric = '', , , flagText = '', device = ''] =
    fields(line)
  const destination = addressOfBytes(to)
  const gateway = addressOfBytes(via)
  if (!destination?.includes(':') || !gateway || !/^[0-9a-f]{2}$/i.test(length)) return null
  const flags = Number.parseInt(flagText, 16)
  const special =
    flags & RTF_LOCAL
      ? 'local'
      : flags & RTF_ANYCAST
        ? 'anycast'
        : to.toLowerCase().startsWith('ff')
          ? 'multicast'
          : null
  return plainRoute(6, `${destination}/${Number.parseInt(length, 16)}`, {
    type: special ?? typeOf(device, (flags & RTF_REJECT) !== 0),
    gateway: none(gateway),
    device: none(device),
    metric: Number.parseInt(metric, 16) || 0,
    table: special === null ? 'main' : 'local',
  })
}

/**
 * The IPv6 routes; null when `text` is not /proc/net/ipv6_route. Routes of other tables than `local`
 * are said to be of `main`, since the file does not tell.
 */
export function parseProcNetIpv6Route(text: string): readonly Route[] | null {
  const found: Route[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const each = parseLine6(line)
    if (each === null) return null
    found.push(each)
  }
  return found.filter(isReal)
}

function parseTableLine(line: string): Route | null {
  const [to = '', gateway = '', mask = '', flags = '', metric = '', , , device = ''] = fields(line)
  const destination = to === 'default' ? '0.0.0.0' : to
  const dotted = /^\d{1,3}(?:\.\d{1,3}){3}$/
  if (!dotted.test(destination) || !dotted.test(mask) || !/^[!A-Z]+[a-z]*$/.test(flags)) return null
  return plainRoute(4, `${destination}/${netmaskLength(mask)}`, {
    type: typeOf(none(device), flags.includes('!')),
    gateway: none(gateway),
    device: none(device),
    metric: Number(metric) || 0,
  })
}

/** The routes that `route -n` printed; null when it is not its table. */
export function parseRouteTable(text: string): readonly Route[] | null {
  const found = text
    .split('\n')
    .map(parseTableLine)
    .filter((each) => each !== null)
  return found.length > 0 || /^Kernel IP routing table/m.test(text) ? found : null
}
