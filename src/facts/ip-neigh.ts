/**
 * The neighbours of a host (ARP and IPv6 neighbour discovery): `ip neigh show` of iproute2
 * (ip/ipneigh.c) and busybox, `arp` of net-tools and busybox, /proc/net/arp (net/ipv4/arp.c).
 * `ip neigh show` leaves out entries in state NOARP and those never used.
 */
import { macOf } from './interface.ts'
import { wordAfter } from './ip-route-text.ts'
import { parseRecords, textOf, textsOf } from './json.ts'
import { type Output, type Question, succeeded } from './source.ts'

export type Neighbour = {
  readonly address: string
  readonly device: string
  readonly mac: string | null
  /**
   * `REACHABLE`, `STALE`, `DELAY`, `PROBE`, `FAILED`, `INCOMPLETE`, `PERMANENT`, `NOARP`. `arp` and
   * /proc tell complete (here `STALE`: known, not confirmed), `PERMANENT` and `INCOMPLETE` only.
   */
  readonly state: string
  readonly router: boolean
}

const STATES: ReadonlySet<string> = new Set([
  'REACHABLE',
  'STALE',
  'DELAY',
  'PROBE',
  'FAILED',
  'INCOMPLETE',
  'PERMANENT',
  'NOARP',
  'NONE',
])

const present = (found: readonly (Neighbour | null)[]): readonly Neighbour[] =>
  found.filter((each) => each !== null)

/** The neighbours that `ip -j neigh show` printed; null when it is not that. */
export function parseIpNeighJson(text: string): readonly Neighbour[] | null {
  const records = parseRecords(text)
  if (records === null) return null
  const found = records.map((record): Neighbour | null => {
    const [address, device] = [textOf(record, 'dst'), textOf(record, 'dev')]
    if (address === null || device === null) return null
    return {
      address,
      device,
      mac: macOf(textOf(record, 'lladdr')),
      state: textsOf(record, 'state')[0] ?? 'NONE',
      // `"router":null` says that it is one.
      router: 'router' in record,
    }
  })
  return present(found).length === 0 && records.length > 0 ? null : present(found)
}

function parseIpLine(line: string): Neighbour | null {
  const [address = '', ...tokens] = line.split(/\s+/).filter((word) => word !== '')
  const device = wordAfter(tokens, 'dev')
  const state = tokens.findLast((token) => STATES.has(token))
  if (!/^(?=.*[.:])[0-9a-f:.]{2,45}$/i.test(address) || device === null || !state) return null
  return {
    address,
    device,
    mac: macOf(wordAfter(tokens, 'lladdr')),
    state,
    router: tokens.includes('router'),
  }
}

/** The neighbours that `ip neigh` printed: an empty list for no text, null for other text. */
export function parseIpNeighText(text: string): readonly Neighbour[] | null {
  const found = present(text.split('\n').map(parseIpLine))
  return found.length > 0 || text.trim() === '' ? found : null
}

/** ATF_COM and ATF_PERM of include/uapi/linux/if_arp.h. */
const ATF_COM = 0x02
const ATF_PERM = 0x04

const neighbour = (
  address: string,
  device: string,
  mac: string | null,
  permanent: boolean,
): Neighbour => ({
  address,
  device,
  mac,
  state: mac === null ? 'INCOMPLETE' : permanent ? 'PERMANENT' : 'STALE',
  router: false,
})

const IPV4 = '(\\d{1,3}(?:\\.\\d{1,3}){3})'
const PROC_LINE = new RegExp(`^${IPV4}\\s+0x[0-9a-f]+\\s+0x([0-9a-f]+)\\s+(\\S+)\\s+\\S+\\s+(\\S+)`)
const TABLE_LINE = new RegExp(
  `^${IPV4}\\s+(?:\\(incomplete\\)|\\w+\\s+([0-9a-fA-F:]{17})\\s+([CMP!]+))\\s+(\\S+)\\s*$`,
)
const BSD_LINE = new RegExp(
  `^\\S+ \\(${IPV4}\\) at (?:<incomplete>|([0-9a-fA-F:]{17}) \\[\\w+\\])\\s+(PERM )?\\s*(?:PUB )?on (\\S+)`,
)

function parseArpLine(line: string): Neighbour | null {
  const proc = PROC_LINE.exec(line)
  if (proc) {
    const [, address = '', flagText = '', mac, device = ''] = proc
    const flags = Number.parseInt(flagText, 16)
    return neighbour(address, device, flags & ATF_COM ? macOf(mac) : null, (flags & ATF_PERM) !== 0)
  }
  const [, address, mac, mark = '', device] = TABLE_LINE.exec(line) ?? BSD_LINE.exec(line) ?? []
  if (address === undefined || device === undefined) return null
  return neighbour(address, device, macOf(mac), /M|PERM/.test(mark))
}

/** The neighbours in `arp -n`, `arp -an` or /proc/net/arp; null when it is none of them. */
export function parseArp(text: string): readonly Neighbour[] | null {
  const found = present(text.split('\n').map(parseArpLine))
  return found.length > 0 || /^(?:IP address\s+HW type|Address\s+HWtype)/m.test(text) ? found : null
}

const from =
  (parse: (text: string) => readonly Neighbour[] | null) =>
  (output: Output): readonly Neighbour[] | null =>
    succeeded(output) ? parse(output.stdout) : null

/** The neighbours, IPv4 and IPv6; IPv4 alone where there is no `ip`. */
export const neighbours: Question<readonly Neighbour[]> = {
  name: 'the neighbours',
  sources: [
    { argv: ['ip', '-j', 'neigh', 'show'], package: 'iproute2', parse: from(parseIpNeighJson) },
    { argv: ['ip', 'neigh', 'show'], package: 'iproute2', parse: from(parseIpNeighText) },
    { argv: ['cat', '/proc/net/arp'], package: 'coreutils', parse: from(parseArp) },
    { argv: ['arp', '-n'], package: 'net-tools', parse: from(parseArp) },
  ],
}
