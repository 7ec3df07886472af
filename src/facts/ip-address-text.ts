/**
 * What `ip address show` and `ip link show` print for people: iproute2 (ip/ipaddress.c) with
 * `-s`, `-s -s`, `-d`, `-h` or `-br`, and busybox's `ip`. A pasted session may hold prompts, `...`
 * and notes between the lines: they are passed over.
 */
import {
  carrierOf,
  type Interface,
  type InterfaceAddress,
  macOf,
  type Traffic,
  trafficOf,
  type Xdp,
} from './interface.ts'

/** `-h` scales by 1000, `-iec` by 1024 (lib/utils_math.c and print_num in ip/ipaddress.c). */
const SCALES = 'kMGTP'

function parseCount(text: string): number | null {
  const match = /^(\d{1,20}(?:[.,]\d{1,9})?)([kKMGTP]?)(i?)$/.exec(text)
  if (!match) return null
  const [, digits = '', scale = '', iec = ''] = match
  const power = scale === '' ? 0 : SCALES.indexOf(scale === 'K' ? 'k' : scale) + 1
  return Math.round(Number(digits.replace(',', '.')) * (iec === '' ? 1000 : 1024) ** power)
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '')

/** The word after `key`, as in `mtu 1500`. */
function after(tokens: readonly string[], key: string): string | null {
  const at = tokens.indexOf(key)
  return at < 0 ? null : (tokens[at + 1] ?? null)
}

/** Words of an address line that take one more word, which is no flag. */
const VALUED = new Set(['peer', 'brd', 'any', 'metric', 'scope', 'proto'])

function parseAddress(line: string, name: string): InterfaceAddress | null {
  const [keyword, prefix = '', ...rest] = words(line)
  const [address = '', length] = prefix.split('/')
  if (!/^[0-9a-f:.]+$/i.test(address) || (length !== undefined && !/^\d{1,3}$/.test(length)))
    return null
  const peer = after(rest, 'peer')?.split('/') ?? null
  const family = keyword === 'inet' ? 4 : 6
  const flags = rest.filter(
    (word, at) =>
      !VALUED.has(word) &&
      !VALUED.has(rest[at - 1] ?? '') &&
      word !== name &&
      !word.startsWith(`${name}:`) &&
      /^[a-z-]+$/.test(word),
  )
  return {
    family,
    address,
    prefixLength: Number(peer?.[1] ?? length ?? (family === 4 ? 32 : 128)),
    peer: peer?.[0] ?? null,
    scope: after(rest, 'scope') ?? '',
    flags,
  }
}

/** One interface while its lines come in. */
type Draft = {
  readonly head: Omit<
    Interface,
    'kind' | 'linkType' | 'mac' | 'xdp' | 'addresses' | 'received' | 'sent'
  >
  linkType: string
  mac: string | null
  kind: string | null
  xdp: Xdp | null
  readonly addresses: InterfaceAddress[]
  readonly received: Map<string, number>
  readonly sent: Map<string, number>
}

const HEAD = /^\s*(\d{1,10}):\s+([^\s@]+?)(?:@(\S+?))?:\s+<([^>]*)>(.*)$/

/** `xdp`, `xdpgeneric` or `xdpoffload` in the first line, with the program's id where `-d` is not given. */
function xdpOf(tokens: readonly string[]): Xdp | null {
  for (const word of tokens) {
    const [found, mode = 'drv', id] = /^xdp(generic|offload)?(?:\/id:(\d{1,10}))?$/.exec(word) ?? []
    if (found === undefined) continue
    return { mode: mode as Xdp['mode'], program: id === undefined ? null : Number(id), name: null }
  }
  return null
}

function startDraft(line: string): Draft | null {
  const match = HEAD.exec(line)
  if (!match) return null
  const [, index, name = '', lower = '', flagText = '', rest = ''] = match
  const flags = flagText.split(',').filter((flag) => flag !== '')
  const tokens = words(rest)
  const mtu = after(tokens, 'mtu')
  return {
    head: {
      name,
      index: Number(index),
      flags,
      up: flags.includes('UP'),
      carrier: carrierOf(flags),
      operState: after(tokens, 'state') ?? 'UNKNOWN',
      mtu: mtu !== null && /^\d{1,10}$/.test(mtu) ? Number(mtu) : null,
      master: after(tokens, 'master'),
      // `@if2` is an index in another namespace; busybox names the interface itself then.
      lower:
        lower === '' || lower === 'NONE' || lower === name || /^if\d+$/.test(lower) ? null : lower,
    },
    linkType: '',
    mac: null,
    kind: null,
    xdp: xdpOf(tokens),
    addresses: [],
    received: new Map(),
    sent: new Map(),
  }
}

const finish = (draft: Draft): Interface => ({
  ...draft.head,
  kind: draft.kind,
  linkType: draft.linkType,
  mac: draft.mac,
  xdp: draft.xdp,
  addresses: draft.addresses,
  received: trafficOf(draft.received),
  sent: trafficOf(draft.sent),
})

/** Adds a row of numbers under its row of names: `RX:  bytes packets …`. */
function addCounters(draft: Draft, header: string, values: string): void {
  const counters = header.startsWith('R') ? draft.received : draft.sent
  const numbers = words(values)
  for (const [at, name] of words(header.slice(header.indexOf(':') + 1)).entries()) {
    const count = parseCount(numbers[at] ?? '')
    if (count !== null) counters.set(name, count)
  }
}

const NO_KIND = /^(?:inet6?|RX|TX|altname|alias|vf|valid_lft|link)\b/

function addLine(draft: Draft, line: string, previous: string): void {
  const address = line.startsWith('inet') ? parseAddress(line, draft.head.name) : null
  const program = /^prog\/xdp(?:\S*) id (\d{1,10})(?: name (\S+))?/.exec(line)
  const link = /^link\/(\S+)(?:\s+(\S+))?/.exec(line)
  if (address !== null) draft.addresses.push(address)
  else if (program && draft.xdp)
    draft.xdp = { ...draft.xdp, program: Number(program[1]), name: program[2] ?? null }
  else if (link) {
    draft.linkType = link[1]?.startsWith('[') ? 'none' : (link[1] ?? '')
    draft.mac = macOf(link[2])
  } else if (previous.startsWith('link/') && !NO_KIND.test(line))
    draft.kind = /^[a-z][a-z0-9_]*(?= |$)/.exec(line)?.[0] ?? null
  else if (/^[RT]X(?: errors)?:/.test(previous)) addCounters(draft, previous, line)
}

/** The interfaces in the text of `ip address show` or `ip link show`; null when there is none. */
export function parseIpAddressText(text: string): readonly Interface[] | null {
  const drafts: Draft[] = []
  let previous = ''
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    const started = startDraft(line)
    const draft = drafts.at(-1)
    if (started) drafts.push(started)
    else if (draft) addLine(draft, line, previous)
    previous = line
  }
  return drafts.length > 0 ? drafts.map(finish) : null
}

/** Those interfaces in the text of `ip -s -h link` that have counters; null when there is none. */
export function parseIpStatistics(
  text: string,
): readonly (Interface & { readonly received: Traffic; readonly sent: Traffic })[] | null {
  const counted = (parseIpAddressText(text) ?? []).flatMap((each) => {
    const { received, sent } = each
    return received !== null && sent !== null ? [{ ...each, received, sent }] : []
  })
  return counted.length > 0 ? counted : null
}

/** RFC 2863's states as `ip` prints them (oper_states in ip/ipaddress.c). */
const BRIEF =
  /^([^\s@]+)(?:@(\S+))?\s+(UNKNOWN|NOTPRESENT|DOWN|LOWERLAYERDOWN|TESTING|DORMANT|UP)(?:\s+(.*))?$/

function parseBriefAddresses(tokens: readonly string[]): readonly InterfaceAddress[] {
  const addresses: InterfaceAddress[] = []
  for (const [at, token] of tokens.entries()) {
    const isPrefix = /^[0-9a-f:.]+\/\d{1,3}$/i.test(token) || tokens[at + 1] === 'peer'
    if (!isPrefix || tokens[at - 1] === 'peer') continue
    const peer = tokens[at + 1] === 'peer' ? ` peer ${tokens[at + 2]}` : ''
    const address = parseAddress(`${token.includes(':') ? 'inet6' : 'inet'} ${token}${peer}`, '')
    if (address) addresses.push(address)
  }
  return addresses
}

function parseBriefLine(line: string): Interface | null {
  const match = BRIEF.exec(line.trim())
  if (!match) return null
  const [, name = '', lower = '', operState = '', rest = ''] = match
  const flags = /<([A-Z0-9_,-]*)>/.exec(rest)?.[1]?.split(',') ?? null
  const tokens = words(rest)
  // `ip -br address` tells no flags: UP and UNKNOWN are up, DOWN may be either.
  const up = flags?.includes('UP') ?? !['DOWN', 'NOTPRESENT'].includes(operState)
  const told = operState === 'UP' ? true : operState === 'LOWERLAYERDOWN' ? false : null
  return {
    name,
    index: null,
    kind: null,
    linkType: '',
    flags: flags ?? [],
    up,
    carrier: flags === null ? told : carrierOf(flags),
    operState,
    mac: macOf(tokens[0]),
    mtu: null,
    master: null,
    lower: lower === '' || lower === 'NONE' || /^if\d+$/.test(lower) ? null : lower,
    xdp: null,
    addresses: parseBriefAddresses(tokens),
    received: null,
    sent: null,
  }
}

/** The interfaces that `ip -br link` or `ip -br address` printed; null when there is none. */
export function parseIpBrief(text: string): readonly Interface[] | null {
  const found = text
    .split('\n')
    .map(parseBriefLine)
    .filter((each) => each !== null)
  return found.length > 0 ? found : null
}
