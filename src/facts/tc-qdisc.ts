/**
 * Frames that queueing disciplines dropped: `tc -s qdisc show` in JSON and for people (tc/tc_qdisc.c
 * and tc/tc_util.c of iproute2). What the filters of a device drop is counted at its `clsact` or
 * `ingress` (net/core/dev.c, tc_run).
 */
import { numberOf, parseRecords, textOf } from './json.ts'
import { type Output, type Question, succeeded } from './source.ts'

export type Queue = {
  readonly device: string
  /** `noqueue`, `fq_codel`, `clsact`, `ingress`, … */
  readonly kind: string
  readonly drops: number
}

/** True for what takes no frames itself and only shows them to filters. */
export const showsToFilters = ({ kind }: Queue): boolean => kind === 'clsact' || kind === 'ingress'

/** The queues that `tc -s -j qdisc show` printed; null when it is not that. */
export function parseTcQdiscJson(text: string): readonly Queue[] | null {
  const records = parseRecords(text)
  const found = records?.flatMap((record) => {
    const [device, kind] = [textOf(record, 'dev'), textOf(record, 'kind')]
    return device !== null && kind !== null
      ? [{ device, kind, drops: numberOf(record, 'drops') ?? 0 }]
      : []
  })
  return found && found.length > 0 ? found : null
}

const HEAD = /^qdisc (\S+) \S+(?: dev (\S+))?/
const DROPPED = /\(dropped (\d{1,20}),/

/** The same as people read it; null where no device is named. */
export function parseTcQdiscText(text: string): readonly Queue[] | null {
  const found = text.split(/^(?=qdisc )/m).flatMap((part) => {
    const [, kind, device] = HEAD.exec(part) ?? []
    return kind !== undefined && device !== undefined
      ? [{ device, kind, drops: Number(DROPPED.exec(part)?.[1] ?? 0) }]
      : []
  })
  return found.length > 0 ? found : null
}

/** The queueing disciplines of all devices, with what they dropped. */
export const queues: Question<readonly Queue[]> = {
  name: 'the queueing disciplines',
  sources: [
    {
      argv: ['tc', '-s', '-j', 'qdisc', 'show'],
      package: 'iproute2',
      parse: (output: Output) => (succeeded(output) ? parseTcQdiscJson(output.stdout) : null),
    },
    {
      argv: ['tc', '-s', 'qdisc', 'show'],
      package: 'iproute2',
      parse: (output: Output) => (succeeded(output) ? parseTcQdiscText(output.stdout) : null),
    },
  ],
}
