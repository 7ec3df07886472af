/** What the decoders of FTP and SMTP share: lines of commands, replies, a greeting, and TLS that ends the reading. */
import type { ApplicationFinding, Decoder, Payload } from './decoder.ts'
import { ExchangeLog } from './exchange.ts'
import { LineReader } from './line.ts'
import { ReplyReader, type SpokenReply } from './reply-reader.ts'

/** Follows a connection on which a client's commands are answered by replies. */
export abstract class CommandDecoder implements Decoder {
  abstract readonly service: string
  readonly log: ExchangeLog = new ExchangeLog()
  /** The command that made the rest unreadable; empty where it is in clear. */
  protected encryptedBy = ''
  protected found: ApplicationFinding | null = null
  readonly #commands = new LineReader()
  readonly #replies = new ReplyReader()
  #greeting = ''

  /** A line of the client. */
  protected abstract said(line: string, payload: Payload): void

  /** A whole reply of the server. */
  protected abstract replied(reply: SpokenReply, payload: Payload): void

  take(payload: Payload): boolean {
    const { fromClient, view, at, end, gapBytes } = payload
    if (gapBytes > 0) (fromClient ? this.#commands : this.#replies).drop()
    if (fromClient) for (const line of this.#commands.take(view, at, end)) this.said(line, payload)
    else
      for (const reply of this.#replies.take(view, at, end)) {
        this.replied(reply, payload)
        if (this.encryptedBy !== '') return false
      }
    return true
  }

  /** Logs an answer; the first one to nothing is the greeting. Gives what it answers. */
  protected answer(text: string, { timeNs, frame }: Payload): string {
    const { asked } = this.log.answer(text, timeNs, frame)
    if (this.#greeting === '' && asked === '') this.#greeting = text
    return asked
  }

  facts(): Readonly<Record<string, string>> {
    return {
      ...(this.#greeting !== '' && { greeting: this.#greeting }),
      ...this.ownFacts(),
      ...(this.encryptedBy !== '' && { encrypted: this.encryptedBy }),
    }
  }

  /** What one protocol alone has to tell. */
  protected ownFacts(): Readonly<Record<string, string>> {
    return {}
  }

  finding(): ApplicationFinding | null {
    return this.found
  }
}
