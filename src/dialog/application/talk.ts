/**
 * What one connection talks, told by content and not by port: its first bytes are shown to the
 * applications of the list, and the one that recognises them follows the rest.
 */
import { bytesBetween, latin1 } from '../../wire/bytes.ts'
import {
  type Application,
  type ApplicationFinding,
  type Decoder,
  OPENING_BYTES,
  type Payload,
} from './decoder.ts'
import { DNS, DNS_OVER_TCP } from './dns.ts'
import { FTP } from './ftp.ts'
import { HTTP } from './http.ts'
import { SMTP } from './smtp.ts'
import { SSH } from './ssh.ts'
import { TLS } from './tls.ts'

/** What is recognised, the most frequent first. */
export const APPLICATIONS: readonly Application[] = [HTTP, TLS, SSH, SMTP, FTP, DNS, DNS_OVER_TCP]

const FREQUENT: readonly Application[] = APPLICATIONS.filter(
  ({ recogniseFirst }) => recogniseFirst !== undefined,
)

/** Pieces of an opening that are waited for before a connection is given up as unknown. */
const MOST_PIECES = 8

/** Bytes that are kept of such a connection: a capture has a hundred thousand of them open at a time. */
const MOST_KEPT_BYTES = OPENING_BYTES

/** What is remembered of one connection's talk. */
export class Talk {
  /** Null until the content showed what is spoken. */
  decoder: Decoder | null = null
  readonly #transport: 'tcp' | 'udp'
  /** Both sides' first bytes, and the pieces they came in: the decoder is given them once it is known. */
  #client = ''
  #server = ''
  #pieces: Payload[] | null = null
  /** Nothing more can be told, whichever side's bytes may still come. */
  #done = false

  constructor(transport: 'tcp' | 'udp') {
    this.#transport = transport
  }

  /** Takes the next payload; false when nothing more of this connection can tell anything. */
  take(payload: Payload): boolean {
    if (!this.#done) this.#done = !this.#follow(payload)
    return !this.#done
  }

  #follow(payload: Payload): boolean {
    if (this.decoder !== null) return this.decoder.take(payload)
    const { fromClient, view, at, end } = payload
    const known =
      this.#pieces === null && this.#transport === 'tcp'
        ? FREQUENT.find(({ recogniseFirst }) => recogniseFirst?.(fromClient, view, at, end))
        : undefined
    const found = known ?? this.#recognise(payload)
    if (found === undefined) return this.#keep(payload)
    this.decoder = found.open()
    const pieces = this.#pieces ?? []
    this.#forget()
    for (const piece of pieces) if (!this.decoder.take(piece)) return false
    return this.decoder.take(payload)
  }

  #recognise({ fromClient, view, at, end }: Payload): Application | undefined {
    const text = latin1(bytesBetween(view, at, Math.min(end, at + OPENING_BYTES)))
    if (fromClient) this.#client = (this.#client + text).slice(0, OPENING_BYTES)
    else this.#server = (this.#server + text).slice(0, OPENING_BYTES)
    const opening = { client: this.#client, server: this.#server }
    return APPLICATIONS.find(
      ({ transport, recognise }) => transport === this.#transport && recognise(opening),
    )
  }

  /** The bytes are the caller's: what may be needed again is copied. */
  #keep(payload: Payload): boolean {
    const bytes = bytesBetween(payload.view, payload.at, payload.end).slice()
    const view = new DataView(bytes.buffer)
    this.#pieces ??= []
    this.#pieces.push({ ...payload, view, at: 0, end: bytes.length })
    const keptBytes = this.#pieces.reduce((sum, { end }) => sum + end, 0)
    const more = this.#pieces.length < MOST_PIECES && keptBytes < MOST_KEPT_BYTES
    if (!more) this.#forget()
    return more
  }

  #forget(): void {
    this.#pieces = null
    this.#client = this.#server = ''
  }

  /** What is wrong by the application's own words; null where nothing is, or nothing was understood. */
  finding(): ApplicationFinding | null {
    return this.decoder?.finding() ?? null
  }
}
