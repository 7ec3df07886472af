/**
 * FTP's control connection, RFC 959 §4, RFC 2428 (EPRT, EPSV): commands and replies until AUTH TLS
 * is granted, and where each data connection is expected.
 */
import { parseEpsv, parsePasv } from '../ftp.ts'
import { CommandDecoder } from './command-decoder.ts'
import type { Application, Payload } from './decoder.ts'
import type { SpokenReply } from './reply-reader.ts'

/** Where a data connection will be opened to. */
export type ExpectedData = {
  /** Null: to the server (EPSV) that the control connection has. */
  readonly address: string | null
  readonly port: number
  /** True where the server opens it to the client (PORT, EPRT). */
  readonly toClient: boolean
  readonly frame: number
}

const COMMAND =
  /^(?:USER|PASS|AUTH (?:TLS|SSL)|FEAT|SYST|PASV|EPSV|PORT|EPRT|RETR|STOR|LIST|CWD|TYPE)\b/i

/** Data connections that one piece of a control connection may arrange. */
const MOST_EXPECTED = 256

/** `192,0,2,1,4,1` or `|1|192.0.2.1|1025|`. */
function parsePlace(command: string): { address: string; port: number } | null {
  const old = /^PORT (\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})/i.exec(command)
  if (old !== null) {
    const [, a, b, c, d, high, low] = old
    return { address: `${a}.${b}.${c}.${d}`, port: Number(high) * 256 + Number(low) }
  }
  const [, , , address, port] = /^EPRT ([!-~])([12])\1([^|\s]+?)\1(\d{1,5})\1/i.exec(command) ?? []
  return address === undefined ? null : { address, port: Number(port) }
}

/** Follows one control connection. */
export class FtpDecoder extends CommandDecoder {
  readonly service = 'ftp'
  /** The data connections that were arranged since they were last asked for. */
  #expected: ExpectedData[] = []
  #user = ''

  protected said(line: string, { timeNs, frame }: Payload): void {
    const told = line.replace(/^(PASS|ACCT) .*/i, '$1 …')
    if (/^USER /i.test(line)) this.#user = line.slice(5)
    const place = parsePlace(line)
    if (place !== null) this.#expect({ ...place, toClient: true, frame })
    this.log.ask(told, timeNs, frame)
  }

  protected replied({ code, text }: SpokenReply, payload: Payload): void {
    // A preliminary reply is not yet the answer (RFC 959 §4.2): the same command is answered again.
    if (code < 200) return
    const { frame } = payload
    const asked = this.answer(text, payload)
    const passive = code === 227 ? parsePasv(text) : null
    if (passive !== null) this.#expect({ ...passive, toClient: false, frame })
    const extended = code === 229 ? parseEpsv(text) : null
    if (extended !== null) this.#expect({ address: null, port: extended, toClient: false, frame })
    if (code === 234 && /^AUTH /i.test(asked)) this.encryptedBy = 'AUTH TLS'
    if (code < 400 || this.found !== null) return
    const cause = this.#causeOf(code)
    if (cause !== null)
      this.found = {
        cause,
        sentence: `the FTP server answered ${asked === '' ? 'its caller' : asked} with ${text}`,
        frames: [frame],
      }
  }

  #causeOf(code: number): string | null {
    if (code === 530 || code === 332) return 'session.login-refused'
    if (code === 425 || code === 426) return 'ftp.data-channel'
    return code === 421 ? 'service.no-resources' : null
  }

  #expect(data: ExpectedData): void {
    if (this.#expected.length < MOST_EXPECTED) this.#expected.push(data)
  }

  /** The data connections that were arranged since the last call, in their order. */
  takeExpected(): readonly ExpectedData[] {
    const expected = this.#expected
    if (expected.length > 0) this.#expected = []
    return expected
  }

  protected override ownFacts(): Readonly<Record<string, string>> {
    return this.#user === '' ? {} : { user: this.#user }
  }
}

/** FTP, by a greeting that names it or by a command that only FTP has after a 220. */
export const FTP: Application = {
  name: 'ftp',
  transport: 'tcp',
  recognise: ({ client, server }) =>
    /^220[ -][^\n]*\b\w*FTP/i.test(server) ||
    (/^(?:220|120)[ -]/.test(server) && COMMAND.test(client)) ||
    (/^USER [^\r\n]+\r?\n/i.test(client) && /^331[ -]/.test(server)),
  open: () => new FtpDecoder(),
}
