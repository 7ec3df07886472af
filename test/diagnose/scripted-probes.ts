/**
 * Probes that find what a test says. Unless it says otherwise everything is well: names resolve
 * by the zone, every port accepts and greets as is usual there, every address answers ping.
 */
import type {
  Certificate,
  Connect,
  DnsQuery,
  DnsReply,
  Echo,
  Endpoint,
  Exchange,
  ExchangePlan,
  IcmpSeen,
  Lookup,
  NeighbourReply,
  Probes,
  Segment,
  SegmentAnswer,
  SegmentOptions,
  SegmentSeen,
  TlsSession,
} from '../../src/diagnose/probes.ts'
import type { Told } from '../../src/dialog/conversation.ts'
import { familyOf } from '../../src/wire/address.ts'
import { latin1 } from '../../src/wire/bytes.ts'
import { type DnsData, type DnsMessage, dnsQuery, typeNumber } from '../../src/wire/dns.ts'
import { bytes, type Play, play } from '../dialog/playbook.ts'
import { recordedBytes } from '../dialog/recorded.ts'

/** What is found by `address port`, else by `address`. */
type ByEndpoint<T> = Readonly<Record<string, T>>

/** What is said before anything is heard, and whether that is inside TLS. */
export type Asked = { readonly request: string; readonly secured: boolean }

export type Script = {
  /** Addresses by name, for the system's resolver and all name servers alike. */
  readonly zone?: Readonly<Record<string, readonly string[]>>
  /** Mail exchangers by domain, as `preference name`. */
  readonly mail?: Readonly<Record<string, readonly string[]>>
  readonly lookup?: Readonly<Record<string, Partial<Lookup>>>
  /** By name server. */
  readonly dns?: Readonly<
    Record<string, Partial<DnsReply> | ((query: DnsQuery) => Partial<DnsReply>)>
  >
  /** How connections end; the errno's word, or more of it. */
  readonly connect?: ByEndpoint<string | Partial<Connect>>
  /** What is said first, or more of it; a service that was asked knows what for. */
  readonly exchange?: ByEndpoint<
    string | Partial<Exchange> | ((plan: ExchangePlan, asked: Asked) => string | Partial<Exchange>)
  >
  readonly tls?: ByEndpoint<Partial<TlsSession>>
  readonly ping?: Readonly<
    Record<string, Partial<Echo> | ((ttl: number | null, device: string | null) => Partial<Echo>)>
  >
  /** What answers a segment to `address port`; null for nothing. Without any, none can be sent. */
  readonly segment?: ByEndpoint<
    SegmentAnswer | null | ((options: SegmentOptions) => Partial<Segment>)
  >
  readonly neighbour?: Readonly<Record<string, Partial<NeighbourReply>>>
  /** The segments that are heard while a dialog is tried again; null, as where it is not said, without the right to hear any. */
  readonly heard?: readonly SegmentSeen[] | null
  readonly largeWrite?: 'acknowledged' | 'stuck' | 'closed' | 'failed'
  /** Null where ICMP cannot be watched. */
  readonly icmp?: readonly IcmpSeen[] | null
  readonly environment?: Readonly<Record<string, string>>
  /** Who sends; nobody knows unless it is said. */
  readonly owner?: Probes['owner']
  /** By what address the client speaks. */
  readonly from?: string
}

export { bytes } from '../dialog/playbook.ts'

const pass = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })

const at = <T>(table: ByEndpoint<T> | undefined, { address, port }: Endpoint): T | undefined =>
  table?.[`${address} ${port}`] ?? table?.[address]

/** What a service greets with. */
const USUAL: Readonly<Record<number, string>> = {
  21: '220 (vsFTPd 3.0.3)\r\n',
  22: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n',
  25: '220 mail.lab.example ESMTP Postfix (Debian/GNU)\r\n',
}

const PAGE = 'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 0\r\n\r\n'

/** What a service answers once it has spoken. */
const LATER: readonly (readonly [RegExp, string])[] = [
  [/^GET /, PAGE],
  [/^EHLO /, '250-mail.lab.example\r\n250 8BITMIME\r\n'],
]

const REFUSED: Readonly<Record<string, Connect['outcome']>> = {
  ECONNREFUSED: 'refused',
  timeout: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EACCES: 'denied',
  EINVAL: 'denied',
  EPERM: 'denied',
}

/** Nobody answers there, but for a captive portal. */
const NOBODY = ['192.0.0.8', '100::1']

function connection(script: Script, to: Endpoint, timeoutMs: number): Connect {
  const isNobody = NOBODY.includes(to.address) && at(script.exchange, to) === undefined
  const told = at(script.connect, to) ?? (isNobody ? 'timeout' : {})
  const word = typeof told === 'string' ? told : null
  const outcome = word === null ? 'connected' : (REFUSED[word] ?? 'error')
  const base: Connect = {
    command: `nping --tcp-connect -p ${to.port} -c 1 ${to.address}`,
    lines: [`${to.address}:${to.port}: ${word ?? 'connected'}`],
    endpoint: to,
    outcome,
    errno: word === 'timeout' ? null : word,
    tookMs: outcome === 'timeout' ? timeoutMs : 0.4,
    localAddress: outcome === 'connected' ? (script.from ?? '10.77.1.2') : null,
    localPort: outcome === 'connected' ? 40_000 : null,
  }
  return { ...base, ...(typeof told === 'object' && told) }
}

export const certificate: Certificate = {
  subject: 'CN=www.lab.example',
  issuer: 'CN=Lab CA',
  names: ['www.lab.example'],
  notBefore: '2026-01-01T00:00:00.000Z',
  notAfter: '2027-01-01T00:00:00.000Z',
  fingerprint: Array.from({ length: 32 }, () => 'AB').join(':'),
  selfSigned: false,
}

const session = (told: Partial<TlsSession>): TlsSession => ({
  command: 'openssl s_client -connect 10.77.2.2:443 -servername www.lab.example',
  lines: [],
  outcome: 'established',
  protocol: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  alpn: null,
  chain: [certificate],
  trusted: true,
  distrust: null,
  asksClientCertificate: false,
  alert: null,
  error: null,
  tookMs: 4,
  ...told,
})

const reply = (text: string): Exchange['reply'] =>
  text === ''
    ? null
    : {
        command: 'nc',
        lines: text.split('\r\n').slice(0, 12),
        firstByteMs: 0.8,
        bytes: bytes(text),
      }

/** What a conversation says first. */
function askedBy(plan: ExchangePlan): Asked {
  const { said, acts } = play(plan.talk(), [])
  const isFirst = acts.findIndex(({ do: what }) => what === 'hear') > 0
  return { request: isFirst ? said.join('') : '', secured: acts[0]?.do === 'secure' }
}

/** What OpenSSH says right after its identification. */
const ALGORITHMS = latin1(recordedBytes('ssh')).replace(/^.*\r\n/, '')

/** The conversation with a service that says `first`. */
function held(plan: ExchangePlan, first: string): Play<Told | null> {
  const text = /^SSH-[^\n]*\n$/.test(first) ? `${first}${ALGORITHMS}` : first
  return play(plan.talk(), (said, turn) =>
    turn === 0 ? text || null : (LATER.find(([pattern]) => pattern.test(said))?.[1] ?? null),
  )
}

function conversation(script: Script, to: Endpoint, plan: ExchangePlan): Exchange {
  const connect = connection(script, to, plan.timeoutMs)
  const nothing = {
    tls: null,
    reply: null,
    told: null,
    transcript: [],
    ending: null,
    standing: null,
    waitedMs: 0,
  } as const
  if (connect.outcome !== 'connected') return { ...nothing, connect, silent: false }
  const found = at(script.exchange, to)
  const asked = askedBy(plan)
  const told = typeof found === 'function' ? found(plan, asked) : found
  const usual = /^(GET|CONNECT) /.test(asked.request) ? PAGE : (USUAL[to.port] ?? '')
  const given = typeof told === 'object' ? told.reply : undefined
  const text =
    typeof told === 'string' ? told : given ? latin1(given.bytes) : given === null ? '' : usual
  const { acts, told: outcome } = held(plan, text)
  const isSecured = acts.some(({ do: what }) => what === 'secure')
  const tls = isSecured ? session(at(script.tls, to) ?? {}) : null
  const broken = tls !== null && tls.outcome !== 'established'
  const silent = !broken && text === ''
  return {
    ...nothing,
    connect,
    tls,
    reply: broken ? null : reply(text),
    told: broken ? null : outcome,
    transcript: broken || silent ? [] : [`< ${text.split('\r\n')[0]}`],
    silent,
    waitedMs: silent ? plan.patienceMs : 0.8,
    ...(typeof told === 'object' && told),
  }
}

/** A message that answers a question with `data`. */
export function answering(query: DnsQuery, data: readonly DnsData[], rcode = 0): DnsMessage {
  const type = typeNumber(query.type) ?? 0
  const ask = dnsQuery({ id: 1, name: query.name, type })
  const answers = data.map((one) => ({
    name: query.name,
    type,
    class: 1,
    ttlSeconds: 60,
    data: one,
  }))
  return { ...ask, qr: true, ra: true, rcode, answers }
}

function resolved(script: Script, query: DnsQuery): DnsMessage {
  const { name, type } = query
  const exchangers = (script.mail?.[name] ?? []).map((text): DnsData => {
    const [preference = '0', exchange = ''] = text.split(' ')
    return { kind: 'MX', preference: Number(preference), exchange }
  })
  if (type === 'MX') return answering(query, exchangers, exchangers.length > 0 ? 0 : 3)
  if (name === '.') return answering(query, [{ kind: 'NS', name: 'a.root-servers.net' }])
  const all = script.zone?.[name]
  const kind = type === 'AAAA' ? 'AAAA' : 'A'
  const fitting = (all ?? []).filter((one) => familyOf(one) === (kind === 'A' ? 4 : 6))
  return answering(
    query,
    fitting.map((address) => ({ kind, address })),
    all ? 0 : 3,
  )
}

function nameServer(script: Script, query: DnsQuery): DnsReply {
  const found = script.dns?.[query.server]
  const told = typeof found === 'function' ? found(query) : (found ?? {})
  const outcome = told.outcome ?? 'answer'
  return {
    command: `dig @${query.server} ${query.name} ${query.type}`,
    lines: [outcome],
    query,
    outcome,
    errno: null,
    message: outcome === 'answer' ? resolved(script, query) : null,
    transport: 'udp',
    tookMs: outcome === 'timeout' ? query.timeoutMs : 2,
    ...told,
  }
}

function systemLookup(script: Script, name: string): Lookup {
  const addresses = (script.zone?.[name] ?? []).map((address) => ({
    address,
    family: familyOf(address) ?? 4,
  }))
  const errno = addresses.length > 0 ? null : 'ENOTFOUND'
  const command = `getent ahosts ${name}`
  return { command, lines: [], addresses, errno, tookMs: 2, ...script.lookup?.[name] }
}

function echo(script: Script, address: string, ttl: number | null, device: string | null): Echo {
  const found = script.ping?.[address]
  const told = typeof found === 'function' ? found(ttl, device) : (found ?? {})
  const received = told.received ?? 1
  return {
    command: `ping -c 1 ${address}`,
    lines: [`1 packets transmitted, ${received} received`],
    address,
    sent: 1,
    received,
    rttMs: received > 0 ? 0.5 : null,
    ttl: received > 0 ? 63 : null,
    errors: [],
    possible: true,
    because: null,
    ...told,
  }
}

function segment(script: Script, to: Endpoint, options: SegmentOptions): Segment {
  const told = at(script.segment, to)
  return {
    command: `nping --tcp --flags ${options.flags} -p ${to.port} -c 1 ${to.address}`,
    lines: [],
    endpoint: to,
    flags: options.flags,
    answer: typeof told === 'function' ? null : (told ?? null),
    errors: [],
    possible: script.segment !== undefined,
    ...(typeof told === 'function' && told(options)),
  }
}

/** The probes of a script. Each takes the time that it says it took. */
export function scriptedProbes(script: Script = {}): Probes {
  const slowly = async <T>(ms: number, value: T): Promise<T> => {
    await pass(ms)
    return value
  }
  return {
    lookup: (name, timeoutMs) => {
      const found = systemLookup(script, name)
      const late = found.tookMs > timeoutMs
      return late
        ? slowly(timeoutMs, { ...found, addresses: [], errno: 'timeout', tookMs: timeoutMs })
        : slowly(found.tookMs, found)
    },
    dns: (query) => {
      const found = nameServer(script, query)
      return slowly(found.tookMs, found)
    },
    connect: (to, timeoutMs) => {
      const found = connection(script, to, timeoutMs)
      return slowly(found.tookMs, found)
    },
    exchange: async (to, plan) => {
      const found = conversation(script, to, plan)
      await pass(found.connect.tookMs)
      if (found.connect.outcome === 'connected') plan.onConnected?.()
      return slowly((found.tls?.tookMs ?? 0) + found.waitedMs, found)
    },
    largeWrite: (to, size) =>
      slowly(5, {
        command: `head -c ${size} /dev/zero | nc ${to.address} ${to.port}`,
        lines: [],
        outcome: script.largeWrite ?? 'acknowledged',
      }),
    ping: (address, { ttl = null, device = null, timeoutMs }) => {
      const found = echo(script, address, ttl, device)
      const ended = found.received > 0 || found.errors.length > 0 || !found.possible
      return slowly(ended ? 1 : timeoutMs, found)
    },
    segment: (to, options) => {
      const found = segment(script, to, options)
      const heard = !found.possible || found.answer !== null || found.errors.length > 0
      return slowly(heard ? 1 : options.timeoutMs, found)
    },
    neighbour: (address, device) =>
      slowly(1, {
        command: `arping -c 1 -I ${device} ${address}`,
        lines: [],
        address,
        device,
        // A host does not hear its own answer.
        ...(address === (script.from ?? '10.77.1.2')
          ? ({ outcome: 'silent', macs: [] } as const)
          : ({ outcome: 'answered', macs: ['02:00:00:00:00:02'] } as const)),
        because: null,
        ...script.neighbour?.[address],
      }),
    watchIcmp: async () => {
      const { icmp = [] } = script
      return icmp && { stop: async () => icmp }
    },
    watchSegments: () => {
      const { heard = null } = script
      return heard && { stop: () => heard }
    },
    environment: script.environment ?? {},
    owner: script.owner ?? null,
    now: Date.now,
  }
}
