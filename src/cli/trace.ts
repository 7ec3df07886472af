/** `rungs trace`: the path to a host, hop by hop. What does the work is loaded once the words are right. */
import type { TraceProtocol } from '../diagnose/trace/probe.ts'
import { familyOf } from '../wire/address.ts'
import { isHostName } from '../wire/name.ts'
import { type Command, type Invocation, JSON_FLAG, NO_COLOUR_FLAG, UsageError } from './command.ts'
import { readPort } from './firewall-end.ts'
import { startProgress } from './progress.ts'

/** What was asked for, understood and checked. */
export type TraceRequest = {
  /** A name or an address; null where a saved trace is shown. */
  readonly host: string | null
  /** Null where -4 or -6 was not given. */
  readonly family: 4 | 6 | null
  /** Null: ICMP where this user may, else UDP. */
  readonly protocol: TraceProtocol | null
  readonly port: number
  readonly flow: number
  /** Devices, one trace by each; null is the one that the routing table chooses. */
  readonly devices: readonly (string | null)[]
  readonly source: string | null
  /** Infinity: until it is stopped. */
  readonly rounds: number
  readonly intervalMs: number
  readonly mostHops: number
  readonly waitMs: number
  readonly packetBytes: number | null
  readonly mtu: boolean
  readonly names: boolean
  readonly asn: boolean
  readonly asnTable: string | null
  readonly form: 'table' | 'json' | 'report' | 'live'
  readonly save: string | null
  readonly compare: string | null
  readonly read: string | null
  readonly strict: boolean
  readonly noColour: boolean
}

/** traceroute(8): the first of the ports where nobody is expected to listen. */
const UDP_PORT = 33_434
const USUAL_ROUNDS = 3
/** Routers limit what they answer, Linux to one a second after some: more rounds keep to that. */
const USUAL_INTERVAL_S = 1
const USUAL_HOPS = 30
const USUAL_WAIT_S = 1.5
const LEAST_INTERVAL_S = 0.01
/** Numbers of probes have 16 bits. */
const MOST_ROUNDS = 100
/** Of a flow; `MOST_FLOWS` of the probes. */
const LAST_FLOW = 249

const text = ({ flags }: Invocation, name: string): string | undefined =>
  flags[name] as string | undefined

function readCount(
  invocation: Invocation,
  name: string,
  least: number,
  most: number,
): number | null {
  const given = text(invocation, name)
  if (given === undefined) return null
  const number = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN
  if (number >= least && number <= most) return number
  throw new UsageError(`--${name} was ${given}; it takes a number from ${least} to ${most}`)
}

function readSeconds(invocation: Invocation, name: string, least: number): number | null {
  const given = text(invocation, name)
  if (given === undefined) return null
  const number = /^\d{1,5}(?:\.\d{1,6})?$/.test(given) ? Number(given) : Number.NaN
  if (number >= least && number <= 3600) return number * 1000
  throw new UsageError(`--${name} was ${given}; it takes seconds from ${least} to 3600`)
}

function readProtocol(invocation: Invocation): Pick<TraceRequest, 'protocol' | 'port'> {
  const { flags } = invocation
  const tcp = text(invocation, 'tcp')
  const asked = [tcp && '--tcp', flags.udp && '--udp', flags.icmp && '--icmp'].filter(Boolean)
  if (asked.length > 1)
    throw new UsageError(`${asked.join(' and ')} are different probes; give one of them`)
  if (tcp !== undefined) return { protocol: 'tcp', port: readPort(tcp, 'tcp') }
  return { protocol: flags.udp ? 'udp' : flags.icmp ? 'icmp' : null, port: UDP_PORT }
}

function readForm({ flags }: Invocation): TraceRequest['form'] {
  const asked = (['json', 'report', 'live'] as const).filter((form) => flags[form] === true)
  if (asked.length > 1)
    throw new UsageError(`--${asked.join(' and --')} are different answers; ask for one of them`)
  return asked[0] ?? 'table'
}

function readHost({ operands: [host], flags }: Invocation): string | null {
  if (flags.read !== undefined) {
    if (host === undefined) return null
    throw new UsageError(`--read shows a trace that was saved; ${host} would be traced anew`)
  }
  if (host === undefined) throw new UsageError('the path to what? rungs trace HOST')
  if (familyOf(host) !== null || isHostName(host)) return host
  const [, inner] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?(\[[^\]]+\]|[^/:]+)/i.exec(host) ?? []
  throw new UsageError(
    `${host} is neither a name nor an address${inner && inner !== host ? `; did you mean rungs trace ${inner.replace(/^\[|\]$/g, '')}?` : ''}`,
  )
}

/** The kernel's own rule, dev_valid_name. */
const DEVICE = /^[^\s/:\u0000-\u001f\u007f]{1,15}$/

function readDevices({ flags }: Invocation): readonly (string | null)[] {
  const devices = (flags.via as readonly string[] | undefined) ?? []
  for (const name of devices)
    if (!DEVICE.test(name))
      throw new UsageError(`--via: ${name} is no name of a device; ip link shows them`)
  if (devices.length > 2)
    throw new UsageError('--via was given more than twice; two traces can be laid side by side')
  return devices.length === 0 ? [null] : devices
}

function readFamily(
  { flags }: Invocation,
  host: string | null,
  source: string | null,
): 4 | 6 | null {
  if (flags.ipv4 && flags.ipv6) throw new UsageError('-4 and -6 exclude each other')
  const asked: 4 | 6 | null = flags.ipv4 ? 4 : flags.ipv6 ? 6 : null
  const [first, ...others] = [asked, familyOf(host ?? ''), familyOf(source ?? '')].filter(
    (one) => one !== null,
  )
  if (others.some((one) => one !== first))
    throw new UsageError('IPv4 and IPv6 do not go together: no packet has addresses of both')
  return first ?? null
}

function checkTogether(request: TraceRequest): TraceRequest {
  const { devices, compare, form, save, mtu, protocol, read, rounds } = request
  const refuse = (what: string): never => {
    throw new UsageError(what)
  }
  if (devices.length > 1 && compare !== null)
    refuse('two --via are laid side by side already; --compare takes one')
  if (devices.length > 1 && save !== null) refuse('--save keeps one trace; give one --via')
  const isPair = devices.length > 1 || compare !== null
  if (isPair && (form === 'report' || form === 'live'))
    refuse(`--${form} shows one trace, and two were asked for`)
  if (read !== null && form === 'live')
    refuse('--live shows a trace as it runs; --read one that was')
  if (mtu && protocol === 'tcp')
    refuse('--mtu takes large packets, and a SYN is small; use --udp or --icmp')
  if (mtu && !Number.isFinite(rounds))
    refuse('--mtu is asked at the end, and --live has none; give --count as well')
  if (!Number.isFinite(rounds) && form !== 'live') refuse('without an end there is only --live')
  return request
}

/** Reads the words; throws a UsageError that says what to do instead. */
export function readTraceRequest(invocation: Invocation): TraceRequest {
  const { flags } = invocation
  const host = readHost(invocation)
  const form = readForm(invocation)
  const source = text(invocation, 'source') ?? null
  if (source !== null && familyOf(source) === null)
    throw new UsageError(`--source was ${source}; it takes an address of this host`)
  const count = readCount(invocation, 'count', 1, MOST_ROUNDS)
  const rounds = count ?? (form === 'live' ? Number.POSITIVE_INFINITY : USUAL_ROUNDS)
  const interval = readSeconds(invocation, 'interval', LEAST_INTERVAL_S)
  return checkTogether({
    host,
    family: readFamily(invocation, host, source),
    ...readProtocol(invocation),
    flow: readCount(invocation, 'flow', 0, LAST_FLOW) ?? 0,
    devices: readDevices(invocation),
    source,
    rounds,
    intervalMs: interval ?? (rounds > USUAL_ROUNDS ? USUAL_INTERVAL_S * 1000 : 0),
    mostHops: readCount(invocation, 'max-hops', 1, 255) ?? USUAL_HOPS,
    waitMs: readSeconds(invocation, 'wait', LEAST_INTERVAL_S) ?? USUAL_WAIT_S * 1000,
    packetBytes: readCount(invocation, 'size', 36, 65_535),
    mtu: flags.mtu === true,
    names: flags.numeric !== true,
    asn: flags.asn === true || flags['asn-table'] !== undefined,
    asnTable: text(invocation, 'asn-table') ?? null,
    form,
    save: text(invocation, 'save') ?? null,
    compare: text(invocation, 'compare') ?? null,
    read: text(invocation, 'read') ?? null,
    strict: flags.strict === true,
    noColour: flags['no-color'] === true,
  })
}

export const trace: Command = {
  name: 'trace',
  operands: 'HOST',
  mostOperands: 1,
  help: [
    'Show the path to a host: who passes packets on, how long each takes to answer, what is lost, and what',
    'of that matters. All hops are asked at once, and all probes are one flow, so that load balancers do not',
    'mix paths. It needs no privilege; with CAP_NET_RAW it sees more.',
  ].join('\n'),
  examples: [
    'rungs trace www.example.org',
    'rungs trace www.example.org --tcp 443 --asn',
    'rungs trace 8.8.8.8 --save before.json; rungs trace 8.8.8.8 --compare before.json',
    'rungs trace 8.8.8.8 --via eth0 --via wlan0',
    'rungs trace 192.0.2.7 --mtu',
  ],
  flags: [
    {
      name: 'tcp',
      value: 'PORT',
      help: 'by TCP SYN to this port, which firewalls let pass where it is served',
    },
    { name: 'udp', help: `by UDP to port ${UDP_PORT}` },
    {
      name: 'icmp',
      help: 'by ICMP echo; so it is unless given, and by UDP where this user may not',
    },
    {
      name: 'count',
      short: 'c',
      value: 'N',
      help: `probes for each hop; ${USUAL_ROUNDS} unless given`,
    },
    {
      name: 'interval',
      short: 'i',
      value: 'SECONDS',
      help: `between two probes of a hop; ${USUAL_INTERVAL_S} where there are more than ${USUAL_ROUNDS}, else none`,
    },
    {
      name: 'max-hops',
      short: 'm',
      value: 'N',
      help: `not farther than this; ${USUAL_HOPS} unless given`,
    },
    {
      name: 'wait',
      short: 'w',
      value: 'SECONDS',
      help: `the longest that an answer is waited for; ${USUAL_WAIT_S} unless given, less where answers come sooner`,
    },
    {
      name: 'size',
      short: 's',
      value: 'BYTES',
      help: 'of the IP packets of UDP and ICMP; 60, in IPv6 80 unless given',
    },
    {
      name: 'flow',
      value: 'N',
      help: `another flow, 0 to ${LAST_FLOW}: load balancers may send it by another path`,
    },
    { name: 'mtu', help: 'find out how large packets may be on each link' },
    { name: 'asn', short: 'z', help: 'show autonomous systems, by the DNS of Team Cymru' },
    {
      name: 'asn-table',
      value: 'FILE',
      help: 'take them from a table instead: PREFIX AS [NAME] a line, or the files of iptoasn and pfx2as',
    },
    { name: 'numeric', short: 'n', help: 'do not look up names' },
    {
      name: 'via',
      value: 'DEV',
      repeated: true,
      help: 'leave by this device; two of them are laid side by side',
    },
    { name: 'source', value: 'ADDR', help: 'with this address of this host' },
    { name: 'save', value: 'FILE', help: 'keep the trace as JSON; - is the standard output' },
    {
      name: 'compare',
      value: 'FILE',
      help: 'lay it beside one that was saved, and say where they part',
    },
    { name: 'read', value: 'FILE', help: 'show one that was saved instead of tracing' },
    {
      name: 'report',
      short: 'r',
      help: 'as mtr --report prints it: Loss%, Snt, Last, Avg, Best, Wrst, StDev',
    },
    { name: 'live', help: 'redraw the table as it goes on, until it is stopped' },
    JSON_FLAG,
    { name: 'ipv4', short: '4', help: 'IPv4, where a name has both' },
    { name: 'ipv6', short: '6', help: 'IPv6' },
    { name: 'strict', help: 'exit with 1 where the path is at fault' },
    NO_COLOUR_FLAG,
  ],
  notes: [
    'exit codes: 0 the path was traced, whatever was seen (--strict: 1 where it is not reached, loses packets',
    'or swallows large ones), 2 could not work, 130 interrupted.',
  ],
  run: async (invocation, around) => {
    const request = readTraceRequest(invocation)
    const progress = startProgress(around.err, `tracing ${request.host ?? request.read}`)
    try {
      const { performTrace } = await import('./perform-trace.ts')
      return await performTrace(request, around, progress)
    } finally {
      progress.end()
    }
  },
}
