/** Segments written by hand, as a reader would fill them in, for tests of what follows from them. */
import { Connection } from '../../src/flow/connection.ts'
import { noteHistory } from '../../src/flow/zeek-history.ts'
import { Headers } from '../../src/wire/headers.ts'
import { PROTOCOL } from '../../src/wire/protocol.ts'
import { TCP_FLAG } from '../../src/wire/tcp.ts'

const FLAG: Readonly<Record<string, number>> = {
  S: TCP_FLAG.syn,
  F: TCP_FLAG.fin,
  R: TCP_FLAG.rst,
  P: TCP_FLAG.psh,
  '.': TCP_FLAG.ack,
}

export type Segment = {
  readonly fromClient: boolean
  readonly flags: number
  readonly sequence: number
  readonly acknowledgment: number
  readonly payloadBytes: number
  readonly window: number
}

/**
 * One segment a line as tcpdump shortens it: `> S 0`, `< S. 0 ack 1`, `> P. 1 ack 1 len 5 win 0`;
 * `>` comes from the client, sequence numbers are relative ones, `base` is added to both sides'.
 */
export function segmentsOf(text: string, base = 0): Segment[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const fields =
        /^\s*([<>]) ([SFRP.]+) (-?\d+)(?: ack (\d+))?(?: len (\d+))?(?: win (\d+))?$/.exec(line)
      if (!fields) throw new Error(`no segment: ${line}`)
      const [, way, letters = '', sequence, acknowledgment, length, window] = fields
      return {
        fromClient: way === '>',
        flags: [...letters].reduce((sum, letter) => sum | (FLAG[letter] ?? 0), 0),
        sequence: (Number(sequence) + base) | 0,
        acknowledgment: acknowledgment === undefined ? 0 : (Number(acknowledgment) + base) | 0,
        payloadBytes: Number(length ?? 0),
        window: Number(window ?? 65535),
      }
    })
}

/** The headers of one segment, in a record that is used again. */
export function headersOf(segment: Segment, headers: Headers = new Headers()): Headers {
  headers.ipVersion = 4
  headers.protocol = PROTOCOL.tcp
  headers.flags = segment.flags
  headers.sequence = segment.sequence
  headers.acknowledgment = segment.acknowledgment
  headers.payloadBytes = segment.payloadBytes
  headers.window = segment.window
  return headers
}

/** A connection of which these segments were seen, as far as `noteHistory` and bare counts go. */
export function connectionOf(text: string, base = 0): Connection {
  const connection = new Connection()
  connection.protocol = PROTOCOL.tcp
  for (const [index, segment] of segmentsOf(text, base).entries()) {
    const [end, peer] = segment.fromClient
      ? [connection.client, connection.server]
      : [connection.server, connection.client]
    noteHistory(connection, segment.fromClient, headersOf(segment))
    end.packets++
    end.payloadBytes += segment.payloadBytes
    if (segment.flags & TCP_FLAG.fin && end.finFrame < 0) end.finFrame = index + 1
    if (segment.flags & TCP_FLAG.ack && !(segment.flags & TCP_FLAG.rst)) {
      const ahead = (segment.acknowledgment - end.acknowledged) | 0
      if (!end.acknowledgedKnown || ahead > 0) end.acknowledged = segment.acknowledgment
      end.acknowledgedKnown = true
    }
    peer.windowShift = -1
  }
  return connection
}
