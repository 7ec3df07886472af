/** `rungs lab serve KIND [options]`: one service in one process, until it is ended. */
import type { SecureVersion } from 'node:tls'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { LabError } from '../surroundings.ts'
import { loadTopology, type Zone } from '../topology.ts'
import {
  serveAcceptClose,
  serveHold,
  serveHung,
  serveReset,
  serveSilent,
  serveUnread,
} from './broken.ts'
import { serveDatabase } from './database.ts'
import { RCODES, serveDns } from './dns.ts'
import { serveFtp } from './ftp.ts'
import { serveHttp } from './http.ts'
import { type Listening, sayReady } from './listen.ts'
import { serveProxy } from './proxy.ts'
import { serveSmtp } from './smtp.ts'
import { serveSsh } from './ssh.ts'

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

const OPTIONS = {
  port: text,
  bind: { type: 'string', multiple: true },
  backlog: text,
  certificate: text,
  status: text,
  location: text,
  header: { type: 'string', multiple: true },
  'newest-tls': text,
  'client-certificate': flag,
  'patience-ms': text,
  'delay-ms': text,
  greeting: text,
  'passive-address': text,
  'no-anonymous': flag,
  'dead-data': flag,
  hello: text,
  'tls-first': flag,
  kex: text,
  'host-key': text,
  answer: text,
  zone: text,
  rcode: text,
  silent: flag,
  truncates: flag,
  bogus: text,
  edns: text,
  override: { type: 'string', multiple: true },
  without: { type: 'string', multiple: true },
  to: text,
  count: text,
  every: text,
  resolver: text,
} as const satisfies ParseArgsConfig['options']

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']

const listening = (values: Values, port: number): Listening => ({
  port: Number(values.port ?? port),
  binds: values.bind ?? ['::'],
  ...(values.backlog !== undefined && { backlog: Number(values.backlog) }),
})

const greeting = (values: Values, port: number) => ({
  ...listening(values, port),
  delayMs: Number(values['delay-ms'] ?? 0),
  greeting: values.greeting ?? null,
})

/** The zone with some names answered otherwise (`NAME=ADDRESS,…`) and some gone. */
function zoneOf(values: Values): Zone {
  const without = values.without ?? []
  const kept = Object.entries(loadTopology(values.zone ?? 'standard').zone).filter(
    ([name]) => !without.includes(name),
  )
  const changed = (values.override ?? []).map((text): [string, Zone[string]] => {
    const [name = '', addresses = ''] = text.split('=')
    const all = addresses.split(',')
    const [A, AAAA] = [false, true].map((six) => all.filter((one) => one.includes(':') === six))
    return [name, { ...(A?.length && { A }), ...(AAAA?.length && { AAAA }) }]
  })
  return Object.fromEntries([...kept, ...changed])
}

const dns = (values: Values): Promise<void> =>
  serveDns(listening(values, 53), {
    zone: zoneOf(values),
    rcode: RCODES[(values.rcode ?? 'noerror') as keyof typeof RCODES],
    silent: values.silent ?? false,
    truncates: values.truncates ?? false,
    bogus: values.bogus === undefined ? null : Number(values.bogus),
    edns: (values.edns ?? null) as 'refused' | 'ignored' | null,
  })

const http = (values: Values): Promise<void> =>
  serveHttp({
    ...listening(values, 80),
    certificate: values.certificate ?? null,
    status: Number(values.status ?? 200),
    every: Number(values.every ?? 1),
    location: values.location ?? null,
    headers: values.header ?? [],
    newestTls: (values['newest-tls'] ?? null) as SecureVersion | null,
    asksClientCertificate: values['client-certificate'] ?? false,
    ...(values['patience-ms'] !== undefined && { patienceMs: Number(values['patience-ms']) }),
  })

const proxy = (values: Values): Promise<void> =>
  serveProxy({
    ...listening(values, 3128),
    status: values.status === undefined ? null : Number(values.status),
    resolver: values.resolver ?? '203.0.113.53',
  })

const answering = (values: Values, port: number) => ({
  ...listening(values, port),
  answer: values.answer ?? null,
})

/** Each kind's default port is the protocol's own. */
const KINDS: Readonly<Record<string, (values: Values) => Promise<void>>> = {
  http,
  dns,
  proxy,
  ssh: (values) =>
    serveSsh({
      ...greeting(values, 22),
      keyExchange: values.kex?.split(',') ?? null,
      hostKey: values['host-key'] ?? 'key',
    }),
  smtp: (values) =>
    serveSmtp({
      ...greeting(values, 25),
      certificate: values.certificate ?? null,
      hello: values.hello ?? null,
      tlsFirst: values['tls-first'] ?? false,
    }),
  ftp: (values) =>
    serveFtp({
      ...greeting(values, 21),
      passiveAddress: values['passive-address'] ?? null,
      anonymous: !values['no-anonymous'],
      dead: values['dead-data'] ?? false,
    }),
  postgres: (values) => serveDatabase('postgres', answering(values, 5432)),
  mysql: (values) => serveDatabase('mysql', answering(values, 3306)),
  redis: (values) => serveDatabase('redis', answering(values, 6379)),
  'accept-close': (values) => serveAcceptClose(listening(values, 80)),
  unread: (values) =>
    serveUnread({
      ...answering(values, 80),
      delayMs: values['delay-ms'] === undefined ? null : Number(values['delay-ms']),
    }),
  reset: (values) => serveReset({ ...answering(values, 80), greeting: values.greeting ?? null }),
  silent: (values) => serveSilent(listening(values, 80)),
  hung: (values) => serveHung(listening(values, 80)),
  hold: (values) =>
    serveHold(values.to ?? '127.0.0.1', Number(values.port ?? 80), Number(values.count ?? 1)),
}

/** Runs the service that `args` describes; resolves when it listens, and the process stays. */
export async function serveMain(args: readonly string[]): Promise<void> {
  // Whoever waited for the first line has gone; a word to them is lost, not fatal.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const [kind = '', ...rest] = args
  const serve = KINDS[kind]
  if (!serve) throw new LabError(`no service ${kind}: there are ${Object.keys(KINDS).join(', ')}`)
  const { values } = parseArgs({ args: rest, options: OPTIONS, strict: true })
  await serve(values)
  sayReady()
}
