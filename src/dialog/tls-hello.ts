/**
 * The two messages that open a TLS connection in clear, RFC 8446 §4.1.2 and §4.1.3. All fields
 * big-endian, lists with their length in front:
 *
 *    0  type 8 (1 client, 2 server) | length 24
 *    4  version 16 | random 256 | session id <8 bits>
 *       client: cipher suites <16> | compression methods <8>; server: suite 16 | compression 8
 *       extensions <16>, each a type 16 and data <16>
 */
import { isStopped, type Stopped } from '../base/stopped.ts'
import { bytesBetween, formatHex, latin1, stoppedAt } from '../wire/bytes.ts'

/** What both hellos tell. */
type Hello = {
  /** The field of old; extension 43 overrules it. */
  readonly legacyVersion: number
  /** ALPN, RFC 7301: what the client offers, or the one that the server chose. */
  readonly alpn: readonly string[]
  /** Extension 43, RFC 8446 §4.2.1: what the client offers, or the one that the server chose. */
  readonly supportedVersions: readonly number[]
  /** Why the extensions could not be read to their end. */
  readonly damaged: Stopped | null
}

/** What a client offers. */
export type ClientHello = Hello & {
  readonly cipherSuites: readonly number[]
  /** Server name indication, RFC 6066 §3. */
  readonly serverName: string | null
}

/** What a server chose. */
export type ServerHello = Hello & {
  readonly cipherSuite: number
  /** The version that is spoken. */
  readonly version: number
  /** A request to try again (§4.1.4), not yet an answer. */
  readonly retry: boolean
}

// IANA's registry “TLS ExtensionType Values”.
const SERVER_NAME = 0
const ALPN = 16
const SUPPORTED_VERSIONS = 43

/** The random of a HelloRetryRequest, RFC 8446 §4.1.3. */
const RETRY_RANDOM = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c'

const SESSION_AT = 4 + 2 + 32

/** A part of the message. */
type Span = { readonly at: number; readonly end: number }

/** What follows a length of `lengthBytes` bytes at `at`; stops where it passes `end`. */
function counted(view: DataView, at: number, end: number, lengthBytes: 1 | 2): Span | Stopped {
  if (end - at < lengthBytes) return stoppedAt('tls hello', at, lengthBytes, end)
  const length = lengthBytes === 1 ? view.getUint8(at) : view.getUint16(at)
  const from = at + lengthBytes
  return from + length > end
    ? stoppedAt('tls hello', at, lengthBytes + length, end)
    : { at: from, end: from + length }
}

/** The 16-bit numbers in a span; a last odd byte is left out. */
const numbersIn = (view: DataView, { at, end }: Span): number[] =>
  Array.from({ length: (end - at) >> 1 }, (_, index) => view.getUint16(at + 2 * index))

type Extensions = ReadonlyMap<number, Span>

function readExtensions(
  view: DataView,
  at: number,
  end: number,
): { extensions: Extensions; damaged: Stopped | null } {
  const extensions = new Map<number, Span>()
  // A hello of before RFC 5246 ends here.
  if (at === end) return { extensions, damaged: null }
  const all = counted(view, at, end, 2)
  const damaged = isStopped(all) ? all : null
  const last = isStopped(all) ? end : all.end
  for (let place = at + 2; place < last; ) {
    const span = counted(view, place + 2, last, 2)
    if (isStopped(span)) return { extensions, damaged: damaged ?? span }
    extensions.set(view.getUint16(place), span)
    place = span.end
  }
  return { extensions, damaged }
}

/** The names in an ALPN extension. */
function readAlpn(view: DataView, extensions: Extensions): string[] {
  const span = extensions.get(ALPN)
  const names: string[] = []
  if (span === undefined) return names
  for (let at = span.at + 2; at < span.end; ) {
    const name = counted(view, at, span.end, 1)
    if (isStopped(name)) break
    names.push(latin1(bytesBetween(view, name.at, name.end)))
    at = name.end
  }
  return names
}

/** The host name in a server name extension: a list of one, of kind 0. */
function readServerName(view: DataView, extensions: Extensions): string | null {
  const span = extensions.get(SERVER_NAME)
  if (span === undefined || span.end - span.at < 5 || view.getUint8(span.at + 2) !== 0) return null
  const name = counted(view, span.at + 3, span.end, 2)
  return isStopped(name) ? null : latin1(bytesBetween(view, name.at, name.end))
}

/** Where the session id ends, of a message of `type` at `at`; a length beyond `end` is no error yet. */
function readHead(view: DataView, at: number, end: number, type: 1 | 2): Span | Stopped {
  if (end - at < SESSION_AT) return stoppedAt('tls hello', at, SESSION_AT, end)
  if (view.getUint8(at) !== type) return stoppedAt('tls hello', at, SESSION_AT, at)
  const length = view.getUint32(at) & 0xffffff
  const last = Math.min(end, at + 4 + length)
  const session = counted(view, at + SESSION_AT, last, 1)
  return isStopped(session) ? session : { at: session.end, end: last }
}

/** Reads the handshake message at `at`; one that is not a client's hello stops with nothing that fits. */
export function readClientHello(view: DataView, at: number, end: number): ClientHello | Stopped {
  const body = readHead(view, at, end, 1)
  if (isStopped(body)) return body
  const suites = counted(view, body.at, body.end, 2)
  if (isStopped(suites)) return suites
  const compression = counted(view, suites.end, body.end, 1)
  if (isStopped(compression)) return compression
  const { extensions, damaged } = readExtensions(view, compression.end, body.end)
  const versions = extensions.get(SUPPORTED_VERSIONS)
  return {
    legacyVersion: view.getUint16(at + 4),
    cipherSuites: numbersIn(view, suites),
    serverName: readServerName(view, extensions),
    alpn: readAlpn(view, extensions),
    supportedVersions:
      versions === undefined ? [] : numbersIn(view, { at: versions.at + 1, end: versions.end }),
    damaged,
  }
}

/** Reads the handshake message at `at`; one that is not a server's hello stops with nothing that fits. */
export function readServerHello(view: DataView, at: number, end: number): ServerHello | Stopped {
  const body = readHead(view, at, end, 2)
  if (isStopped(body)) return body
  if (body.end - body.at < 3) return stoppedAt('tls hello', body.at, 3, body.end)
  const { extensions, damaged } = readExtensions(view, body.at + 3, body.end)
  const versions = extensions.get(SUPPORTED_VERSIONS)
  const supportedVersions = versions === undefined ? [] : numbersIn(view, versions)
  const legacyVersion = view.getUint16(at + 4)
  return {
    legacyVersion,
    version: supportedVersions[0] ?? legacyVersion,
    cipherSuite: view.getUint16(body.at),
    retry: formatHex(bytesBetween(view, at + 6, at + SESSION_AT)) === RETRY_RANDOM,
    alpn: readAlpn(view, extensions),
    supportedVersions,
    damaged,
  }
}

/** Those of IANA's registry “TLS Cipher Suites” that servers of today choose. */
const SUITES: Readonly<Record<number, string>> = {
  10: 'TLS_RSA_WITH_3DES_EDE_CBC_SHA',
  47: 'TLS_RSA_WITH_AES_128_CBC_SHA',
  53: 'TLS_RSA_WITH_AES_256_CBC_SHA',
  156: 'TLS_RSA_WITH_AES_128_GCM_SHA256',
  157: 'TLS_RSA_WITH_AES_256_GCM_SHA384',
  158: 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256',
  159: 'TLS_DHE_RSA_WITH_AES_256_GCM_SHA384',
  4865: 'TLS_AES_128_GCM_SHA256',
  4866: 'TLS_AES_256_GCM_SHA384',
  4867: 'TLS_CHACHA20_POLY1305_SHA256',
  4868: 'TLS_AES_128_CCM_SHA256',
  49171: 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  49172: 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  49195: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  49196: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  49199: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  49200: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  52392: 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  52393: 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
}

/** A cipher suite's name in the standard, or its number as `0x1305`. */
export const cipherSuiteName = (suite: number): string =>
  SUITES[suite] ?? `0x${suite.toString(16).padStart(4, '0')}`
