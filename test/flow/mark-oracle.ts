/** Marks of every frame of a capture by tshark and by `Flows`, and how far they agree kind by kind. */
import { execFileSync } from 'node:child_process'
import { Flows } from '../../src/flow/flows.ts'
import { MARK } from '../../src/flow/mark.ts'
import { readCaptures } from '../../src/host/capture-file.ts'
import { readFrame } from '../../src/wire/frame.ts'
import { Headers } from '../../src/wire/headers.ts'

/** tshark's field of each kind, below `tcp.analysis`. */
const FIELD: Readonly<Record<keyof typeof MARK, string>> = {
  retransmission: 'retransmission',
  fastRetransmission: 'fast_retransmission',
  spuriousRetransmission: 'spurious_retransmission',
  outOfOrder: 'out_of_order',
  duplicateAck: 'duplicate_ack',
  keepAlive: 'keep_alive',
  keepAliveAck: 'keep_alive_ack',
  zeroWindow: 'zero_window',
  zeroWindowProbe: 'zero_window_probe',
  zeroWindowProbeAck: 'zero_window_probe_ack',
  windowFull: 'window_full',
  windowUpdate: 'window_update',
  lostSegment: 'lost_segment',
  ackedUnseen: 'ack_lost_segment',
  portReused: 'reused_ports',
}

/** Kinds in their order. */
export const KINDS: readonly (keyof typeof MARK)[] = Object.keys(FIELD) as (keyof typeof MARK)[]

/** Marks by frame, the first at index 1; frames without any are 0. */
export function marksByTshark(path: string): number[] {
  const fields = ['frame.number', ...KINDS.map((kind) => `tcp.analysis.${FIELD[kind]}`)]
  const text = execFileSync(
    'tshark',
    ['-n', '-r', path, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])],
    { encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const marks = [0]
  for (const line of text.trimEnd().split('\n')) {
    const [number, ...values] = line.split('\t')
    marks[Number(number)] = KINDS.reduce(
      (sum, kind, index) => (values[index] ? sum | MARK[kind] : sum),
      0,
    )
  }
  return marks
}

export async function marksByFlows(path: string): Promise<number[]> {
  const marks = [0]
  const headers = new Headers()
  const flows = new Flows({ onEnd: () => {} })
  await readCaptures([path], ({ view, at, capturedBytes, ...batch }, from, to, { reader }) => {
    for (let index = from; index < to; index++) {
      const [start = 0, captured = 0] = [at[index], capturedBytes[index]]
      const { linkType = 0 } = reader.interfaces[batch.interfaceIndex[index] ?? 0] ?? {}
      const original = batch.originalBytes[index] ?? 0
      readFrame(view, start, start + captured, original, linkType, headers)
      flows.packet(headers, marks.length, batch.timeNs[index] ?? 0, original)
      marks.push(flows.marks)
    }
  })
  return marks
}

/** Frames of one kind: marked by both, and by one alone. */
export type Agreement = { both: number; readonly ours: number[]; readonly theirs: number[] }

/** The agreement of each kind. */
export function compareMarks(
  ours: readonly number[],
  theirs: readonly number[],
): Map<keyof typeof MARK, Agreement> {
  const agreements = new Map<keyof typeof MARK, Agreement>()
  for (const kind of KINDS) {
    const agreement: Agreement = { both: 0, ours: [], theirs: [] }
    for (let frame = 1; frame < Math.max(ours.length, theirs.length); frame++) {
      const isOurs = ((ours[frame] ?? 0) & MARK[kind]) !== 0
      const isTheirs = ((theirs[frame] ?? 0) & MARK[kind]) !== 0
      if (isOurs && isTheirs) agreement.both++
      else if (isOurs) agreement.ours.push(frame)
      else if (isTheirs) agreement.theirs.push(frame)
    }
    agreements.set(kind, agreement)
  }
  return agreements
}
