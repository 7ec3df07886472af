/**
 * The services that speak first in lines: SMTP (RFC 5321) and FTP (RFC 959, with passive
 * transfers), as far as a check or curl talks to them.
 */
import net from 'node:net'
import { forgive, type Listening, listen } from './listen.ts'

export type GreetingOptions = Listening & {
  /** How long the greeting lets wait. */
  readonly delayMs: number
  /** The greeting in place of the usual one; null for that. */
  readonly greeting: string | null
}

/** Longer than a line of any of these protocols may be. */
const LINE_CHARACTERS = 4096

/** Calls `each` with every line that arrives, without its ending. */
export function onLines(socket: net.Socket, each: (line: string) => void): void {
  let rest = ''
  socket.setEncoding('latin1').on('data', (text: string) => {
    const lines = (rest + text).split(/\r?\n/)
    rest = (lines.pop() ?? '').slice(0, LINE_CHARACTERS)
    lines.forEach(each)
  })
}

/** The answer to a line; null closes the connection without one. */
type Dialog = (socket: net.Socket) => (line: string) => string | null

/** Greets, and then answers line by line. */
const greeter =
  (greeting: string, { delayMs }: GreetingOptions, dialog: Dialog) =>
  (): net.Server =>
    net.createServer((socket) => {
      forgive(socket)
      const answer = dialog(socket)
      const greet = (): void => {
        socket.write(`${greeting}\r\n`)
        onLines(socket, (line) => {
          const reply = answer(line)
          if (reply === null) socket.end()
          else if (reply !== '') socket.write(`${reply}\r\n`)
          if (/^QUIT\b/i.test(line)) socket.end()
        })
      }
      setTimeout(greet, delayMs)
    })

const verbOf = (line: string): string => line.trim().split(' ')[0]?.toUpperCase() ?? ''

const SMTP_REPLIES: Readonly<Record<string, string>> = {
  EHLO: '250-mail.lab.example\r\n250-SIZE 10240000\r\n250 8BITMIME',
  HELO: '250 mail.lab.example',
  HELP: '214 2.0.0 this is a lab',
  VRFY: '252 2.0.0 cannot say',
  NOOP: '250 2.0.0 Ok',
  RSET: '250 2.0.0 Ok',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  QUIT: '221 2.0.0 Bye',
}

/** A mail server that takes no data. */
export const serveSmtp = (options: GreetingOptions): Promise<void> =>
  listen(
    greeter(
      options.greeting ?? '220 mail.lab.example ESMTP',
      options,
      () => (line) => SMTP_REPLIES[verbOf(line)] ?? '502 5.5.2 command not recognized',
    ),
    options,
  )

const FTP_REPLIES: Readonly<Record<string, string>> = {
  USER: '331 Please specify the password.',
  PASS: '230 Login successful.',
  SYST: '215 UNIX Type: L8',
  FEAT: '211-Features:\r\n EPSV\r\n PASV\r\n211 End',
  PWD: '257 "/" is the current directory',
  CWD: '250 Directory successfully changed.',
  TYPE: '200 Switching mode.',
  NOOP: '200 NOOP ok.',
  QUIT: '221 Goodbye.',
}

const LISTING = '-rw-r--r--    1 0        0               5 Jan 01 00:00 hello.txt\r\n'

/** Opens a port for one transfer of the listing, and tells `ready` which. */
function openTransfer(ready: (port: number) => void, done: () => void): void {
  const transfer = net.createServer((data) => {
    forgive(data).end(LISTING, () => {
      transfer.close()
      done()
    })
  })
  transfer.listen(0, '::', () => ready((transfer.address() as net.AddressInfo).port))
}

const ftpDialog: (passiveAddress: string | null) => Dialog = (passiveAddress) => (socket) => {
  const say = (line: string): boolean => socket.write(`${line}\r\n`)
  // The transfer may end before LIST is read: the client connects as soon as it knows the port.
  let transferred: (() => void) | null = null
  let finished = false
  const done = (): void => {
    finished = true
    transferred?.()
  }
  return (line) => {
    const verb = verbOf(line)
    if (verb === 'EPSV' && passiveAddress === null) {
      openTransfer((port) => say(`229 Entering Extended Passive Mode (|||${port}|)`), done)
      return ''
    }
    if (verb === 'PASV') {
      const own = passiveAddress ?? (socket.localAddress ?? '').replace(/^::ffff:/, '')
      openTransfer((port) => {
        const numbers = [...own.split('.'), port >> 8, port & 0xff].join(',')
        say(`227 Entering Passive Mode (${numbers}).`)
      }, done)
      return ''
    }
    if (verb === 'LIST' || verb === 'NLST') {
      transferred = () => say('226 Directory send OK.')
      if (finished) setTimeout(transferred)
      return '150 Here comes the directory listing.'
    }
    return FTP_REPLIES[verb] ?? '502 Command not implemented.'
  }
}

/** A file server for anybody; `passiveAddress` is told in place of the own address. */
export const serveFtp = (
  options: GreetingOptions & { readonly passiveAddress: string | null },
): Promise<void> =>
  listen(
    greeter(options.greeting ?? '220 (vsFTPd 3.0.3)', options, ftpDialog(options.passiveAddress)),
    options,
  )
