/** A mail server that takes no data (RFC 5321), with TLS where it is told to (RFC 3207). */
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { labDirectory } from '../data.ts'
import { type GreetingOptions, onLines, verbOf } from './greeting.ts'
import { forgive, listen } from './listen.ts'

export type SmtpOptions = GreetingOptions & {
  /** Of `lab/tls/NAME.pem`; null for a server without TLS. */
  readonly certificate: string | null
  /** The answer to EHLO in place of the capabilities; null for those. */
  readonly hello: string | null
  /** TLS from the first byte on, in place of STARTTLS. */
  readonly tlsFirst: boolean
}

const SMTP_REPLIES: Readonly<Record<string, string>> = {
  HELO: '250 mail.lab.example',
  HELP: '214 2.0.0 this is a lab',
  VRFY: '252 2.0.0 cannot say',
  NOOP: '250 2.0.0 Ok',
  RSET: '250 2.0.0 Ok',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  QUIT: '221 2.0.0 Bye',
}

function upgrade(socket: net.Socket, certificate: string): TLSSocket {
  const read = (name: string): string => readFileSync(join(labDirectory(), 'tls', name), 'utf8')
  const [cert, key] = [read(`${certificate}.pem`), read('server.key')]
  return new TLSSocket(socket, { isServer: true, cert, key })
}

/** Answers line by line, inside TLS once that was asked for. */
function converse(stream: net.Socket, options: SmtpOptions): void {
  const { certificate, hello } = options
  const offered = certificate !== null && !(stream instanceof TLSSocket)
  const capabilities = ['250-mail.lab.example', '250-SIZE 10240000', '250 8BITMIME']
  if (offered) capabilities.splice(1, 0, '250-STARTTLS')
  onLines(forgive(stream), (line) => {
    const verb = verbOf(line)
    if (verb === 'STARTTLS' && offered) {
      stream.removeAllListeners('data').write('220 2.0.0 Ready to start TLS\r\n')
      converse(upgrade(stream, certificate), options)
    } else {
      const known = verb === 'EHLO' ? (hello ?? capabilities.join('\r\n')) : SMTP_REPLIES[verb]
      stream.write(`${known ?? '502 5.5.2 command not recognized'}\r\n`)
      if (verb === 'QUIT') stream.end()
    }
  })
}

/** Starts the mail server. */
export const serveSmtp = (options: SmtpOptions): Promise<void> =>
  listen(
    () =>
      net.createServer((socket) => {
        const { certificate, tlsFirst, greeting, delayMs } = options
        const stream = tlsFirst && certificate !== null ? upgrade(socket, certificate) : socket
        forgive(socket)
        const greet = (): void => {
          forgive(stream).write(`${greeting ?? '220 mail.lab.example ESMTP'}\r\n`)
          converse(stream, options)
        }
        setTimeout(greet, delayMs)
      }),
    options,
  )
