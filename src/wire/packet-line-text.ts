/**
 * The first line of a text protocol as tcpdump shows it behind a segment: `: HTTP: GET / HTTP/1.1`.
 * It goes by the port; only a line of printable ASCII is shown.
 */
import { writeDns } from './packet-line-dns.ts'
import type { LinePart } from './packet-line-part.ts'

type TextProtocol = {
  readonly name: string
  /** The requests it knows; null where every line is a request or a response. */
  readonly requests: ReadonlySet<string> | null
}

const HTTP: TextProtocol = {
  name: 'HTTP',
  // RFC 9110 §9.3, RFC 4918, RFC 3253 and what Microsoft added.
  requests: new Set(
    (
      'GET PUT COPY HEAD LOCK MOVE POLL POST BCOPY BMOVE MKCOL TRACE LABEL MERGE DELETE SEARCH ' +
      'UNLOCK REPORT UPDATE NOTIFY BDELETE CONNECT OPTIONS CHECKIN PROPFIND CHECKOUT CCM_POST ' +
      'SUBSCRIBE PROPPATCH BPROPFIND BPROPPATCH UNCHECKOUT MKACTIVITY MKWORKSPACE UNSUBSCRIBE ' +
      'RPC_CONNECT VERSION-CONTROL BASELINE-CONTROL'
    ).split(' '),
  ),
}

const RTSP: TextProtocol = {
  name: 'RTSP',
  requests: new Set(
    (
      'OPTIONS DESCRIBE ANNOUNCE SETUP PLAY PAUSE TEARDOWN GET_PARAMETER SET_PARAMETER REDIRECT ' +
      'RECORD'
    ).split(' '),
  ),
}

/** In tcpdump's order: where both ports have a meaning the first one counts. */
const BY_PORT: readonly (readonly [number, TextProtocol])[] = [
  [25, { name: 'SMTP', requests: null }],
  [80, HTTP],
  [8080, HTTP],
  [554, RTSP],
  [8554, RTSP],
  [21, { name: 'FTP', requests: null }],
]

const SIP: TextProtocol = {
  name: 'SIP',
  // RFC 3261 §7.1 and its extensions.
  requests: new Set(
    'ACK BYE CANCEL DO INFO INVITE MESSAGE NOTIFY OPTIONS PRACK QAUTH REFER REGISTER SPRACK SUBSCRIBE UPDATE PUBLISH'.split(
      ' ',
    ),
  ),
}

/** Writes what SIP's datagram is (RFC 3261): its first line. */
export function writeSip(part: LinePart): void {
  part.sink.text('SIP')
  writeProtocol(part, SIP)
}

const SSH_PORT = 22
const DNS_PORT = 53
const BGP_PORT = 179
const WELL_KNOWN = new Map(BY_PORT)

/** Writes what the segment's payload is, where its ports tell; nothing for others. */
export function writeTcpText(part: LinePart): void {
  const { sourcePort, destinationPort } = part.headers
  if (isEither(part, SSH_PORT)) {
    writeSsh(part)
    return
  }
  if (WELL_KNOWN.has(sourcePort) || WELL_KNOWN.has(destinationPort)) {
    const protocol = BY_PORT.find(([port]) => isEither(part, port))?.[1]
    if (protocol !== undefined) {
      part.sink.text(`: ${protocol.name}`)
      writeProtocol(part, protocol)
    }
    return
  }
  if (isEither(part, DNS_PORT)) writeDnsStream(part)
  else if (isEither(part, BGP_PORT)) part.sink.text(': BGP')
}

const isEither = ({ headers }: LinePart, port: number): boolean =>
  headers.sourcePort === port || headers.destinationPort === port

function writeProtocol(part: LinePart, { name, requests }: TextProtocol): void {
  const { view, payloadAt: at, payloadEnd: end } = part.headers
  if (requests !== null && !isRequestOrResponse(view, at, end, requests)) return
  const { sink } = part
  for (let place = at; place < end; place++) {
    const byte = view.getUint8(place)
    if (byte === 0x0a || (byte === 0x0d && place + 1 < end && view.getUint8(place + 1) === 0x0a)) {
      sink.text(': ')
      copyAscii(part, at, place)
      return
    }
    if (byte !== 0x09 && (byte < 0x20 || byte > 0x7e)) return
  }
  sink.text(': ')
  copyAscii(part, at, end)
  sink.text(` [|${name.toLowerCase()}]`)
}

function copyAscii({ sink, headers }: LinePart, at: number, end: number): void {
  for (let place = at; place < end; place++) sink.byte(headers.view.getUint8(place))
}

/** A request's name, or three digits as the second word. */
function isRequestOrResponse(
  view: DataView,
  at: number,
  end: number,
  requests: ReadonlySet<string>,
): boolean {
  // `HTTP/1.1 200`, `HTTP/1.0 404`: most of what begins with H and is no HEAD.
  const first = word(view, at, end)
  if (first === '') return false
  if (requests.has(first.toUpperCase())) return true
  let from = at + first.length
  while (from < end && view.getUint8(from) === 0x20) from++
  return /^\d{3}$/.test(word(view, from, end))
}

/** Printable ASCII up to a space, at most 31 characters; empty where it ends in neither space nor line end. */
function word(view: DataView, at: number, end: number): string {
  let text = ''
  for (let place = at; place < end && text.length < 32; place++) {
    const byte = view.getUint8(place)
    if (byte === 0x20 || byte === 0x0d || byte === 0x0a || byte === 0x09) return text
    if (byte < 0x20 || byte > 0x7e) return ''
    text += String.fromCharCode(byte)
  }
  return ''
}

/** A banner, RFC 4253 §4.2: a line of printable ASCII that ends. */
function writeSsh(part: LinePart): void {
  const { view, payloadAt: at, payloadEnd: end } = part.headers
  for (let place = at; place < end; place++) {
    const byte = view.getUint8(place)
    if (byte === 0x0a || (byte === 0x0d && place + 1 < end && view.getUint8(place + 1) === 0x0a)) {
      part.sink.text(': SSH: ')
      copyAscii(part, at, place)
      return
    }
    if (byte < 0x20 || byte > 0x7e) return
  }
}

/** RFC 1035 §4.2.2: two bytes of length before each message. */
function writeDnsStream(part: LinePart): void {
  const { view, payloadAt: at, payloadEnd: end, payloadBytes } = part.headers
  if (payloadBytes < 2) {
    part.sink.text(` [DNS over TCP: length ${payloadBytes} < 2] (invalid)`)
    return
  }
  if (end - at < 2) return
  const bytes = view.getUint16(at)
  part.sink.byte(0x20)
  if (bytes !== payloadBytes - 2) {
    part.sink.text(`[prefix length(${bytes}) != length(${payloadBytes - 2})] `)
  }
  writeDns(part, at + 2, payloadBytes - 2, false)
}
