/**
 * The rules of nf_tables: `nft -j list ruleset` (libnftables-json(5)), else `nft -a list ruleset`.
 * Tables that iptables keeps there are set aside: nft shows their extensions only in part, and
 * `iptables-save` shows them whole. nft itself warns of them in its text form only, so here they
 * are known by what iptables-nft always does (iptables/nft.c: table and chain names, priorities,
 * a counter in every rule, `xt` expressions).
 */

import { fieldsOf, onlyEntry } from './nft-json.ts'
import { nftJsonListing } from './nft-json-listing.ts'
import { emptyListing, type NftListing, namesIn, rulesIn } from './nft-listing.ts'
import { type NftSet, nftSet } from './nft-match.ts'
import { nftTextListing } from './nft-text.ts'
import type { NftUnread } from './nft-unread.ts'
import type { Chain, Hook, RuleFamily, RuleSet } from './rule-set.ts'
import { type Output, type Question, succeeded } from './source.ts'
import { unreadChain } from './unread-rule.ts'

type Fields = Readonly<Record<string, unknown>>

const HOOKS: readonly string[] = [
  'ingress',
  'prerouting',
  'input',
  'forward',
  'output',
  'postrouting',
  'egress',
]
const FAMILIES: readonly string[] = ['ip', 'ip6', 'inet', 'arp', 'bridge', 'netdev']

/** Objects that hold no rule and change no verdict by themselves. */
const SILENT: ReadonlySet<string> = new Set([
  'metainfo',
  'table',
  'counter',
  'quota',
  'limit',
  'flowtable',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'synproxy',
  'secmark',
  'element',
])

const numberOr = <T>(value: unknown, otherwise: T): number | T =>
  typeof value === 'number' ? value : otherwise

const tableOf = (of: Fields): string => `${of.family} ${of.table}`

/** A named set or map with its elements. */
function setOf(kind: 'set' | 'map', of: Fields): NftSet {
  const elements: readonly unknown[] = Array.isArray(of.elem) ? of.elem : []
  if (kind === 'set') return nftSet(elements)
  const pairs = elements.filter(Array.isArray)
  return nftSet(
    pairs.map((pair) => pair[0]),
    pairs.map((pair) => pair[1]),
  )
}

/** Gives the sets and counters of each table their names. */
function nameObjects(listing: NftListing): void {
  for (const object of listing.objects) {
    const [kind, inner] = onlyEntry(object)
    if (kind !== 'set' && kind !== 'map' && kind !== 'counter') continue
    const of = fieldsOf(inner)
    const { sets, counters } = namesIn(listing, tableOf(of))
    if (kind !== 'counter') sets.set(String(of.name), setOf(kind, of))
    else if (typeof of.packets === 'number' && typeof of.bytes === 'number')
      counters.set(String(of.name), { packets: of.packets, bytes: of.bytes })
  }
}

/** The names of the counters that a rule counts with. */
const countersOf = (rule: NftUnread): readonly string[] =>
  rule.mayMention(/counter/)
    ? rule
        .statements()
        .map((statement) => fieldsOf(statement).counter)
        .filter((counter) => typeof counter === 'string')
    : []

/** Leaves of the counters with names only those that one rule alone counts with. */
function keepOwnCounters(listing: NftListing): void {
  for (const [table, { counters }] of listing.names) {
    if (counters.size === 0) continue
    const users = new Map<string, number>()
    for (const rule of rulesOf(listing, table))
      for (const name of countersOf(rule)) users.set(name, (users.get(name) ?? 0) + 1)
    for (const name of counters.keys()) if (users.get(name) !== 1) counters.delete(name)
  }
}

/** The rules of a table, `family table`. */
const rulesOf = ({ owners }: NftListing, table: string): readonly NftUnread[] =>
  [...owners.values()].filter((owner) => tableOf(owner) === table).flatMap(({ rules }) => rules)

function chainOf(of: Fields, rules: readonly NftUnread[], born: number): Chain {
  const hook = HOOKS.includes(String(of.hook)) ? (String(of.hook) as Hook) : null
  const policy = of.policy === 'accept' || of.policy === 'drop' ? of.policy : null
  const facts: Omit<Chain, 'rules'> = {
    backend: 'nft',
    family: String(of.family) as RuleFamily,
    table: String(of.table),
    name: String(of.name),
    hook,
    devices: [of.dev ?? []].flat().map(String),
    born,
    priority: numberOr(of.prio, null),
    type: typeof of.type === 'string' ? of.type : null,
    policy: hook === null ? null : (policy ?? 'accept'),
    policyCounter: null,
  }
  return unreadChain(facts, rules)
}

/** iptables' tables and the hooks of their chains (iptables/xtables-standalone and nft.c). */
const XTABLES: readonly string[] = ['filter', 'nat', 'mangle', 'raw', 'security']
const BASE_CHAIN = /^(INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING)$/

const hasExtension = (rule: NftUnread): boolean =>
  rule.mayMention(/xt/) && rule.statements().some((part) => onlyEntry(part)[0] === 'xt')
const hasCounter = (rule: NftUnread): boolean =>
  rule.mayMention(/counter/) &&
  rule.statements().some((part) => typeof fieldsOf(part).counter === 'object')

/** Whether a table looks as iptables-nft writes them. */
function looksLikeIptables(listing: NftListing, name: string, chains: readonly Fields[]): boolean {
  const [family, table = ''] = name.split(' ')
  if ((family !== 'ip' && family !== 'ip6') || !XTABLES.includes(table)) return false
  const rules = rulesOf(listing, name)
  if (rules.some(hasExtension)) return true
  const bases = chains.filter((of) => 'hook' in of)
  const named = bases.length > 0 && bases.every((of) => BASE_CHAIN.test(String(of.name)))
  return named && rules.every(hasCounter)
}

const WARNING = /Warning: table (\S+) (\S+) is managed by iptables-nft/g

/** The tables, as `family name`, that belong to iptables. */
function iptablesTables(listing: NftListing, warnings: string): ReadonlySet<string> {
  const tables = new Map<string, Fields[]>([...listing.names.keys()].map((table) => [table, []]))
  for (const object of listing.objects) {
    const [kind, inner] = onlyEntry(object)
    if (kind !== 'chain') continue
    const of = fieldsOf(inner)
    const chains = tables.get(tableOf(of))
    if (chains === undefined) tables.set(tableOf(of), [of])
    else chains.push(of)
  }
  const warned = [...warnings.matchAll(WARNING)].map(([, family, table]) => `${family} ${table}`)
  const alike = [...tables].filter(([name, chains]) => looksLikeIptables(listing, name, chains))
  return new Set([...warned, ...alike.map(([name]) => name)])
}

/** The rule set that a listing makes; `warnings` is what nft said beside it. */
function ruleSetOf(listing: NftListing, warnings: string): RuleSet {
  nameObjects(listing)
  keepOwnCounters(listing)
  const theirs = iptablesTables(listing, warnings)
  const chains: Chain[] = []
  const aside: Chain[] = []
  const unreadable: string[] = []
  for (const object of listing.objects) {
    const [kind, inner] = onlyEntry(object)
    const of = fieldsOf(inner)
    if (kind === 'chain' && FAMILIES.includes(String(of.family))) {
      const own = rulesIn(listing, `${tableOf(of)} ${of.name}`)
      const chain = chainOf(of, own, chains.length + aside.length)
      if (theirs.has(tableOf(of))) aside.push(chain)
      else chains.push(chain)
    } else if (!SILENT.has(kind) && !['chain', 'set', 'map'].includes(kind)) {
      unreadable.push(`${kind} ${String(of.name ?? '')}`.trim())
    }
  }
  return { chains, unreadable, aside }
}

/** The rules from `nft -j list ruleset`; null when it is not that. */
export function parseNftJson(text: string, warnings = ''): RuleSet | null {
  const listing = nftJsonListing(text)
  return listing && ruleSetOf(listing, warnings)
}

/** The rules from `nft -a list ruleset` (handles may be missing); null when it is not that. */
export function parseNftText(text: string, warnings = ''): RuleSet | null {
  const listing = nftTextListing(text)
  const within = text.includes('Warning: ') ? (text.match(WARNING)?.join('\n') ?? '') : ''
  return listing && ruleSetOf(listing, `${within}\n${warnings}`)
}

const whenDone =
  (parse: (text: string, warnings: string) => RuleSet | null) =>
  (output: Output): RuleSet | null =>
    succeeded(output) ? parse(output.stdout, output.stderr) : null

/** The rules that nf_tables holds, without those of iptables. */
export const nftRuleSet: Question<RuleSet> = {
  name: 'the rules of nftables',
  sources: [
    { argv: ['nft', '-j', 'list', 'ruleset'], package: 'nftables', parse: whenDone(parseNftJson) },
    // An empty listing is an answer here: there are no tables.
    {
      argv: ['nft', '-a', 'list', 'ruleset'],
      package: 'nftables',
      parse: whenDone((text, warnings) =>
        text.trim() === '' ? ruleSetOf(emptyListing(), warnings) : parseNftText(text, warnings),
      ),
    },
  ],
}
