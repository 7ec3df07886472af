/**
 * `ip route get ADDRESS`: what the kernel would do with a packet to an address (ip/iproute.c
 * iproute_get; the kernel's answer is made in net/ipv4/route.c inet_rtm_getroute). A refusal is an
 * answer as well: `RTNETLINK answers: No route to host`, exit 2, where a rejecting route decides.
 */
import { gatewayAfter, numberAfter, wordAfter } from './ip-route-text.ts'
import { type JsonRecord, numberOf, parseRecords, recordOf, recordsOf, textOf } from './json.ts'
import type { Output, Question } from './source.ts'

export type RouteLookup = {
  /** The address that was asked for, without a zone. */
  readonly destination: string
  /** `unicast`, `local`, …; what the error implies when refused, and `none` for no route at all. */
  readonly type: string
  readonly gateway: string | null
  readonly device: string | null
  readonly source: string | null
  /** Null for the main table. */
  readonly table: string | null
  /** The path's MTU where a route or an ICMP message told one. */
  readonly mtu: number | null
  /** Set when the kernel refused. */
  readonly error: null | 'ENETUNREACH' | 'EHOSTUNREACH' | 'EACCES' | 'EINVAL' | 'other'
  /** The line that proves it, as `ip` words it. */
  readonly text: string
}

type LookupError = NonNullable<RouteLookup['error']>

/** Linux' error numbers, the C library's words for them, and the route type that gives each. */
const REFUSALS: readonly {
  readonly error: LookupError
  readonly number: number
  readonly words: string
  readonly type: string
}[] = [
  { error: 'ENETUNREACH', number: 101, words: 'Network is unreachable', type: 'none' },
  { error: 'EHOSTUNREACH', number: 113, words: 'No route to host', type: 'unreachable' },
  { error: 'EACCES', number: 13, words: 'Permission denied', type: 'prohibit' },
  { error: 'EINVAL', number: 22, words: 'Invalid argument', type: 'blackhole' },
]

/** Old kernels answer with a route of a rejecting type, `error -113` in it, and no errno. */
function errorOf(type: string, code: number | null): RouteLookup['error'] {
  const told = REFUSALS.find((each) => code !== null && each.number === Math.abs(code))
  return (told ?? REFUSALS.find((each) => each.type === type))?.error ?? (code ? 'other' : null)
}

function describeRecord(record: JsonRecord): string {
  const part = (word: string, text: string | null): string[] => (text ? [word, text] : [])
  const from = textOf(record, 'from')
  return [
    ...part(textOf(record, 'type') ?? '', textOf(record, 'dst')),
    ...(from === '::' ? [] : part('from', from)),
    ...part('via', textOf(record, 'gateway') ?? textOf(recordOf(record, 'via'), 'host')),
    ...part('dev', textOf(record, 'dev')),
    ...part('table', textOf(record, 'table')),
    ...part('src', textOf(record, 'prefsrc')),
    ...part('mtu', textOf(recordsOf(record, 'metrics')[0] ?? {}, 'mtu')),
  ]
    .filter((word) => word !== '')
    .join(' ')
}

/** What `ip -j route get` printed; null when it is not that. */
export function parseIpRouteGetJson(text: string): RouteLookup | null {
  const record = parseRecords(text)?.[0]
  const destination = record ? textOf(record, 'dst') : null
  if (!record || destination === null) return null
  const type = textOf(record, 'type') ?? 'unicast'
  const from = textOf(record, 'from')
  return {
    destination,
    type,
    gateway: textOf(record, 'gateway') ?? textOf(recordOf(record, 'via'), 'host'),
    device: textOf(record, 'dev'),
    source: textOf(record, 'prefsrc') ?? (from === '::' ? null : from),
    table: textOf(record, 'table'),
    mtu: numberOf(recordsOf(record, 'metrics')[0] ?? {}, 'mtu'),
    error: errorOf(type, numberOf(record, 'error')),
    text: describeRecord(record),
  }
}

/** A refusal in what `ip route get` complained, of iproute2 and busybox; null when there is none. */
function parseRefusal(text: string, destination: string): RouteLookup | null {
  const match = /RTNETLINK answers: ([^\n]+)/.exec(text)
  if (!match) return null
  const refusal = REFUSALS.find((each) => match[1]?.trim() === each.words)
  return {
    destination,
    type: refusal?.type ?? 'none',
    gateway: null,
    device: null,
    source: null,
    table: null,
    mtu: null,
    error: refusal?.error ?? 'other',
    text: match[0].trim(),
  }
}

const LOOKUP =
  /^\s*(?:(unicast|local|broadcast|multicast|anycast|unreachable|prohibit|blackhole|throw) )?((?=\S*[.:])[0-9a-f:.]{2,45}) (?=from |via |dev )(.*)$/

/**
 * What `ip route get` printed, or complained; null when it is neither. `asked` is the address that
 * the command named, which a complaint does not repeat.
 */
export function parseIpRouteGet(text: string, asked = ''): RouteLookup | null {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => LOOKUP.test(line))
  const [, type = 'unicast', destination = '', rest = ''] = LOOKUP.exec(lines[at] ?? '') ?? []
  if (destination === '') return parseRefusal(text, asked)
  const next = lines[at + 1] ?? ''
  const more = /^\s+cache\b/.test(next) ? next : ''
  const tokens = `${rest} ${more}`.split(/\s+/).filter((word) => word !== '')
  // `ip neigh` begins alike.
  if (tokens.includes('lladdr') || /^[A-Z]{4,}$/.test(tokens.at(-1) ?? '')) return null
  const from = wordAfter(tokens, 'from')
  const code = /^-(\d{1,4})$/.exec(wordAfter(tokens, 'error') ?? '')?.[1]
  return {
    destination,
    type,
    gateway: gatewayAfter(tokens),
    device: wordAfter(tokens, 'dev'),
    source: wordAfter(tokens, 'src') ?? (from === '::' ? null : from),
    table: wordAfter(tokens, 'table'),
    mtu: numberAfter(tokens, 'mtu'),
    error: errorOf(type, code === undefined ? null : Number(code)),
    text: [lines[at], more].join(' ').replace(/\s+/g, ' ').trim(),
  }
}

/**
 * The kernel's route to `address`, which may carry a zone (`fe80::1%eth0`). `source` asks for
 * packets from that address; `input` for packets that come in by that interface, to be forwarded.
 */
export function routeTo(
  address: string,
  from: { readonly source?: string; readonly input?: string } = {},
): Question<RouteLookup> {
  const [destination = address, zone] = address.split('%')
  const words = [
    'route',
    'get',
    destination,
    ...(zone ? ['oif', zone] : []),
    ...(from.source ? ['from', from.source] : []),
    ...(from.input ? ['iif', from.input] : []),
  ]
  const answer =
    (parse: (text: string) => RouteLookup | null) =>
    (output: Output): RouteLookup | null => {
      if (output.failure !== null) return null
      return parse(output.stdout) ?? parseRefusal(output.stderr, destination)
    }
  return {
    name: `the route to ${address}`,
    sources: [
      { argv: ['ip', '-j', ...words], package: 'iproute2', parse: answer(parseIpRouteGetJson) },
      {
        argv: ['ip', ...words],
        package: 'iproute2',
        parse: answer((text) => parseIpRouteGet(text, destination)),
      },
    ],
  }
}
