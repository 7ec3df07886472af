/** Packets of one connection between two addresses, written down as a play, and what `Flows` makes of them. */
import type { Connection } from '../../src/flow/connection.ts'
import { type FlowOptions, Flows } from '../../src/flow/flows.ts'
import { Headers } from '../../src/wire/headers.ts'

const FLAG: Readonly<Record<string, number>> = {
  F: 1,
  S: 2,
  R: 4,
  P: 8,
  '.': 16,
  U: 32,
  E: 64,
  W: 128,
}

/** One packet. Sequence numbers are as on the wire, times in milliseconds. */
export type Played = {
  /** `>` from the client, `<` from the server. */
  readonly way: '>' | '<'
  readonly atMs: number
  /** tcpdump's letters; without them it is a UDP datagram. */
  readonly flags?: string
  readonly seq?: number
  readonly ack?: number
  readonly window?: number
  readonly text?: string
  /** Payload on the wire where none of it was captured. */
  readonly bytes?: number
  readonly options?: readonly number[]
  readonly clientPort?: number
  readonly serverPort?: number
  readonly client?: string
  readonly protocol?: number
}

const NETWORK_BYTES = 20
const TCP_BYTES = 20

/** The headers of one packet as `readFrame` would leave them. */
export function headersOf(played: Played, headers: Headers = new Headers()): Headers {
  const { way, flags, seq = 0, ack = 0, window = 1000, text = '', options = [] } = played
  const ends = [
    { address: played.client ?? '192.0.2.1', port: played.clientPort ?? 40000 },
    { address: '198.51.100.2', port: played.serverPort ?? 80 },
  ] as const
  const [source, destination] = way === '>' ? ends : [ends[1], ends[0]]
  const payload = new TextEncoder().encode(text)
  const bytes = new Uint8Array(NETWORK_BYTES + TCP_BYTES + options.length + payload.length)
  bytes.set(source.address.split('.').map(Number), 12)
  bytes.set(destination.address.split('.').map(Number), 16)
  bytes.set(options, NETWORK_BYTES + TCP_BYTES)
  bytes.set(payload, NETWORK_BYTES + TCP_BYTES + options.length)
  headers.view = new DataView(bytes.buffer)
  headers.notes = 0
  headers.ipVersion = 4
  headers.networkAt = 0
  headers.sourceAddressAt = 12
  headers.destinationAddressAt = 16
  headers.hopLimit = 64
  headers.protocol = played.protocol ?? (flags === undefined ? 17 : 6)
  headers.transportAt = NETWORK_BYTES
  headers.sourcePort = source.port
  headers.destinationPort = destination.port
  headers.optionsAt = NETWORK_BYTES + TCP_BYTES
  headers.optionsEnd = headers.payloadAt = headers.optionsAt + options.length
  headers.payloadEnd = bytes.length
  headers.payloadBytes = played.bytes ?? payload.length
  headers.sequence = seq | 0
  headers.acknowledgment = ack | 0
  headers.flags = [...(flags ?? '')].reduce((sum, letter) => sum | (FLAG[letter] ?? 0), 0)
  headers.window = window
  return headers
}

/** What remains of an ended connection after its room was given to another. */
export type Remembered<T> = { readonly given: T[]; readonly flows: Flows; readonly marks: number[] }

/** Plays packets to the end of the capture; `keep` takes what a test wants to know of each connection as it ends. */
export function play<T>(
  packets: readonly Played[],
  keep: (connection: Connection) => T,
  options: Partial<FlowOptions> = {},
): Remembered<T> {
  const given: T[] = []
  const flows = new Flows({ onEnd: (connection) => given.push(keep(connection)), ...options })
  const marks = packets.map((played, index) => {
    flows.packet(headersOf(played), index + 1, played.atMs * 1e6, 100)
    return flows.marks
  })
  flows.finish()
  return { given, flows, marks }
}

/** SYN, SYN-ACK, ACK: the client begins at 1000, the server at 5000; 10 ms to the server, 2 ms to the client. */
export const HANDSHAKE: readonly Played[] = [
  { way: '>', atMs: 0, flags: 'S', seq: 1000, options: [2, 4, 5, 180, 1, 3, 3, 7] },
  { way: '<', atMs: 10, flags: 'S.', seq: 5000, ack: 1001, options: [2, 4, 5, 180, 1, 3, 3, 8] },
  { way: '>', atMs: 12, flags: '.', seq: 1001, ack: 5001 },
]
