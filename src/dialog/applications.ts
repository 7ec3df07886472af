/**
 * The talk of all connections of a capture: gives each one's payload to what follows it, names the
 * service by what was recognised, and knows the data connections that FTP arranged.
 */
import type { Connection } from '../flow/connection.ts'
import { parseAddress } from '../wire/address.ts'
import { formatHex } from '../wire/bytes.ts'
import type { Payload } from './application/decoder.ts'
import { FtpDecoder } from './application/ftp.ts'
import { Talk } from './application/talk.ts'

/** Data connections that are waited for at a time; one that is not opened is forgotten for newer ones. */
const MOST_EXPECTED = 4096

const TCP = 6

/** Stands for every talk that nobody understands: a capture has many, and nothing to remember of them. */
const NOT_UNDERSTOOD = { finding: (): null => null }

/** What a payload goes through; the same record serves each of them. */
export class Applications {
  /** The control connections' ids by the place that a data connection will be opened to. */
  readonly #expected = new Map<string, number>()
  readonly #payload: Payload = {
    fromClient: false,
    view: new DataView(new ArrayBuffer(0)),
    at: 0,
    end: 0,
    timeNs: 0,
    frame: 0,
    gapBytes: 0,
  }

  /** Tells a connection by its first packet: an FTP data connection is opened where it was arranged. */
  opened(connection: Connection): void {
    if (this.#expected.size === 0) return
    const { address, port } = connection.server
    const place = `${formatHex(address)} ${port}`
    const control = this.#expected.get(place)
    if (control === undefined) return
    this.#expected.delete(place)
    connection.service = 'ftp-data'
    connection.application = new ArrangedData(control)
  }

  /**
   * Takes payload in the order of its stream, or one whole datagram: `view[at, end)`, before which
   * `gapBytes` are missing. False when nothing more of this connection can tell anything.
   */
  payload(
    connection: Connection,
    fromClient: boolean,
    view: DataView,
    at: number,
    end: number,
    timeNs: number,
    frame: number,
    gapBytes: number,
  ): boolean {
    if (connection.application instanceof ArrangedData || connection.application === NOT_UNDERSTOOD)
      return false
    const talk =
      connection.application instanceof Talk
        ? connection.application
        : new Talk(connection.protocol === TCP ? 'tcp' : 'udp')
    connection.application = talk
    const payload = this.#payload
    payload.fromClient = fromClient
    payload.view = view
    payload.at = at
    payload.end = end
    payload.timeNs = timeNs
    payload.frame = frame
    payload.gapBytes = gapBytes
    const more = talk.take(payload)
    const { decoder } = talk
    if (decoder !== null) {
      connection.service = decoder.service
      if (decoder instanceof FtpDecoder) this.#expectData(connection, decoder)
    } else if (!more) connection.application = NOT_UNDERSTOOD
    return more
  }

  #expectData(connection: Connection, decoder: FtpDecoder): void {
    for (const data of decoder.takeExpected()) {
      const end = data.toClient ? connection.client : connection.server
      const parsed = data.address === null ? null : parseAddress(data.address)
      const place = `${formatHex(parsed?.bytes ?? end.address)} ${data.port}`
      if (this.#expected.size >= MOST_EXPECTED)
        for (const oldest of this.#expected.keys()) {
          this.#expected.delete(oldest)
          break
        }
      this.#expected.set(place, connection.id)
    }
  }
}

/** A data connection, and the id of the control connection that arranged it. */
export class ArrangedData {
  readonly control: number

  constructor(control: number) {
    this.control = control
  }
}

/** What a connection's talk gives a reader: short lines, and the same as plain data. */
export type TalkTold = {
  readonly lines: readonly string[]
  readonly facts: Readonly<Record<string, string>>
  readonly asked: number
  readonly answered: number
  /** From question to answer in milliseconds: the mean and the longest; null where nothing was answered. */
  readonly meanMs: number | null
  readonly slowestMs: number | null
}

/** What was said over the connection, as sent: clean it before it is shown. Null where nothing was understood. */
export function tellTalk({ application }: Pick<Connection, 'application'>): TalkTold | null {
  if (application instanceof ArrangedData)
    return {
      lines: [`data of the control connection ${application.control}`],
      facts: {},
      asked: 0,
      answered: 0,
      meanMs: null,
      slowestMs: null,
    }
  const decoder = application instanceof Talk ? application.decoder : null
  if (decoder === null) return null
  const { kept, asked, answered, sumNs, slowest } = decoder.log
  const facts = decoder.facts()
  return {
    lines: [
      ...Object.entries(facts).map(([name, value]) => `${name}: ${value}`),
      ...kept.map(
        (exchange) =>
          `${exchange.asked === '' ? '(greeting)' : exchange.asked} → ${exchange.answered ?? 'no answer'}`,
      ),
      ...(asked > kept.length ? [`… ${asked - kept.length} more`] : []),
    ],
    facts,
    asked,
    answered,
    meanMs: answered === 0 ? null : sumNs / answered / 1e6,
    slowestMs: slowest === null ? null : (slowest.answeredNs - slowest.askedNs) / 1e6,
  }
}
