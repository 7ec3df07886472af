/** Wireshark's "TCP analysis" marks and ours, over the frames of a capture: in how many of the frames that either marks both do. */
import { Flows } from '../../src/flow/flows.ts'
import { MARK } from '../../src/flow/mark.ts'
import { readFrame } from '../../src/wire/frame.ts'
import { tsharkRows } from '../capture/tshark.ts'
import { captureBytes, walkCapture } from '../capture/walk.ts'

type Kind = keyof typeof MARK

/** tshark's field for each of our marks. */
const FIELDS: Readonly<Record<Kind, string>> = {
  retransmission: 'tcp.analysis.retransmission',
  fastRetransmission: 'tcp.analysis.fast_retransmission',
  spuriousRetransmission: 'tcp.analysis.spurious_retransmission',
  outOfOrder: 'tcp.analysis.out_of_order',
  duplicateAck: 'tcp.analysis.duplicate_ack',
  keepAlive: 'tcp.analysis.keep_alive',
  keepAliveAck: 'tcp.analysis.keep_alive_ack',
  zeroWindow: 'tcp.analysis.zero_window',
  zeroWindowProbe: 'tcp.analysis.zero_window_probe',
  zeroWindowProbeAck: 'tcp.analysis.zero_window_probe_ack',
  windowFull: 'tcp.analysis.window_full',
  windowUpdate: 'tcp.analysis.window_update',
  lostSegment: 'tcp.analysis.lost_segment',
  ackedUnseen: 'tcp.analysis.ack_lost_segment',
  portReused: 'tcp.analysis.reused_ports',
}

const KINDS = Object.keys(FIELDS) as Kind[]

/** Our marks of each frame, in order. */
export function ourMarks(path: string): number[] {
  const marks: number[] = []
  const flows = new Flows({ onEnd: () => {} })
  walkCapture(captureBytes(path), (packet) => {
    const { at, end, originalBytes, linkType, headers, frame, timeNs, batch } = packet
    readFrame(batch.view, at, end, originalBytes, linkType, headers)
    flows.packet(headers, frame, timeNs, originalBytes)
    marks.push(flows.marks)
  })
  return marks
}

/** tshark's. */
const theirMarks = (path: string): number[] =>
  tsharkRows(path, Object.values(FIELDS)).map((row) =>
    KINDS.reduce((sum, kind) => (row[FIELDS[kind]] ? sum | MARK[kind] : sum), 0),
  )

/** What both, only we, and only tshark marked so; `only` tells where, e.g. `frame 12: ours`. */
export type Agreement = {
  both: number
  ours: number
  theirs: number
  readonly only: string[]
}

/** The agreement by kind, over all frames of a capture. */
export function markAgreement(path: string): Map<Kind, Agreement> {
  const table = new Map<Kind, Agreement>(
    KINDS.map((kind) => [kind, { both: 0, ours: 0, theirs: 0, only: [] }]),
  )
  const theirs = theirMarks(path)
  const ours = ourMarks(path)
  if (ours.length !== theirs.length) throw new Error(`${ours.length} frames, not ${theirs.length}`)
  ours.forEach((sum, index) => {
    const told = theirs[index] ?? 0
    if (sum === 0 && told === 0) return
    for (const [kind, row] of table) count(row, sum & MARK[kind], told & MARK[kind], index + 1)
  })
  return table
}

function count(row: Agreement, ours: number, theirs: number, frame: number): void {
  if (ours !== 0 && theirs !== 0) row.both++
  else if (ours !== 0) row.ours++
  else if (theirs !== 0) row.theirs++
  if ((ours === 0) !== (theirs === 0))
    row.only.push(`frame ${frame}: ${ours === 0 ? 'theirs' : 'ours'}`)
}

/** Both of either, 0 to 1; NaN where neither marked anything so. */
export const fraction = ({ both, ours, theirs }: Agreement): number => both / (both + ours + theirs)

/** The table for people. */
export const agreementText = (table: ReadonlyMap<string, Agreement>): string =>
  [
    `${'mark'.padEnd(24)}   both   ours theirs   agree`,
    ...[...table].map(([kind, row]) => {
      const [both, ours, theirs] = [row.both, row.ours, row.theirs].map((n) =>
        String(n).padStart(6),
      )
      const agree = row.both + row.ours + row.theirs === 0 ? '' : fraction(row).toFixed(4)
      return `${kind.padEnd(24)} ${both} ${ours} ${theirs}  ${agree}`
    }),
  ].join('\n')
