/** Packets of a telnet connection: established, silent for a minute, closed by the server. */
import type { SequenceEnds, SequencePacket } from '../../../src/report/read/sequence-step.ts'

type Given = Partial<Omit<SequencePacket, 'timeNs'>> & {
  readonly frame: number
  readonly seconds: number
  readonly fromClient: boolean
}

export const packet = ({ seconds, ...given }: Given): SequencePacket => ({
  timeNs: seconds * 1e9,
  flags: 0,
  acknowledgment: 0,
  sequence: 0,
  window: 17520,
  payloadBytes: 0,
  marks: 0,
  says: '',
  ...given,
})

export const ENDS: SequenceEnds = {
  protocol: 6,
  client: '192.168.2.10:1249',
  server: '192.168.2.165:23',
}

const A = 3263977215 | 0
const B = 48495364

const [SYN, FIN, ACK] = [0x02, 0x01, 0x10]

export const HANDSHAKE: readonly [SequencePacket, SequencePacket, SequencePacket] = [
  packet({ frame: 1, seconds: 0, fromClient: true, flags: SYN, sequence: A }),
  packet({
    frame: 2,
    seconds: 0.000369,
    fromClient: false,
    flags: SYN | ACK,
    sequence: B,
    acknowledgment: A + 1,
  }),
  packet({
    frame: 3,
    seconds: 0.000565,
    fromClient: true,
    flags: ACK,
    sequence: A + 1,
    acknowledgment: B + 1,
  }),
]

const closing = (
  frame: number,
  seconds: number,
  fromClient: boolean,
  flags: number,
  [sequence, acknowledgment]: readonly [number, number],
): SequencePacket =>
  packet({
    frame,
    seconds,
    fromClient,
    flags,
    sequence: (fromClient ? A : B) + sequence,
    acknowledgment: (fromClient ? B : A) + acknowledgment,
  })

export const TELNET: readonly SequencePacket[] = [
  ...HANDSHAKE,
  closing(4, 60.071054, false, FIN | ACK, [147, 56]),
  closing(5, 60.071324, true, ACK, [56, 148]),
  closing(6, 60.083551, true, FIN | ACK, [56, 148]),
  closing(7, 60.083765, false, ACK, [148, 57]),
]
