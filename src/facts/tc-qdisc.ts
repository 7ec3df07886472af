/**
 * The queueing disciplines of devices: what they dropped, what waits in them: `tc -s qdisc show` in JSON and for people (tc/tc_qdisc.c
 * and tc/tc_util.c of iproute2). What the filters of a device drop is counted at its `clsact` or
 * `ingress` (net/core/dev.c, tc_run).
 */
import { numberOf, parseRecords, recordOf, textOf } from './json.ts'
import { type Output, type Question, succeeded } from './source.ts'

export type Queue = {
  readonly device: string
  /** `noqueue`, `fq_codel`, `clsact`, `ingress`, … */
  readonly kind: string
  readonly drops: number
  /** As `tc` writes it (`16Kbit`), where it limits the rate; null where it does not. */
  readonly rate: string | null
  /** How often a packet had to wait since there was no rate left for it. */
  readonly overlimits: number
  /** Bytes that wait now. */
  readonly backlogBytes: number
}

/** True for what takes no frames itself and only shows them to filters. */
export const showsToFilters = ({ kind }: Queue): boolean => kind === 'clsact' || kind === 'ingress'

/** A rate as tc writes it; tc/tc_util.c, print_rate. */
function formatRate(bytesPerSecond: number | null): string | null {
  if (bytesPerSecond === null || bytesPerSecond <= 0) return null
  const bits = bytesPerSecond * 8
  if (bits < 1000) return `${bits}bit`
  return bits < 1e6 ? `${Math.floor(bits / 1000)}Kbit` : `${Math.floor(bits / 1e6)}Mbit`
}

/** The queues that `tc -s -j qdisc show` printed; null when it is not that. */
export function parseTcQdiscJson(text: string): readonly Queue[] | null {
  const records = parseRecords(text)
  const found = records?.flatMap((record) => {
    const [device, kind] = [textOf(record, 'dev'), textOf(record, 'kind')]
    if (device === null || kind === null) return []
    const count = (key: string): number => numberOf(record, key) ?? 0
    return [
      {
        device,
        kind,
        drops: count('drops'),
        rate: formatRate(numberOf(recordOf(record, 'options'), 'rate')),
        overlimits: count('overlimits'),
        backlogBytes: count('backlog'),
      },
    ]
  })
  return found && found.length > 0 ? found : null
}

const HEAD = /^qdisc (\S+) \S+(?: dev (\S+))?/
const DROPPED = /\(dropped (\d{1,20}),/
const RATE = /\brate (\d{1,12}\w{0,4}bit)\b/
const OVERLIMITS = /\boverlimits (\d{1,20})\b/
/** Great ones in units of 1024; tc/tc_util.c, print_size. */
const BACKLOG = /\bbacklog (\d{1,20})(K|M|G)?b\b/
const SIZES: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }

/** The same as people read it; null where no device is named. */
export function parseTcQdiscText(text: string): readonly Queue[] | null {
  const found = text.split(/^(?=qdisc )/m).flatMap((part) => {
    const [, kind, device] = HEAD.exec(part) ?? []
    if (kind === undefined || device === undefined) return []
    const [, backlog = 0, unit = ''] = BACKLOG.exec(part) ?? []
    return [
      {
        device,
        kind,
        drops: Number(DROPPED.exec(part)?.[1] ?? 0),
        rate: RATE.exec(part)?.[1] ?? null,
        overlimits: Number(OVERLIMITS.exec(part)?.[1] ?? 0),
        backlogBytes: Number(backlog) * (SIZES[unit] ?? 1),
      },
    ]
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
