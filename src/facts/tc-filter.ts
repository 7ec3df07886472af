/**
 * The filters of traffic control that see every frame of a device before IP or after it: what
 * `tc filter show dev IF ingress` and `egress` print, in JSON and for people (tc/tc_filter.c and
 * tc/f_*.c of iproute2; actions: tc/m_gact.c). They stand in no rule set of nftables or iptables.
 */
import { type JsonRecord, numberOf, parseRecords, recordOf, recordsOf, textOf } from './json.ts'
import { type Output, type Question, succeeded } from './source.ts'

/** Which way frames go that a filter sees. */
export type FilterHook = 'ingress' | 'egress'

export type TrafficFilter = {
  readonly device: string
  readonly hook: FilterHook
  /** `bpf`, `flower`, `matchall`, `u32`, … */
  readonly kind: string
  /** `all`, `ip`, `ipv6`, `arp`, …: which frames are shown to it. */
  readonly protocol: string
  readonly preference: number
  /** The name of a BPF program; null where there is none. */
  readonly program: string | null
  /** False where none of its actions can drop a frame. */
  readonly mayDrop: boolean
}

/** Actions after which a frame may be gone: gact's `drop`, a policer, a redirection. */
const TAKES = /\b(?:drop|shot|police|mirred|trap)\b/

function readFilter(record: JsonRecord, device: string, hook: FilterHook): TrafficFilter | null {
  const kind = textOf(record, 'kind')
  const preference = numberOf(record, 'pref')
  // A chain's head is listed without options before the filters that are in it.
  const options = recordOf(record, 'options')
  if (kind === null || preference === null || Object.keys(options).length === 0) return null
  return {
    device,
    hook,
    kind,
    protocol: textOf(record, 'protocol') ?? 'all',
    preference,
    program: textOf(recordOf(options, 'prog'), 'name') ?? textOf(options, 'bpf_name'),
    mayDrop:
      options['direct-action'] === true ||
      recordsOf(options, 'actions').some((action) => TAKES.test(JSON.stringify(action))),
  }
}

/** The filters that `tc -j filter show` printed; null when it is not that. */
export function parseTcFilterJson(
  text: string,
  device: string,
  hook: FilterHook,
): readonly TrafficFilter[] | null {
  return parseRecords(text)?.flatMap((record) => readFilter(record, device, hook) ?? []) ?? null
}

const FILTER = /^filter (?:parent \S+ )?protocol (\S+) pref (\d{1,10}) (\S+)(.*)$/

/** The same as people read it; an action stands on lines of its own below. */
export function parseTcFilterText(
  text: string,
  device: string,
  hook: FilterHook,
): readonly TrafficFilter[] | null {
  const parts = text.split(/^(?=filter )/m).filter((part) => part.trim() !== '')
  const filters = parts.flatMap((part): TrafficFilter[] => {
    const [head = '', ...below] = part.split('\n')
    const [, protocol, preference, kind, rest = ''] = FILTER.exec(head) ?? []
    if (protocol === undefined || kind === undefined || !/\b(?:handle|fh) \S/.test(rest)) return []
    const actions = below.join('\n')
    return [
      {
        device,
        hook,
        kind,
        protocol,
        preference: Number(preference),
        program: /\bname (\S+)/.exec(rest)?.[1] ?? null,
        mayDrop: /\bdirect-action\b/.test(rest) || TAKES.test(actions),
      },
    ]
  })
  return parts.length > 0 && !parts.some((part) => part.startsWith('filter ')) ? null : filters
}

/** The filters of a device, one way; none where no queueing discipline takes any. */
export const trafficFilters = (
  device: string,
  hook: FilterHook,
): Question<readonly TrafficFilter[]> => ({
  name: `the ${hook} filters of ${device}`,
  sources: [
    {
      argv: ['tc', '-j', 'filter', 'show', 'dev', device, hook],
      package: 'iproute2',
      parse: (output: Output) =>
        succeeded(output) ? parseTcFilterJson(output.stdout, device, hook) : null,
    },
    {
      argv: ['tc', 'filter', 'show', 'dev', device, hook],
      package: 'iproute2',
      parse: (output: Output) =>
        succeeded(output) ? parseTcFilterText(output.stdout, device, hook) : null,
    },
  ],
})
