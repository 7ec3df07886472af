/**
 * The routing policy, `ip rule show` of iproute2 (ip/iprule.c print_rule) in JSON and in text:
 * which table is looked up for which packets, in order of priority.
 */
import { numberAfter, wordAfter } from './ip-route-text.ts'
import { type JsonRecord, numberOf, parseRecords, textOf } from './json.ts'
import { type Output, type Question, succeeded } from './source.ts'

export type RoutingRule = {
  readonly family: 4 | 6
  readonly priority: number
  /** A prefix or an address; null for any. */
  readonly from: string | null
  readonly to: string | null
  readonly inputDevice: string | null
  readonly outputDevice: string | null
  /** `0xca6c`, or `0x10/0xff` with a mask. */
  readonly mark: string | null
  readonly table: string | null
  /** `lookup`, `blackhole`, `unreachable`, `prohibit`, `goto`, `nop`, … */
  readonly action: string
  /** It holds for what its conditions do not fit. */
  readonly negated: boolean
  /** Routes of prefixes of this length or shorter are passed over. */
  readonly suppressedLength: number | null
  /** Further conditions: `tos`, `uidrange`, `ipproto`, `sport`, `dport`. */
  readonly further: boolean
  /** The priority of the rule that a `goto` leads to. */
  readonly goto: number | null
  /** The whole rule as `ip rule` words it, with every other condition: `not`, ports, users. */
  readonly text: string
}

const prefix = (address: string | null, length: number | null): string | null =>
  address === null || address === 'all' ? null : length === null ? address : `${address}/${length}`

const NUMBERED: readonly (readonly [key: string, word: string])[] = [
  ['tos', 'tos'],
  ['ipproto', 'ipproto'],
  ['sport', 'sport'],
  ['dport', 'dport'],
]

/** Ranges that are printed as `FIRST-LAST`. */
const RANGES: readonly (readonly [start: string, end: string, word: string])[] = [
  ['uid_start', 'uid_end', 'uidrange'],
  ['sport_start', 'sport_end', 'sport'],
  ['dport_start', 'dport_end', 'dport'],
]

const FURTHER_KEYS: readonly string[] = [
  ...NUMBERED.map(([key]) => key),
  ...RANGES.map(([start]) => start),
]
const FURTHER_WORDS: readonly string[] = [
  ...NUMBERED.map(([, word]) => word),
  ...RANGES.map(([, , word]) => word),
]

function describeRecord(record: JsonRecord, rule: Omit<RoutingRule, 'text'>): string {
  const part = (word: string, text: string | null): string[] => (text === null ? [] : [word, text])
  return [
    `${rule.priority}:`,
    ...('not' in record ? ['not'] : []),
    'from',
    rule.from ?? 'all',
    ...part('to', rule.to),
    ...part('fwmark', rule.mark),
    ...part('iif', rule.inputDevice),
    ...part('oif', rule.outputDevice),
    ...RANGES.flatMap(([start, end, word]) =>
      start in record ? [word, `${textOf(record, start)}-${textOf(record, end)}`] : [],
    ),
    ...NUMBERED.flatMap(([key, word]) => part(word, textOf(record, key))),
    ...part('lookup', rule.table),
    ...part('suppress_prefixlength', textOf(record, 'suppress_prefixlen')),
    ...(rule.action === 'lookup' ? [] : [rule.action]),
    ...(rule.action === 'goto' ? [textOf(record, 'goto') ?? ''] : []),
  ].join(' ')
}

function readRule(record: JsonRecord, family: 4 | 6): RoutingRule | null {
  const priority = numberOf(record, 'priority')
  if (priority === null) return null
  const mask = textOf(record, 'fwmask')
  const mark = textOf(record, 'fwmark')
  const rule = {
    family,
    priority,
    from: prefix(textOf(record, 'src'), numberOf(record, 'srclen')),
    to: prefix(textOf(record, 'dst'), numberOf(record, 'dstlen')),
    inputDevice: textOf(record, 'iif'),
    outputDevice: textOf(record, 'oif'),
    mark: mark !== null && mask !== null ? `${mark}/${mask}` : mark,
    table: textOf(record, 'table'),
    action: textOf(record, 'action') ?? ('goto' in record ? 'goto' : 'lookup'),
    negated: 'not' in record,
    suppressedLength: numberOf(record, 'suppress_prefixlen'),
    further: FURTHER_KEYS.some((key) => key in record),
    goto: numberOf(record, 'goto'),
  }
  return { ...rule, text: describeRecord(record, rule) }
}

/** The rules that `ip -j rule show` printed; null when it is not that. */
export function parseIpRuleJson(text: string, family: 4 | 6): readonly RoutingRule[] | null {
  const records = parseRecords(text)
  if (records === null) return null
  const found = records.map((record) => readRule(record, family)).filter((rule) => rule !== null)
  return found.length === 0 && records.length > 0 ? null : found
}

/** Actions that end a line (lib/rt_names.c); busybox prints them after `lookup unspec`. */
const ACTIONS: ReadonlySet<string> = new Set(['blackhole', 'unreachable', 'prohibit', 'nop'])

function parseRuleLine(line: string, family: 4 | 6): RoutingRule | null {
  const match = /^\s*(\d{1,10}):\s+((?:not )?from .*)$/.exec(line)
  if (!match) return null
  const [, priority, rest = ''] = match
  const tokens = rest.split(/\s+/).filter((word) => word !== '')
  const table = wordAfter(tokens, 'lookup') ?? wordAfter(tokens, 'table')
  const action = tokens.find((token) => ACTIONS.has(token))
  return {
    family,
    priority: Number(priority),
    from: prefix(wordAfter(tokens, 'from'), null),
    to: prefix(wordAfter(tokens, 'to'), null),
    inputDevice: wordAfter(tokens, 'iif'),
    outputDevice: wordAfter(tokens, 'oif'),
    mark: wordAfter(tokens, 'fwmark'),
    table: table === 'unspec' ? null : table,
    action: action ?? (tokens.includes('goto') ? 'goto' : 'lookup'),
    negated: tokens[0] === 'not',
    suppressedLength: numberAfter(tokens, 'suppress_prefixlength'),
    further: FURTHER_WORDS.some((word) => tokens.includes(word)),
    goto: numberAfter(tokens, 'goto'),
    text: `${priority}: ${tokens.join(' ')}`,
  }
}

/** The rules that `ip rule` printed: an empty list for no text, null for other text. */
export function parseIpRuleText(text: string, family: 4 | 6): readonly RoutingRule[] | null {
  const found = text
    .split('\n')
    .map((line) => parseRuleLine(line, family))
    .filter((rule) => rule !== null)
  return found.length > 0 || text.trim() === '' ? found : null
}

const question = (family: 4 | 6): Question<readonly RoutingRule[]> => {
  const from =
    (parse: (text: string, family: 4 | 6) => readonly RoutingRule[] | null) =>
    (output: Output): readonly RoutingRule[] | null =>
      succeeded(output) ? parse(output.stdout, family) : null
  return {
    name: `the IPv${family} routing rules`,
    sources: [
      {
        argv: ['ip', '-j', `-${family}`, 'rule', 'show'],
        package: 'iproute2',
        parse: from(parseIpRuleJson),
      },
      {
        argv: ['ip', `-${family}`, 'rule', 'show'],
        package: 'iproute2',
        parse: from(parseIpRuleText),
      },
    ],
  }
}

/** The IPv4 routing rules in their order. */
export const rules4: Question<readonly RoutingRule[]> = question(4)

/** The IPv6 routing rules in their order. */
export const rules6: Question<readonly RoutingRule[]> = question(6)
