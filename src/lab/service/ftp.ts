/** A file server (RFC 959, with passive transfers), as far as a check or curl talks to it. */
import net from 'node:net'
import { type Dialog, type GreetingOptions, greeter, verbOf } from './greeting.ts'
import { forgive, listen } from './listen.ts'

export type FtpOptions = GreetingOptions & {
  /** Told in place of the own address; then only the old passive mode is known. */
  readonly passiveAddress: string | null
  /** Lets anybody in; else nobody. */
  readonly anonymous: boolean
  /** Tells ports where nobody listens. */
  readonly dead: boolean
}

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

/** Opens a port for one transfer of the listing, and tells `ready` which; a dead one is closed at once. */
function openTransfer(
  control: net.Socket,
  dead: boolean,
  ready: (port: number) => void,
  done: () => void,
): void {
  const transfer = net.createServer((data) => {
    forgive(data).end(LISTING, () => {
      transfer.close()
      done()
    })
  })
  // Who goes away without fetching it wants it no more.
  control.once('close', () => transfer.close())
  transfer.listen(0, '::', () => {
    const { port } = transfer.address() as net.AddressInfo
    if (dead) transfer.close(() => ready(port))
    else ready(port)
  })
}

const ftpDialog: (options: FtpOptions) => Dialog = (options) => (socket) => {
  const { passiveAddress, anonymous, dead } = options
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
    if (verb === 'PASS' && !anonymous) return '530 Login incorrect.'
    if (verb === 'EPSV' && passiveAddress === null) {
      openTransfer(
        socket,
        dead,
        (port) => say(`229 Entering Extended Passive Mode (|||${port}|)`),
        done,
      )
      return ''
    }
    if (verb === 'PASV') {
      const own = passiveAddress ?? (socket.localAddress ?? '').replace(/^::ffff:/, '')
      openTransfer(
        socket,
        dead,
        (port) => {
          const numbers = [...own.split('.'), port >> 8, port & 0xff].join(',')
          say(`227 Entering Passive Mode (${numbers}).`)
        },
        done,
      )
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

/** A file server. */
export const serveFtp = (options: FtpOptions): Promise<void> =>
  listen(greeter(options.greeting ?? '220 (vsFTPd 3.0.3)', options, ftpDialog(options)), options)
