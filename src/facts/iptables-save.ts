/**
 * The rules of iptables: `iptables-save -c` and `ip6tables-save -c` (iptables-save(8)); the same
 * reader takes it without counters, and `iptables -S`. iptables-save only lists the tables that
 * exist; it makes none, with nf_tables or without (`iptables-legacy -S` would).
 */
import { commandRule, IptablesLine, type IptablesOwner } from './iptables-line.ts'
import { iptablesWords } from './iptables-rule.ts'
import type { Backend, Chain, Counter, Hook, RuleSet } from './rule-set.ts'
import { type Output, type Question, succeeded } from './source.ts'
import { type UnreadRule, unreadChain } from './unread-rule.ts'

/** The hooks of the built-in chains. */
const HOOKS: Readonly<Record<string, Hook>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
}

/** The tables' priorities (include/uapi/linux/netfilter_ipv4.h); nat has two. */
const PRIORITIES: Readonly<Record<string, number>> = {
  raw: -300,
  mangle: -150,
  filter: 0,
  security: 50,
}
const DESTINATION_NAT = -100
const SOURCE_NAT = 100

function priority(table: string, hook: Hook | null): number | null {
  if (hook === null) return null
  if (table !== 'nat') return Object.hasOwn(PRIORITIES, table) ? (PRIORITIES[table] ?? 0) : 0
  return hook === 'prerouting' || hook === 'output' ? DESTINATION_NAT : SOURCE_NAT
}

type Draft = {
  readonly owner: IptablesOwner
  readonly table: string
  readonly name: string
  policy: 'accept' | 'drop' | null
  counter: Counter | null
  readonly rules: UnreadRule[]
}

type Listing = {
  readonly family: 4 | 6
  readonly backend: Backend
  table: string
  /** The one to which the last rule belongs. */
  last: Draft | null
  readonly drafts: Map<string, Draft>
  /** The chains of each table. */
  readonly names: Map<string, Set<string>>
  readonly unreadable: string[]
  understood: number
}

function draftOf(listing: Listing, table: string, name: string): Draft {
  const key = `${table} ${name}`
  const known = listing.drafts.get(key)
  if (known !== undefined) return known
  const builtIn = Object.hasOwn(HOOKS, name)
  const draft: Draft = {
    owner: ownerOf(listing, table, name),
    table,
    name,
    policy: builtIn ? 'accept' : null,
    counter: null,
    rules: [],
  }
  listing.drafts.set(key, draft)
  return draft
}

function ownerOf({ backend, family, names }: Listing, table: string, chain: string): IptablesOwner {
  const chains = names.get(table) ?? new Set()
  names.set(table, chains.add(chain))
  return {
    family,
    place: {
      backend,
      family: family === 4 ? 'ip' : 'ip6',
      table,
      chain,
      handle: null,
      policy: false,
    },
    isChain: (target) => chains.has(target),
  }
}

const counterOf = (packets: string | undefined, bytes: string | undefined): Counter | null =>
  packets === undefined || bytes === undefined
    ? null
    : { packets: Number(packets), bytes: Number(bytes) }

const policyOf = (word: string | undefined): 'accept' | 'drop' | null => {
  if (word === 'ACCEPT') return 'accept'
  return word === 'DROP' ? 'drop' : null
}

/** `:INPUT DROP [12:720]` or `-P INPUT DROP` or `-N name`. */
function chainLine(listing: Listing, line: string): boolean {
  if (line.startsWith('-A') || line.startsWith('[')) return false
  const found =
    /^:(\S+) (\S+)(?: \[(\d+):(\d+)\])?$/.exec(line) ??
    /^-[PN] (\S+)(?: (\S+))?(?: -c (\d+) (\d+))?$/.exec(line)
  if (found === null) return false
  const [, name = '', policy, packets, bytes] = found
  const draft = draftOf(listing, listing.table, name)
  if (Object.hasOwn(HOOKS, name)) {
    draft.policy = policyOf(policy) ?? draft.policy
    draft.counter = counterOf(packets, bytes)
  }
  return true
}

const COMMAND = /^(?:[$#] |sudo )*(?:\/\S*\/)?ip6?tables(?:-legacy|-nft)? +/

const COUNTED = /^\[(\d+):(\d+)\] /

/** What iptables-save prints, if the chain's name has no quotes. */
const SAVED = /^(?:\[\d+:\d+\] )?-A ([^\s"'\\]+) /
/** Words that move a rule to another table or count it, beside where they are printed. */
const MOVING = / (?:-t|--table|-c) /

/** `[3:180] -A INPUT …`, whose words are told apart when the rule is read. */
function savedLine(listing: Listing, line: string): boolean {
  const found = SAVED.exec(line)
  if (found === null || MOVING.test(line)) return false
  const [head, name = ''] = found
  let draft = listing.last
  if (draft?.name !== name || draft.table !== listing.table) {
    draft = draftOf(listing, listing.table, name)
    listing.last = draft
  }
  const { owner, rules } = draft
  rules.push(new IptablesLine(owner, rules.length + 1, line, head.length))
  return true
}

/** The same in any words, and a typed command with its `-t`. */
function ruleLine(listing: Listing, line: string): boolean {
  const counted = line.startsWith('[') ? COUNTED.exec(line) : null
  const written = counted === null ? line : line.slice(counted[0].length)
  const text = written.startsWith('-') ? written : written.replace(COMMAND, '')
  const words = iptablesWords(text)
  const tableAt = words.findIndex((word) => word === '-t' || word === '--table')
  const table = tableAt < 0 ? listing.table : (words.splice(tableAt, 2)[1] ?? listing.table)
  const [command, name, ...rest] = words
  if ((command !== '-A' && command !== '--append') || name === undefined) return false
  const inline = rest.indexOf('-c')
  const counter =
    inline < 0
      ? counterOf(counted?.[1], counted?.[2])
      : counterOf(rest[inline + 1], rest[inline + 2])
  const bare = inline < 0 ? text : text.replace(/ -c \d+ \d+/, '')
  const { owner, rules } = draftOf(listing, table, name)
  rules.push(commandRule(owner, rules.length + 1, { text: bare, words: rest, counter }))
  return true
}

/** Far above any rule; a longer line is not one. */
const LONGEST_LINE = 100_000

function readLine(listing: Listing, line: string): void {
  if (line === '' || line.startsWith('#') || line === 'COMMIT') return
  if (/^\*[a-z]+$/.test(line)) {
    listing.table = line.slice(1)
    listing.understood++
  } else if (line.length > LONGEST_LINE) listing.unreadable.push(`${line.slice(0, 80)}…`)
  else if (savedLine(listing, line) || chainLine(listing, line) || ruleLine(listing, line))
    listing.understood++
  else listing.unreadable.push(line)
}

/** The kind of base chain that iptables' tables are (iptables/nft.c; ip_tables' mangle reroutes). */
function typeOf(table: string, hook: Hook | null): string | null {
  if (hook === null) return null
  if (table === 'mangle' && hook === 'output') return 'route'
  return table === 'nat' ? 'nat' : 'filter'
}

function chainOf({ owner, table, name, policy, counter, rules }: Draft): Chain {
  const { backend, family } = owner.place
  const hook = Object.hasOwn(HOOKS, name) ? (HOOKS[name] ?? null) : null
  const facts = {
    backend,
    family,
    table,
    name,
    hook,
    devices: [],
    born: null,
    priority: priority(table, hook),
    type: typeOf(table, hook),
    policy,
    policyCounter: counter,
  }
  return unreadChain(facts, rules)
}

/** The table of `iptables -S`, which does not say it: its built-in chains tell. */
function tableBy(text: string): string {
  if (!/^-P PREROUTING /m.test(text)) return 'filter'
  if (!/^-P POSTROUTING /m.test(text)) return 'raw'
  return /^-P FORWARD /m.test(text) ? 'mangle' : 'nat'
}

/** The rules of a listing; null when there is none in it. `family` is what the listing does not say. */
export function parseIptablesSave(
  text: string,
  family: 4 | 6,
  backend: Backend = 'iptables',
): RuleSet | null {
  const table = tableBy(text)
  const listing: Listing = {
    family,
    backend,
    table,
    last: null,
    drafts: new Map(),
    names: new Map(),
    unreadable: [],
    understood: 0,
  }
  const lines = text.replace(/\\\r?\n/g, ' ').split('\n')
  for (const line of lines) readLine(listing, line.trim())
  if (listing.understood === 0) return null
  const chains = [...listing.drafts.values()].map(chainOf)
  return { chains, unreadable: listing.unreadable, aside: [] }
}

/** The rules that iptables-save lists, and where the kernel keeps them. */
export type IptablesRules = RuleSet & {
  /** `ip_tables` is the older way, outside nf_tables; null where nothing was listed. */
  readonly keptIn: 'nf_tables' | 'ip_tables' | null
}

/** Who wrote a listing: `iptables-save v1.8.9 (nf_tables)`, `xtables-save v1.8.2`, `iptables-save v1.6.1`. */
const HEADER =
  /^# Generated by (?:(xtables|ip6?tables-nft)|ip6?tables\S*)-save v\S+( \(nf_tables\))?/m

/** Where the kernel keeps the tables of a listing, by its first line; null where that does not say. */
export function keptIn(text: string): IptablesRules['keptIn'] {
  const header = HEADER.exec(text)
  if (header === null) return null
  return header[1] === undefined && header[2] === undefined ? 'ip_tables' : 'nf_tables'
}

/** iptables-save says so when the other of its two kinds has tables as well. */
const OTHER_KIND = /iptables-(?:legacy|nft) tables present, use \S+ to see them/

/** Whether a line that could not be read says that there are tables of the other kind. */
export const saysOtherKind = (line: string): boolean => OTHER_KIND.test(line)

const whenDone =
  (family: 4 | 6, backend: Backend) =>
  ({ stdout, stderr, ...output }: Output): IptablesRules | null => {
    if (!succeeded({ stdout, stderr, ...output })) return null
    const nothing = stdout.replace(/^#.*$/gm, '').trim() === ''
    const rules: RuleSet | null = nothing
      ? { chains: [], unreadable: [], aside: [] }
      : parseIptablesSave(stdout, family, backend)
    const [other] = OTHER_KIND.exec(`${stdout}\n${stderr}`) ?? []
    if (rules === null) return null
    const unreadable = other === undefined ? rules.unreadable : [...rules.unreadable, other]
    return { ...rules, unreadable, keptIn: keptIn(stdout) }
  }

const questionOf = (
  name: string,
  command: string,
  family: 4 | 6,
  backend: Backend = 'iptables',
): Question<IptablesRules> => ({
  name,
  sources: [{ argv: [command, '-c'], package: 'iptables', parse: whenDone(family, backend) }],
})

/** The rules of iptables for IPv4. */
export const iptablesRuleSet: Question<IptablesRules> = questionOf(
  'the rules of iptables',
  'iptables-save',
  4,
)

/** The rules of iptables for IPv6. */
export const ip6tablesRuleSet: Question<IptablesRules> = questionOf(
  'the rules of ip6tables',
  'ip6tables-save',
  6,
)

/** The tables outside nf_tables, to be asked where `legacyTables` has some and iptables-save has others. */
export const iptablesLegacyRuleSet: Question<IptablesRules> = questionOf(
  'the rules of iptables outside nf_tables',
  'iptables-legacy-save',
  4,
  'iptables-legacy',
)

/** The same for IPv6. */
export const ip6tablesLegacyRuleSet: Question<IptablesRules> = questionOf(
  'the rules of ip6tables outside nf_tables',
  'ip6tables-legacy-save',
  6,
  'iptables-legacy',
)
