/**
 * TLS by what is said in clear: the hellos with server name, ALPN and version, and alerts until
 * encryption begins. RFC 8446 §5.1: records; an alert after the change of ciphers cannot be read.
 */
import { isStopped } from '../../base/stopped.ts'
import { bytesBetween, joinBytes, viewOf } from '../../wire/bytes.ts'
import { alertName, readTlsRecord, TLS_CONTENT, tlsVersionName } from '../tls.ts'
import { cipherSuiteName, readClientHello, readServerHello } from '../tls-hello.ts'
import type { Application, ApplicationFinding, Decoder, Payload } from './decoder.ts'
import { ExchangeLog } from './exchange.ts'

/** Bytes that are put together of each side; hellos are far shorter, chains of certificates are not needed. */
const MOST_BYTES = 1 << 16

/** Records that carry alerts and hellos come first; a connection's later ones tell nothing. */
const MOST_RECORDS = 32

const CLIENT_HELLO = 1
const SERVER_HELLO = 2

class Direction {
  rest: Uint8Array = new Uint8Array(0)
  /** Bytes of a long record that are passed over. */
  skipBytes = 0
  handshake: Uint8Array = new Uint8Array(0)
  records = 0
  helloRead = false
  encrypted = false
}

class TlsDecoder implements Decoder {
  readonly service = 'tls'
  readonly log = new ExchangeLog()
  readonly #client = new Direction()
  readonly #server = new Direction()
  readonly #facts: Record<string, string> = {}
  #finding: ApplicationFinding | null = null

  take(payload: Payload): boolean {
    const { fromClient, gapBytes } = payload
    const direction = fromClient ? this.#client : this.#server
    if (gapBytes > direction.skipBytes) return false
    direction.skipBytes -= gapBytes
    if (!this.#records(direction, payload)) return false
    const [client, server] = [this.#client, this.#server]
    return client.records + server.records < MOST_RECORDS && !(client.encrypted && server.encrypted)
  }

  #records(direction: Direction, payload: Payload): boolean {
    const passed = Math.min(direction.skipBytes, payload.end - payload.at)
    direction.skipBytes -= passed
    const piece = bytesBetween(payload.view, payload.at + passed, payload.end)
    const bytes = joinBytes(direction.rest, piece)
    const view = viewOf(bytes)
    let at = 0
    while (at < bytes.length) {
      const record = readTlsRecord(view, at, bytes.length)
      if (isStopped(record)) {
        if (bytes.length - at >= 5) return false
        break
      }
      const opaque = record.contentType === TLS_CONTENT.applicationData || direction.encrypted
      if (opaque) {
        direction.encrypted = true
        direction.skipBytes = record.fragmentAt + record.lengthBytes - record.fragmentEnd
      } else if (!record.complete) break
      else
        this.#record(
          direction,
          bytesBetween(view, record.fragmentAt, record.fragmentEnd),
          record.contentType,
          payload,
        )
      direction.records++
      at = record.fragmentEnd
    }
    direction.rest = bytes.slice(at)
    return direction.rest.length < MOST_BYTES
  }

  #record(direction: Direction, fragment: Uint8Array, type: number, payload: Payload): void {
    if (type === TLS_CONTENT.changeCipherSpec) direction.encrypted = true
    else if (type === TLS_CONTENT.alert && fragment.length === 2) this.#alert(fragment, payload)
    else if (type === TLS_CONTENT.handshake && !direction.helloRead) {
      direction.handshake = joinBytes(direction.handshake, fragment)
      const view = viewOf(direction.handshake)
      const whole = view.byteLength >= 4 && view.byteLength >= 4 + (view.getUint32(0) & 0xffffff)
      if (!whole && view.byteLength < MOST_BYTES) return
      direction.helloRead = true
      this.#hello(view, payload)
      direction.handshake = new Uint8Array(0)
    }
  }

  #hello(view: DataView, { timeNs, frame }: Payload): void {
    const kind = view.byteLength === 0 ? 0 : view.getUint8(0)
    if (kind === CLIENT_HELLO) {
      const hello = readClientHello(view, 0, view.byteLength)
      if (isStopped(hello)) return
      if (hello.serverName !== null) this.#facts['server name'] = hello.serverName
      if (hello.alpn.length > 0) this.#facts['offered protocols'] = hello.alpn.join(', ')
      const name = hello.serverName === null ? '' : ` for ${hello.serverName}`
      this.log.ask(`ClientHello${name}`, timeNs, frame)
    } else if (kind === SERVER_HELLO) {
      const hello = readServerHello(view, 0, view.byteLength)
      if (isStopped(hello)) return
      const version = tlsVersionName(hello.version)
      this.#facts.version = version
      this.#facts.cipher = cipherSuiteName(hello.cipherSuite)
      if (hello.alpn[0] !== undefined) this.#facts.protocol = hello.alpn[0]
      // After a request to try again another hello follows in the same way.
      if (hello.retry) this.#client.helloRead = this.#server.helloRead = false
      this.log.answer(
        `${hello.retry ? 'HelloRetryRequest' : 'ServerHello'}, ${version}`,
        timeNs,
        frame,
      )
    }
  }

  #alert(fragment: Uint8Array, { fromClient, timeNs, frame }: Payload): void {
    const [level = 0, code = 0] = fragment
    const words = `alert ${alertName(code)}`
    if (fromClient) this.log.ask(words, timeNs, frame)
    else this.log.answer(words, timeNs, frame)
    this.#facts.alert = `${alertName(code)} from the ${fromClient ? 'client' : 'server'}`
    const cause = level === 2 ? causeOf(code, fromClient) : null
    if (cause !== null)
      this.#finding ??= {
        cause,
        sentence: `the ${fromClient ? 'client' : 'server'} ended the TLS handshake with the alert ${alertName(code)}`,
        frames: [frame],
      }
  }

  facts(): Readonly<Record<string, string>> {
    return this.#facts
  }

  finding(): ApplicationFinding | null {
    return this.#finding
  }
}

/** The cause that a fatal alert supports, RFC 8446 §6.2. */
function causeOf(code: number, fromClient: boolean): string | null {
  if (code === 40 || code === 70 || code === 71 || code === 86) return 'tls.no-common-version'
  if (code === 112) return 'tls.wrong-name'
  if (fromClient) {
    if (code === 45) return 'tls.expired'
    return code === 48 || code === 42 || code === 46 ? 'tls.untrusted' : null
  }
  return code === 116 || code === 42 || code === 48 ? 'tls.client-certificate' : null
}

/** TLS, by the client's or the server's first record. */
export const TLS: Application = {
  name: 'tls',
  transport: 'tcp',
  recognise: ({ client, server }) =>
    /^\x16\x03[\0-\x04][\0-\x48][\s\S]\x01/.test(client) ||
    /^(?:\x16\x03[\0-\x04][\0-\x48][\s\S]\x02|\x15\x03[\0-\x04]\0\x02[\x01\x02])/.test(server),
  open: () => new TlsDecoder(),
}
