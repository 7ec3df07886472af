/**
 * Greetings in bytes: TLS (RFC 8446), MySQL (protocol 10), PostgreSQL (protocol 3), DNS over TCP
 * or UDP (RFC 1035), RDP (ISO 8073 in RFC 1006), LDAP (RFC 4511), AMQP 0-9-1, telnet (RFC 854),
 * HTTP/2 in clear (RFC 9113).
 */
import { isStopped } from '../base/stopped.ts'
import { latin1, viewOf } from '../wire/bytes.ts'
import { readDns } from '../wire/dns.ts'
import type { Found, Service } from './identity.ts'
import { isTlsRecord, readTlsAlert } from './tls.ts'

type Recogniser = (bytes: Uint8Array, expected: Service | null) => Found | null

/** True where the bytes begin so; null stands for any byte. */
const begins = (bytes: Uint8Array, ...pattern: readonly (number | null)[]): boolean =>
  bytes.length >= pattern.length && pattern.every((byte, at) => byte === null || bytes[at] === byte)

const tls: Recogniser = (bytes) => {
  if (!isTlsRecord(bytes)) return null
  const alert = readTlsAlert(bytes)
  return { service: 'tls', text: alert === null ? 'TLS record' : `TLS alert ${alert.name}` }
}

/** Packet length 24 (little-endian), number 8, then protocol 10 and a version, or 255 and an error. */
const mysql: Recogniser = (bytes, expected) => {
  const length = (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16)
  if (bytes.length < 7 || length > 1024) return null
  // More may follow the greeting only where the client went on from there.
  if (length + 4 < bytes.length && expected !== 'mysql') return null
  if (bytes[3] === 0 && bytes[4] === 10) {
    const said = /^(\d+\.[\x20-\x7e]*)\0/.exec(latin1(bytes.subarray(5, 4 + length)))?.[1]
    if (said === undefined) return null
    const isMariaDb = /mariadb/i.test(said)
    // MariaDB says 5.5.5 first, for replicas of old that stop at a major version of 10.
    const version = isMariaDb ? said.replace(/^5\.5\.5-/, '').replace(/-MariaDB.*$/i, '') : said
    return { service: 'mysql', product: isMariaDb ? 'MariaDB' : 'MySQL', version, text: said }
  }
  // Error 1040 (too many connections), 1129 and 1130 (the host is not allowed), …
  const error = (bytes[5] ?? 0) | ((bytes[6] ?? 0) << 8)
  if (bytes[4] !== 0xff || error < 1000 || error > 5000) return null
  return { service: 'mysql', text: latin1(bytes.subarray(7, 4 + length)).replace(/^#\w{5}/, '') }
}

/** `E`, a length, and fields `SFATAL`…; `R`, 8 or 12 bytes, an authentication; `S` or `N` to SSLRequest. */
const postgres: Recogniser = (bytes, expected) => {
  const found = { service: 'postgres', product: 'PostgreSQL' } as const
  const answered = expected === 'postgres' && /^[SN]/.test(latin1(bytes.subarray(0, 1)))
  const message = answered ? bytes.subarray(1) : bytes
  if (begins(message, 0x45, 0, 0, null, null, 0x53)) {
    const text = latin1(message)
      .split('\0')
      .find((field) => field.startsWith('M'))
    return { ...found, text: text?.slice(1) ?? '' }
  }
  if (begins(message, 0x52, 0, 0, 0, null, 0, 0, 0))
    return { ...found, text: 'authentication request' }
  return answered && message.length === 0 ? found : null
}

/** A whole response to one question, with its length in front over TCP. */
const dns: Recogniser = (bytes) => {
  const view = viewOf(bytes)
  const isTcp = bytes.length > 2 && view.getUint16(0) === bytes.length - 2
  const message = readDns(view, isTcp ? 2 : 0, bytes.length)
  if (isStopped(message) || !message.qr || message.damaged !== null) return null
  return message.questions.length === 1 && message.opcode === 0
    ? { service: 'dns', text: 'DNS response' }
    : null
}

/** A TPKT of version 3 with a connection confirm (0xd0) inside. */
const rdp: Recogniser = (bytes) =>
  begins(bytes, 3, 0, null, null, null, 0xd0)
    ? { service: 'rdp', text: 'connection confirm' }
    : null

/** A sequence with a message id, then a bind response, a search result or an extended response. */
const ldap: Recogniser = (bytes) => {
  const long = (bytes[1] ?? 0) > 0x80 ? (bytes[1] ?? 0) - 0x80 : 0
  const at = 2 + long
  if (bytes[0] !== 0x30 || long > 4 || bytes[at] !== 2) return null
  const idBytes = bytes[at + 1] ?? 0
  const operation = bytes[at + 2 + idBytes] ?? 0
  const isResponse = idBytes >= 1 && idBytes <= 4 && [0x61, 0x64, 0x65, 0x78].includes(operation)
  return isResponse ? { service: 'ldap', text: 'LDAP response' } : null
}

/** The header that a server answers with when it speaks another version, or Connection.Start (10, 10). */
const amqp: Recogniser = (bytes) => {
  if (begins(bytes, 0x41, 0x4d, 0x51, 0x50) && bytes.length >= 8) {
    return { service: 'amqp', version: Array.from(bytes.subarray(5, 8)).join('-'), text: 'AMQP' }
  }
  if (!begins(bytes, 1, 0, 0, null, null, null, null, 0, 10, 0, 10)) return null
  const text = latin1(bytes)
  // A table's long string: its name, S, and a length of four bytes.
  const product = /product[S]\0{3}[\x01-\x40]([A-Za-z][\w .-]*)/.exec(text)?.[1] ?? null
  const version = /version[S]\0{3}[\x01-\x40](\d[\w.+-]*)/.exec(text)?.[1] ?? null
  return { service: 'amqp', product, version, text: 'AMQP connection start' }
}

/** IAC, then WILL, WONT, DO or DONT. */
const telnet: Recogniser = (bytes) => {
  if (bytes[0] !== 0xff || (bytes[1] ?? 0) < 0xfb || bytes[1] === 0xff) return null
  const said = latin1(bytes)
    .replace(/\xff[\xfb-\xfe].|\xff./gs, '')
    .trimStart()
  return { service: 'telnet', text: said.split(/\r?\n/)[0] ?? '' }
}

/** A SETTINGS frame on stream 0: length 24, type 4, flags, stream 32. */
const http2: Recogniser = (bytes) =>
  begins(bytes, 0, 0, null, 4, 0, 0, 0, 0, 0)
    ? { service: 'http', version: null, text: 'HTTP/2 settings' }
    : null

const RECOGNISERS: readonly Recogniser[] = [
  tls,
  telnet,
  mysql,
  rdp,
  http2,
  amqp,
  postgres,
  ldap,
  dns,
]

/** The service that a binary greeting shows, or null. */
export function recogniseBytes(bytes: Uint8Array, expected: Service | null): Found | null {
  for (const recognise of RECOGNISERS) {
    const found = recognise(bytes, expected)
    if (found !== null) return found
  }
  return null
}
