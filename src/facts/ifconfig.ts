/**
 * `ifconfig -a`: net-tools 2 (`eth0: flags=4163<UP,…>  mtu 1500`), net-tools 1 and busybox
 * (`eth0      Link encap:Ethernet  HWaddr …`). An alias (`eth0:1`) adds its address to its interface.
 */
import { type Interface, type InterfaceAddress, macOf, trafficOf } from './interface.ts'
import { netmaskLength } from './route.ts'

const NEW_HEAD = /^(\S+): flags=\d{1,10}<([^>]*)>(?:\s+mtu (\d{1,10}))?/
const OLD_HEAD = /^(\S+)\s+Link encap:(\S+(?: \S+)*)(?:\s\s+\S+ (\S+))?/

/** The words for a link's type of net-tools (lib/hw.c) and iproute2's for the same. */
const LINK_TYPES: ReadonlyMap<string, string> = new Map([
  ['ether', 'ether'],
  ['Ethernet', 'ether'],
  ['loop', 'loopback'],
  ['Local Loopback', 'loopback'],
  ['unspec', 'none'],
  ['UNSPEC', 'none'],
  ['Point-to-Point Protocol', 'ppp'],
  ['ppp', 'ppp'],
  ['IPv6-in-IPv4', 'sit'],
  ['sit', 'sit'],
])

type Draft = {
  readonly name: string
  linkType: string
  mac: string | null
  mtu: number | null
  flags: readonly string[]
  readonly addresses: InterfaceAddress[]
  readonly received: Map<string, number>
  readonly sent: Map<string, number>
}

function startDraft(line: string): Draft | null {
  const modern = NEW_HEAD.exec(line)
  const old = modern ? null : OLD_HEAD.exec(line)
  const name = modern?.[1] ?? old?.[1]
  if (name === undefined) return null
  return {
    name: name.split(':')[0] ?? name,
    linkType: LINK_TYPES.get(old?.[2] ?? '') ?? '',
    mac: macOf(old?.[3]),
    mtu: modern?.[3] === undefined ? null : Number(modern[3]),
    flags: modern?.[2]?.split(',').filter((flag) => flag !== '') ?? [],
    addresses: [],
    received: new Map(),
    sent: new Map(),
  }
}

function parseAddress(line: string): InterfaceAddress | null {
  const four = /^inet (?:\S+?:)?(\d[\d.]*)/.exec(line)
  const mask = /(?:netmask |Mask:)(\d[\d.]*)/.exec(line)?.[1]
  if (four?.[1] !== undefined)
    return {
      family: 4,
      address: four[1],
      prefixLength: mask === undefined ? 32 : netmaskLength(mask),
      peer: /(?:destination |P-t-P:)(\d[\d.]*)/.exec(line)?.[1] ?? null,
      scope: '',
      flags: [],
    }
  const six = /^inet6 (?:\S+?: )?([0-9a-f:.]+)(?:\/(\d{1,3}))?/i.exec(line)
  const length = six?.[2] ?? /prefixlen (\d{1,3})/.exec(line)?.[1]
  if (six?.[1] === undefined || length === undefined) return null
  return {
    family: 6,
    address: six[1],
    prefixLength: Number(length),
    peer: null,
    scope: /(?:scopeid 0x[0-9a-f]+<|Scope:)(\w+)/.exec(line)?.[1]?.toLowerCase() ?? '',
    flags: [],
  }
}

/** Counters as `RX errors 0  dropped 0`, `RX packets:0 errors:0` or `RX bytes:0 (…)  TX bytes:0`. */
function addCounters(draft: Draft, line: string): void {
  let counters = draft.received
  for (const [, direction, name, value] of line.matchAll(
    /\b(?:([RT]X)\b|(packets|bytes|errors|dropped|frame|carrier)[: ](\d{1,20}))/g,
  ))
    if (direction !== undefined) counters = direction === 'RX' ? draft.received : draft.sent
    else if (name !== undefined) counters.set(name, Number(value))
}

function addLine(draft: Draft, line: string): void {
  const link = /^(ether|loop|unspec|ppp|sit|tunnel|infiniband)\b(?: (\S+))?/.exec(line)
  const old = /^((?:[A-Z]+ )*[A-Z]+)\s+MTU:(\d{1,10})/.exec(line)
  const address = line.startsWith('inet') ? parseAddress(line) : null
  if (address) draft.addresses.push(address)
  else if (link) {
    draft.linkType = LINK_TYPES.get(link[1] ?? '') ?? link[1] ?? ''
    draft.mac = macOf(link[2])
  } else if (old) {
    draft.flags = (old[1] ?? '').split(' ')
    draft.mtu = Number(old[2])
  } else if (/^[RT]X /.test(line)) addCounters(draft, line)
}

function finish(draft: Draft): Interface {
  const up = draft.flags.includes('UP')
  return {
    name: draft.name,
    index: null,
    kind: null,
    linkType: draft.linkType,
    flags: draft.flags,
    up,
    carrier: up ? draft.flags.includes('RUNNING') : null,
    operState: 'UNKNOWN',
    mac: draft.mac,
    mtu: draft.mtu,
    master: null,
    lower: null,
    xdp: null,
    addresses: draft.addresses,
    received: trafficOf(draft.received),
    sent: trafficOf(draft.sent),
  }
}

/** The interfaces that `ifconfig -a` printed, of any of its versions; null when there is none. */
export function parseIfconfig(text: string): readonly Interface[] | null {
  const drafts = new Map<string, Draft>()
  let current: Draft | null = null
  for (const line of text.split('\n')) {
    const started = startDraft(line)
    if (started) {
      current = drafts.get(started.name) ?? started
      drafts.set(current.name, current)
    } else if (current) addLine(current, line.trim())
  }
  return drafts.size > 0 ? [...drafts.values()].map(finish) : null
}
