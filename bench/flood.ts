/** Captures that cost memory: connections that stay open, and SYNs that nothing follows. Written as they are read, so that no disk must hold them. */

const PCAP_HEADER_BYTES = 24
const RECORD_HEADER_BYTES = 16
const LINKTYPE_RAW = 101
const IP_BYTES = 20
const TCP_BYTES = 20
/** What one packet takes, without its payload. */
const PACKET_BYTES = RECORD_HEADER_BYTES + IP_BYTES + TCP_BYTES
const PACKETS_A_PIECE = 8192
const ACK = 16
const SYN = 2
const PUSH = 8

function pcapHeader(): Uint8Array {
  const view = new DataView(new ArrayBuffer(PCAP_HEADER_BYTES))
  view.setUint32(0, 0xa1b2c3d4)
  view.setUint16(4, 2)
  view.setUint16(6, 4)
  view.setUint32(16, 262_144)
  view.setUint32(20, LINKTYPE_RAW)
  return new Uint8Array(view.buffer)
}

/** One packet of a connection, which a number stands for: the client's address and port are made of it. */
type Step = { readonly fromClient: boolean; readonly flags: number; readonly payloadBytes: number }

const CLIENTS_A_PORT = 50_000
const SERVER = 0x0a000001
const CLIENTS = 0x0b000000

function writePacket(
  view: DataView,
  at: number,
  connection: number,
  frame: number,
  step: Step,
): number {
  const bytes = IP_BYTES + TCP_BYTES + step.payloadBytes
  view.setUint32(at, 1_700_000_000 + Math.floor(frame / 1_000_000))
  view.setUint32(at + 4, frame % 1_000_000)
  view.setUint32(at + 8, bytes)
  view.setUint32(at + 12, bytes)
  const ip = at + RECORD_HEADER_BYTES
  view.setUint32(ip, 0x45000000 + bytes)
  view.setUint32(ip + 8, 0x40060000)
  const client = CLIENTS + Math.floor(connection / CLIENTS_A_PORT)
  view.setUint32(ip + 12, step.fromClient ? client : SERVER)
  view.setUint32(ip + 16, step.fromClient ? SERVER : client)
  const tcp = ip + IP_BYTES
  const port = 1024 + (connection % CLIENTS_A_PORT)
  view.setUint16(tcp, step.fromClient ? port : 80)
  view.setUint16(tcp + 2, step.fromClient ? 80 : port)
  const started = (step.flags & SYN) !== 0 ? 0 : 1
  view.setUint32(tcp + 4, (step.fromClient ? 1000 : 2000) + started)
  view.setUint32(tcp + 8, (step.flags & ACK) === 0 ? 0 : (step.fromClient ? 2000 : 1000) + 1)
  view.setUint32(tcp + 12, 0x50000000 + step.flags * 65_536 + 64_000)
  return at + PACKET_BYTES + step.payloadBytes
}

const OPENING: readonly Step[] = [
  { fromClient: true, flags: SYN, payloadBytes: 0 },
  { fromClient: false, flags: SYN | ACK, payloadBytes: 0 },
  { fromClient: true, flags: ACK, payloadBytes: 0 },
  { fromClient: true, flags: ACK | PUSH, payloadBytes: 100 },
  { fromClient: false, flags: ACK | PUSH, payloadBytes: 200 },
]

/** A capture of `connections` that take each of the `steps` together, so that all are open at once. */
function* flood(connections: number, steps: readonly Step[]): Generator<Uint8Array> {
  yield pcapHeader()
  let frame = 0
  for (const step of steps)
    for (let first = 0; first < connections; first += PACKETS_A_PIECE) {
      const count = Math.min(PACKETS_A_PIECE, connections - first)
      const view = new DataView(new ArrayBuffer(count * (PACKET_BYTES + step.payloadBytes)))
      let at = 0
      for (let index = 0; index < count; index++)
        at = writePacket(view, at, first + index, frame++, step)
      yield new Uint8Array(view.buffer)
    }
}

/** All open at the end: a handshake, a question and an answer each. */
export const openConnections = (count: number): Generator<Uint8Array> => flood(count, OPENING)

/** SYNs from `count` pairs of address and port, ten microseconds apart; nobody answers. */
export const halfOpen = (count: number): Generator<Uint8Array> => flood(count, OPENING.slice(0, 1))
