/**
 * What one connection talks, told by content and not by port: its first bytes are shown to the
 * applications of the list, and the one that recognises them follows the rest.
 */
import { bytesBetween, latin1, viewOf } from '../../wire/bytes.ts'
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

/** Pieces of an opening that are waited for before a connection is given up as unknown, and the bytes of them. */
const MOST_PIECES = 8
const MOST_WAITING_BYTES = OPENING_BYTES

/** Bytes that may be the begun head of a binary message; longer ones would have been recognised. */
const BEGUN_BYTES = 64

/** What the protocols that greet first speak: lines of text. */
const TEXT = /^[\t\r\n\x1b\x20-\x7e\x80-\xff]*$/

/** A piece that came before the protocol was known; its bytes are the next ones of its side's opening. */
type Spoken = Omit<Payload, 'view' | 'at' | 'end'> & { readonly bytes: number }

/** What is remembered of one connection's talk. */
export class Talk {
  /** Null until the content showed what is spoken. */
  decoder: Decoder | null = null
  readonly #transport: 'tcp' | 'udp'
  /** Both sides' first bytes, and the pieces they came in: the decoder is given them once it is known. */
  #client = ''
  #server = ''
  #spoken: Spoken[] | null = null
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
      this.#spoken === null && this.#transport === 'tcp'
        ? FREQUENT.find(({ recogniseFirst }) => recogniseFirst?.(fromClient, view, at, end))
        : undefined
    const found = known ?? this.#recognise(payload)
    if (found === undefined) return this.#wait(payload)
    this.decoder = found.open()
    return this.#repeat(this.decoder) && this.decoder.take(payload)
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

  /** The bytes are the caller's, but the opening holds them: only how they came is kept. */
  #wait({ fromClient, at, end, timeNs, frame, gapBytes }: Payload): boolean {
    this.#spoken ??= []
    this.#spoken.push({ fromClient, bytes: end - at, timeNs, frame, gapBytes })
    const bytes = this.#spoken.reduce((sum, piece) => sum + piece.bytes, 0)
    const mayTell = bytes <= BEGUN_BYTES || (TEXT.test(this.#client) && TEXT.test(this.#server))
    const more = mayTell && this.#spoken.length < MOST_PIECES && bytes < MOST_WAITING_BYTES
    if (!more) this.#forget()
    return more
  }

  /** Gives the decoder what was waited with, as it came. */
  #repeat(decoder: Decoder): boolean {
    const openings = { client: this.#client, server: this.#server }
    const spoken = this.#spoken ?? []
    this.#forget()
    for (const { bytes, ...piece } of spoken) {
      const side = piece.fromClient ? 'client' : 'server'
      const view = viewOf(bytesOfLatin1(openings[side].slice(0, bytes)))
      openings[side] = openings[side].slice(bytes)
      if (!decoder.take({ ...piece, view, at: 0, end: bytes })) return false
    }
    return true
  }

  #forget(): void {
    this.#spoken = null
    this.#client = this.#server = ''
  }

  /** What is wrong by the application's own words; null where nothing is, or nothing was understood. */
  finding(): ApplicationFinding | null {
    return this.decoder?.finding() ?? null
  }
}

const bytesOfLatin1 = (text: string): Uint8Array =>
  Uint8Array.from({ length: text.length }, (_, index) => text.charCodeAt(index))
