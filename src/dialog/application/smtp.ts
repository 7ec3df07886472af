/** SMTP, RFC 5321: commands and replies until STARTTLS is granted or the message's text begins. */
import { enhancedCode } from '../smtp.ts'
import type { Application, ApplicationFinding, Decoder, Payload } from './decoder.ts'
import { ExchangeLog } from './exchange.ts'
import { LineReader } from './line.ts'
import { ReplyReader } from './reply-reader.ts'

/** Commands of a client, RFC 5321 §4.1 and its extensions. */
const COMMAND = /^(?:EHLO|HELO|LHLO|MAIL FROM:|RCPT TO:|DATA|STARTTLS|AUTH|QUIT|RSET|NOOP|VRFY)\b/i

class SmtpDecoder implements Decoder {
  readonly service = 'smtp'
  readonly log = new ExchangeLog()
  readonly #commands = new LineReader()
  readonly #replies = new ReplyReader()
  #greeting = ''
  #command = ''
  #inMessage = false
  #inSecret = false
  #encrypted = false
  #finding: ApplicationFinding | null = null

  take(payload: Payload): boolean {
    const { fromClient, view, at, end, gapBytes } = payload
    if (gapBytes > 0) (fromClient ? this.#commands : this.#replies).drop()
    if (fromClient) for (const line of this.#commands.take(view, at, end)) this.#said(line, payload)
    else
      for (const reply of this.#replies.take(view, at, end)) {
        this.#replied(reply.code, reply.text, payload)
        if (this.#encrypted) return false
      }
    return true
  }

  #said(line: string, { timeNs, frame }: Payload): void {
    if (this.#inMessage) {
      if (line !== '.') return
      this.#inMessage = false
    }
    // What is sent after AUTH are the user's name and password.
    const told = this.#inSecret ? '(credentials)' : line.replace(/^(AUTH \S+) .*/i, '$1 …')
    this.#command = told.toUpperCase()
    this.log.ask(told === '.' ? '(message)' : told, timeNs, frame)
  }

  #replied(code: number, text: string, { timeNs, frame }: Payload): void {
    const { answered, asked } = this.log.answer(text, timeNs, frame)
    if (this.#greeting === '' && asked === '') this.#greeting = text
    this.#inMessage = code === 354
    this.#inSecret = code === 334
    this.#encrypted = code === 220 && this.#command === 'STARTTLS'
    if (code < 400 || this.#finding !== null) return
    const enhanced = enhancedCode(text)
    const loginRefused =
      code === 535 || code === 534 || (enhanced?.subject === 7 && /^AUTH/.test(this.#command))
    this.#finding = {
      cause: loginRefused ? 'session.login-refused' : 'smtp.refused',
      sentence: `the mail server answered ${asked === '' ? 'its caller' : asked} with ${answered}`,
      frames: [frame],
    }
  }

  facts(): Readonly<Record<string, string>> {
    return {
      ...(this.#greeting !== '' && { greeting: this.#greeting }),
      ...(this.#encrypted && { encrypted: 'STARTTLS' }),
    }
  }

  finding(): ApplicationFinding | null {
    return this.#finding
  }
}

/** SMTP, by a greeting that names it or by a command that only SMTP has. */
export const SMTP: Application = {
  name: 'smtp',
  transport: 'tcp',
  recognise: ({ client, server }) =>
    /^[245]\d\d[ -][^\n]*\bE?SMTP\b/i.test(server) ||
    /^(?:EHLO|HELO|LHLO) \S/i.test(client) ||
    (/^220[ -]/.test(server) &&
      COMMAND.test(client) &&
      !/^(?:AUTH TLS|AUTH SSL|QUIT|NOOP)/i.test(client)),
  open: () => new SmtpDecoder(),
}
