/** SMTP, RFC 5321: commands and replies until STARTTLS is granted or the message's text begins. */
import { enhancedCode } from '../smtp.ts'
import { CommandDecoder } from './command-decoder.ts'
import type { Application, Payload } from './decoder.ts'
import { shortened } from './exchange.ts'
import type { SpokenReply } from './reply-reader.ts'

/** Commands of a client, RFC 5321 §4.1 and its extensions. */
const COMMAND = /^(?:EHLO|HELO|LHLO|MAIL FROM:|RCPT TO:|DATA|STARTTLS|AUTH|QUIT|RSET|NOOP|VRFY)\b/i

class SmtpDecoder extends CommandDecoder {
  readonly service = 'smtp'
  #command = ''
  #inMessage = false
  #inSecret = false

  protected said(line: string, { timeNs, frame }: Payload): void {
    if (this.#inMessage) {
      if (line !== '.') return
      this.#inMessage = false
    }
    // What is sent after AUTH are the user's name and password.
    const told = this.#inSecret ? '(credentials)' : line.replace(/^(AUTH \S+) .*/i, '$1 …')
    this.#command = told.toUpperCase()
    this.log.ask(told === '.' ? '(message)' : told, timeNs, frame)
  }

  protected replied({ code, text }: SpokenReply, payload: Payload): void {
    const asked = this.answer(text, payload)
    this.#inMessage = code === 354
    this.#inSecret = code === 334
    if (code === 220 && this.#command === 'STARTTLS') this.encryptedBy = 'STARTTLS'
    if (code < 400 || this.found !== null) return
    const enhanced = enhancedCode(text)
    const loginRefused =
      code === 535 || code === 534 || (enhanced?.subject === 7 && /^AUTH/.test(this.#command))
    this.found = {
      cause: loginRefused ? 'session.login-refused' : 'smtp.refused',
      sentence: `the mail server answered ${asked === '' ? 'its caller' : asked} with ${shortened(text)}`,
      frames: [payload.frame],
    }
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
