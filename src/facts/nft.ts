/**
 * The rules of nf_tables: `nft -j list ruleset` (libnftables-json(5)), else `nft -a list ruleset`.
 * Tables that iptables keeps there are set aside: nft shows their extensions only in part, and
 * `iptables-save` shows them whole. nft itself warns of them in its text form only, so here they
 * are known by what iptables-nft always does (iptables/nft.c: table and chain names, priorities,
 * a counter in every rule, `xt` expressions).
 */

import { fieldsOf, onlyEntry } from './nft-json.ts'
import { NftLine } from './nft-line.ts'
import { type NftSet, nftSet } from './nft-match.ts'
import { failsEarly, type NftTable, nftRule } from './nft-rule.ts'
import { nftObjects } from './nft-text.ts'
import { describeNft, formatNftRule } from './nft-words.ts'
import type { Chain, Counter, Hook, Match, Place, Rule, RuleFamily, RuleSet } from './rule-set.ts'
import { type Output, type Question, succeeded } from './source.ts'
import { type UnreadRule, unreadChain } from './unread-rule.ts'

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

/** False where a rule has no such statement, as its words show before they are read. */
const mayHave = (rule: unknown, statement: string): boolean =>
  !(rule instanceof NftLine) || rule.said.includes(statement)

/** The names of the counters that a rule counts with. */
function countersOf(of: Fields): readonly string[] {
  const names: string[] = []
  for (const part of Array.isArray(of.expr) ? of.expr : []) {
    const { counter } = fieldsOf(part)
    if (typeof counter === 'string') names.push(counter)
  }
  return names
}

type Names = { readonly sets: Map<string, NftSet>; readonly counters: Map<string, Counter> }

/** The sets and counters of each table that have names. */
function namedIn(objects: readonly unknown[]): ReadonlyMap<string, Names> {
  const tables = new Map<string, Names>()
  for (const object of objects) {
    const [kind, inner] = onlyEntry(object)
    if (kind !== 'set' && kind !== 'map' && kind !== 'counter') continue
    const of = fieldsOf(inner)
    const table = tables.get(tableOf(of)) ?? { sets: new Map(), counters: new Map() }
    tables.set(tableOf(of), table)
    if (kind !== 'counter') table.sets.set(String(of.name), setOf(kind, of))
    else if (typeof of.packets === 'number' && typeof of.bytes === 'number')
      table.counters.set(String(of.name), { packets: of.packets, bytes: of.bytes })
  }
  return tables
}

/** How many rules count with a counter of a name, by table and name. */
function countersUsed(objects: readonly unknown[]): ReadonlyMap<string, number> {
  const users = new Map<string, number>()
  for (const object of objects) {
    const [kind, inner] = onlyEntry(object)
    if (kind !== 'rule' || !mayHave(inner, 'counter')) continue
    const of = fieldsOf(inner)
    for (const name of countersOf(of)) {
      const user = `${tableOf(of)} ${name}`
      users.set(user, (users.get(user) ?? 0) + 1)
    }
  }
  return users
}

/** What the rules of each table refer to by name; of the counters, those that one rule alone uses. */
function namesOf(objects: readonly unknown[]): ReadonlyMap<string, NftTable> {
  const tables = namedIn(objects)
  if ([...tables.values()].every(({ counters }) => counters.size === 0)) return tables
  const users = countersUsed(objects)
  for (const [name, { counters }] of tables)
    for (const counter of counters.keys())
      if (users.get(`${name} ${counter}`) !== 1) counters.delete(counter)
  return tables
}

const NAMELESS: NftTable = { sets: new Map(), counters: new Map() }

/** A rule in nft's words; a listing for people has them already. */
function wordsOf(of: Fields, comment: string | null): string {
  if (typeof of.words === 'function') return String(of.words())
  return formatNftRule(of.expr, comment, String(of.family)) ?? describeNft(of.expr)
}

/** Where a rule stands; its words are put together when they are asked for, which is seldom. */
function placeOf(of: Fields, number: number): Place {
  let words: string | null = null
  return {
    backend: 'nft',
    family: String(of.family) as RuleFamily,
    table: String(of.table),
    chain: String(of.chain),
    handle: numberOr(of.handle, null),
    number,
    policy: false,
    get text(): string {
      words ??= wordsOf(of, commentOf(of))
      return words
    },
  }
}

const commentOf = ({ comment }: Fields): string | null =>
  typeof comment === 'string' ? comment : null

/** Gives the statements of a list, one with each call. */
function inTurn(list: unknown): () => unknown {
  const statements: readonly unknown[] = Array.isArray(list) ? list : []
  let at = 0
  return () => statements[at++]
}

function lacks(of: Fields, table: NftTable, fails: (match: Match) => boolean): boolean {
  if (!(of instanceof NftLine)) return failsEarly(inTurn(of.expr), table, fails)
  const plain = of.failsEarly(fails)
  return plain === true || failsEarly(of.statements(plain), table, fails)
}

/** A rule that is read when it is asked for. */
function unreadRule(of: Fields, number: number, table: NftTable): UnreadRule {
  let place: Place | null = null
  let rule: Rule | null = null
  const here = (): Place => {
    place ??= placeOf(of, number)
    return place
  }
  return {
    place: here,
    lacks: (fails) => lacks(of, table, fails),
    read: () => {
      rule ??= { place: here(), ...nftRule(of.expr, table), comment: commentOf(of) }
      return rule
    },
  }
}

/** The rules of each chain, in order, by `family table chain`. */
function rulesOf(objects: readonly unknown[]): ReadonlyMap<string, readonly UnreadRule[]> {
  const names = namesOf(objects)
  const chains = new Map<string, UnreadRule[]>()
  for (const object of objects) {
    const [kind, inner] = onlyEntry(object)
    if (kind !== 'rule') continue
    const of = fieldsOf(inner)
    const table = tableOf(of)
    const chain = `${table} ${of.chain}`
    const rules = chains.get(chain) ?? []
    if (rules.length === 0) chains.set(chain, rules)
    rules.push(unreadRule(of, rules.length + 1, names.get(table) ?? NAMELESS))
  }
  return chains
}

function chainOf(of: Fields, rules: readonly UnreadRule[], born: number): Chain {
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

const hasExtension = (of: Fields): boolean =>
  mayHave(of, 'xt') && Array.isArray(of.expr) && of.expr.some((part) => onlyEntry(part)[0] === 'xt')
const hasCounter = (of: Fields): boolean =>
  mayHave(of, 'counter') &&
  Array.isArray(of.expr) &&
  of.expr.some((part) => typeof fieldsOf(part).counter === 'object')

/** True when the objects of one table look as iptables-nft writes them. */
function looksLikeIptables(name: string, members: readonly Fields[]): boolean {
  const [family, table = ''] = name.split(' ')
  if ((family !== 'ip' && family !== 'ip6') || !XTABLES.includes(table)) return false
  const rules = members.filter((of) => 'expr' in of)
  const bases = members.filter((of) => 'hook' in of)
  if (rules.some(hasExtension)) return true
  const named = bases.length > 0 && bases.every((of) => BASE_CHAIN.test(String(of.name)))
  return named && rules.every(hasCounter)
}

const WARNING = /Warning: table (\S+) (\S+) is managed by iptables-nft/g

/** The tables, as `family name`, that belong to iptables. */
function iptablesTables(objects: readonly unknown[], warnings: string): ReadonlySet<string> {
  const tables = new Map<string, Fields[]>()
  for (const object of objects) {
    const [kind, inner] = onlyEntry(object)
    if (kind !== 'chain' && kind !== 'rule') continue
    const of = fieldsOf(inner)
    if (!XTABLES.includes(String(of.table))) continue
    const members = tables.get(tableOf(of))
    if (members === undefined) tables.set(tableOf(of), [of])
    else members.push(of)
  }
  const warned = [...warnings.matchAll(WARNING)].map(([, family, table]) => `${family} ${table}`)
  const alike = [...tables].filter(([name, members]) => looksLikeIptables(name, members))
  return new Set([...warned, ...alike.map(([name]) => name)])
}

/** The rule set that the objects of a listing make; `warnings` is what nft said beside it. */
export function nftRuleSetOf(objects: readonly unknown[], warnings = ''): RuleSet {
  const rules = rulesOf(objects)
  const theirs = iptablesTables(objects, warnings)
  const chains: Chain[] = []
  const aside: Chain[] = []
  const unreadable: string[] = []
  for (const object of objects) {
    const [kind, inner] = onlyEntry(object)
    const of = fieldsOf(inner)
    if (kind === 'chain' && FAMILIES.includes(String(of.family))) {
      const own = rules.get(`${tableOf(of)} ${of.name}`) ?? []
      const chain = chainOf(of, own, chains.length + aside.length)
      if (theirs.has(tableOf(of))) aside.push(chain)
      else chains.push(chain)
    } else if (!SILENT.has(kind) && !['chain', 'rule', 'set', 'map'].includes(kind)) {
      unreadable.push(`${kind} ${String(of.name ?? '')}`.trim())
    }
  }
  return { chains, unreadable, aside }
}

/** The rules from `nft -j list ruleset`; null when it is not that. */
export function parseNftJson(text: string, warnings = ''): RuleSet | null {
  try {
    const objects = fieldsOf(JSON.parse(text)).nftables
    return Array.isArray(objects) ? nftRuleSetOf(objects, warnings) : null
  } catch {
    return null
  }
}

/** The rules from `nft -a list ruleset` (handles may be missing); null when it is not that. */
export function parseNftText(text: string, warnings = ''): RuleSet | null {
  const objects = nftObjects(text)
  const within = text.includes('Warning: ') ? (text.match(WARNING)?.join('\n') ?? '') : ''
  return objects && nftRuleSetOf(objects, `${within}\n${warnings}`)
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
        text.trim() === '' ? nftRuleSetOf([], warnings) : parseNftText(text, warnings),
      ),
    },
  ],
}
