/**
 * What is spoken at a target, by its scheme: the conversation that is held there, the service that
 * should answer, how patiently it is listened to, and what a person would type for the same.
 */
import { printable } from '../base/printable.ts'
import { shellWord } from '../base/shell-word.ts'
import { type Conversation, insideTls, type Told } from '../dialog/conversation.ts'
import { httpRequest } from '../dialog/http.ts'
import type { Service } from '../dialog/identity.ts'
import { talkFtp } from '../dialog/talk/ftp.ts'
import { talkHttp } from '../dialog/talk/http.ts'
import { talkImap, talkLine, talkPop3 } from '../dialog/talk/line.ts'
import { talkMysql } from '../dialog/talk/mysql.ts'
import { talkPostgres } from '../dialog/talk/postgres.ts'
import { talkRedis } from '../dialog/talk/redis.ts'
import { talkSmtp } from '../dialog/talk/smtp.ts'
import { talkSsh } from '../dialog/talk/ssh.ts'
import { talkThrough } from '../dialog/talk/tunnel.ts'
import { familyOf } from '../wire/address.ts'
import { formatEndpoint, formatHost } from '../wire/endpoint.ts'
import type { Endpoint } from './probes.ts'
import type { Scheme } from './target.ts'

/** What is asked of an endpoint. */
export type Errand = {
  readonly scheme: Scheme
  readonly host: string
  readonly port: number
  readonly path: string
}

/** How a visit is made. */
export type Manner = {
  readonly userAgent: string
  /** A word by which a server's log shows this check: letters and digits, fit for a host's name. */
  readonly token: string
  /** For the whole of it. */
  readonly timeoutMs: number
  readonly patienceMs?: number
  readonly maxSegmentBytes?: number
  readonly onConnected?: () => void
  /** Where the endpoint is a proxy: what it is told of the user. */
  readonly proxy?: { readonly authorization: string | null }
  /** For ssh, the types of host keys to ask for first. */
  readonly keyTypes?: readonly string[]
  /** For how long the connection rests before our first word. */
  readonly restMs?: number
  /** Another conversation than the scheme's usual one. */
  readonly talk?: () => Conversation<Told | null>
  /** Tries another connection for the conversation, while its own is kept. */
  readonly reach?: (to: Endpoint) => Promise<boolean>
}

/** What a conversation is held for beside the usual. */
export type Purpose = Pick<Manner, 'keyTypes' | 'talk' | 'reach' | 'restMs'>

type Speech = {
  /** Who should answer; null where anybody may. */
  readonly service: Service | null
  /** The server speaks first. */
  readonly greets: boolean
  readonly patienceMs: number
  readonly talk: (errand: Errand, manner: Manner) => Conversation<Told | null>
  readonly command: (to: Endpoint, errand: Errand, manner: Manner) => string
}

/** For how long a server that greets first may look up who calls before it is given up. */
const GREETING_PATIENCE_MS = 15_000
/** For how long a server may think about a request. */
const REPLY_PATIENCE_MS = 8000
/** For how long a plain TCP port, which need not say anything, is listened to. */
const TCP_PATIENCE_MS = 250

const hostHeader = ({ scheme, host, port }: Errand): string =>
  port === (scheme === 'https' ? 443 : 80) ? formatHost(host) : `${formatHost(host)}:${port}`

/** What a proxy is told of the user. */
const user = ({ proxy }: Manner): Readonly<Record<string, string>> =>
  proxy?.authorization ? { 'Proxy-Authorization': proxy.authorization } : {}

/** A request for the page, to the server itself or, in absolute form, to a proxy (RFC 9112 §3.2.2). */
function talkWeb(errand: Errand, manner: Manner): Conversation<Told | null> {
  const { userAgent, proxy } = manner
  const host = hostHeader(errand)
  return talkHttp(
    httpRequest({
      path: proxy ? `http://${host}${errand.path}` : errand.path,
      host,
      userAgent,
      headers: user(manner),
    }),
  )
}

/** The same in TLS, through a tunnel where the endpoint is a proxy; it alone is told of the user. */
function talkSecureWeb(errand: Errand, manner: Manner): Conversation<Told | null> {
  const { userAgent, proxy } = manner
  const { proxy: _, ...direct } = manner
  const talk = insideTls(talkWeb(errand, direct), ['http/1.1'])
  if (!proxy) return talk
  const authority = `${formatHost(errand.host)}:${errand.port}`
  const headers = user(manner)
  return talkThrough(
    httpRequest({ method: 'CONNECT', path: authority, host: authority, userAgent, headers }),
    talk,
  )
}

/** curl, led to the very address that was visited. */
function curl(to: Endpoint, errand: Errand, { proxy }: Manner): string {
  const { scheme, host, port } = errand
  const there = formatEndpoint(to)
  const isName = familyOf(host) === null
  const way = proxy
    ? ` -x http://${there}`
    : isName
      ? ` --resolve ${host}:${port}:${formatHost(to.address)}`
      : ''
  const authority = hostHeader({ ...errand, host: isName || proxy ? host : to.address })
  return printable(`curl -v${way} ${shellWord(`${scheme}://${authority}${errand.path}`)}`)
}

const netcat = ({ address, port }: Endpoint): string => `nc ${address} ${port}`

const openssl = ({ address, port }: Endpoint, { host }: Errand): string =>
  `openssl s_client -quiet -connect ${formatHost(address)}:${port} -servername ${host}`

const greeting = (service: Service, talk: Speech['talk']): Speech => ({
  service,
  greets: true,
  patienceMs: GREETING_PATIENCE_MS,
  talk,
  command: netcat,
})

/** The same, in TLS from the first byte on. */
const inTls = (speech: Speech): Speech => ({
  ...speech,
  talk: (errand, manner) => insideTls(speech.talk(errand, manner)),
  command: openssl,
})

const HTTP: Speech = {
  service: 'http',
  greets: false,
  patienceMs: REPLY_PATIENCE_MS,
  talk: talkWeb,
  command: curl,
}
const SMTP = greeting('smtp', (_, { token }) => talkSmtp(`${token}.rungs.invalid`))
const IMAP = greeting('imap', talkImap)
const POP3 = greeting('pop3', talkPop3)

/** A database that answers what it is asked. */
const asked = (service: Service, talk: Speech['talk'], client: string, words = ''): Speech => ({
  service,
  greets: false,
  patienceMs: REPLY_PATIENCE_MS,
  talk,
  command: ({ address, port }) => `${client} ${address} -p ${port}${words}`,
})

const REDIS = asked('redis', talkRedis, 'redis-cli -h', ' ping')

const SPEECHES: Readonly<Record<Exclude<Scheme, 'dns'>, Speech>> = {
  http: HTTP,
  https: { ...HTTP, talk: talkSecureWeb },
  ssh: greeting('ssh', (_, { userAgent, token, keyTypes }) =>
    talkSsh({
      software: userAgent.replace(/ .*/, '').replace('/', '_'),
      farewell: token,
      ...(keyTypes && { keyTypes }),
    }),
  ),
  smtp: SMTP,
  smtps: inTls(SMTP),
  imap: IMAP,
  imaps: inTls(IMAP),
  pop3: POP3,
  pop3s: inTls(POP3),
  ftp: greeting('ftp', talkFtp),
  postgres: asked('postgres', (_, { token }) => talkPostgres(`rungs_${token}`), 'pg_isready -h'),
  mysql: {
    ...greeting('mysql', (_, { token }) => talkMysql(`rungs_${token}`)),
    command: ({ address, port }) => `mysqladmin -h ${address} -P ${port} ping`,
  },
  redis: REDIS,
  rediss: inTls(REDIS),
  tcp: {
    service: null,
    greets: false,
    patienceMs: TCP_PATIENCE_MS,
    talk: talkLine,
    command: netcat,
  },
}

/** What is spoken by a scheme; a name server is not visited but asked, see `dns-visit.ts`. */
export const speechOf = (scheme: Scheme): Speech => SPEECHES[scheme === 'dns' ? 'tcp' : scheme]

export const speaksHttp = (scheme: Scheme): boolean => scheme === 'http' || scheme === 'https'

/** TLS from the first byte on. */
export const speaksTls = (scheme: Scheme): boolean =>
  /^(https|smtps|imaps|pop3s|rediss)$/.test(scheme)

/** The server greets first. */
export const greets = (scheme: Scheme): boolean => speechOf(scheme).greets

/**
 * TLS is taken where it is offered, and no usual client goes away for a certificate: mail between
 * servers (RFC 7435, opportunistic security), libpq with its `sslmode=prefer`.
 */
export const isOpportunistic = ({ scheme, port }: Errand): boolean =>
  scheme === 'postgres' || (scheme === 'smtp' && port !== 587)
