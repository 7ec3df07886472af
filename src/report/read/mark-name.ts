/** What the marks of TCP's analysis are called: in JSON, in Wireshark, and by people. */
import { MARK } from '../../flow/mark.ts'

export type MarkName =
  | 'retransmission'
  | 'fast-retransmission'
  | 'spurious-retransmission'
  | 'out-of-order'
  | 'duplicate-ack'
  | 'keep-alive'
  | 'keep-alive-ack'
  | 'zero-window'
  | 'zero-window-probe'
  | 'zero-window-probe-ack'
  | 'window-full'
  | 'window-update'
  | 'lost-segment'
  | 'acked-unseen'
  | 'port-reused'

type Named = {
  readonly bit: number
  readonly name: MarkName
  /** The field of Wireshark's display filter. */
  readonly field: string
  /** For people, in the middle of a line. */
  readonly says: string
}

/** All marks, by their bits in ascending order. */
export const MARKS: readonly Named[] = [
  [MARK.retransmission, 'retransmission', 'retransmission', 'sent again'],
  [
    MARK.fastRetransmission,
    'fast-retransmission',
    'fast_retransmission',
    'sent again at once, after duplicate ACKs',
  ],
  [
    MARK.spuriousRetransmission,
    'spurious-retransmission',
    'spurious_retransmission',
    'sent again although it was acknowledged',
  ],
  [MARK.outOfOrder, 'out-of-order', 'out_of_order', 'out of order'],
  [
    MARK.duplicateAck,
    'duplicate-ack',
    'duplicate_ack',
    'duplicate ACK: something before is missing',
  ],
  [MARK.keepAlive, 'keep-alive', 'keep_alive', 'keep-alive'],
  [MARK.keepAliveAck, 'keep-alive-ack', 'keep_alive_ack', 'answers the keep-alive'],
  [MARK.zeroWindow, 'zero-window', 'zero_window', 'zero window: it can take nothing more'],
  [
    MARK.zeroWindowProbe,
    'zero-window-probe',
    'zero_window_probe',
    'asks whether the window opened',
  ],
  [
    MARK.zeroWindowProbeAck,
    'zero-window-probe-ack',
    'zero_window_probe_ack',
    'answers the probe of the window',
  ],
  [MARK.windowFull, 'window-full', 'window_full', 'fills the window of the other end'],
  [MARK.windowUpdate, 'window-update', 'window_update', 'window update'],
  [MARK.lostSegment, 'lost-segment', 'lost_segment', 'bytes before it are not in the capture'],
  [
    MARK.ackedUnseen,
    'acked-unseen',
    'ack_lost_segment',
    'acknowledges bytes that are not in the capture',
  ],
  [
    MARK.portReused,
    'port-reused',
    'reused_ports',
    'a new connection on the ports of an earlier one',
  ],
].map(([bit, name, field, says]) => ({
  bit: bit as number,
  name: name as MarkName,
  field: `tcp.analysis.${field}`,
  says: says as string,
}))

const NO_NAMES: readonly MarkName[] = []

/** The names of the marks that `marks`, a sum of bits, holds. */
export const markNames = (marks: number): readonly MarkName[] =>
  marks === 0 ? NO_NAMES : MARKS.filter(({ bit }) => (marks & bit) !== 0).map(({ name }) => name)

/** What the marks say to people. */
export const describeMarks = (marks: number): readonly string[] =>
  marks === 0 ? [] : MARKS.filter(({ bit }) => (marks & bit) !== 0).map(({ says }) => says)
