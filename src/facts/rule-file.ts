/**
 * A file with the rules of a firewall: what `nft list ruleset` (also with -j or -a), `iptables-save` or
 * `iptables -S` printed, several of them one after the other, `ipset save` beside them, or an nft
 * script such as /etc/nftables.conf. What is none of these, or ends in the middle, is refused with the line: a rule
 * that is left out in silence would make every answer wrong.
 */
import { type Ipset, parseIpsetSave } from './ipset.ts'
import { resolveIpsets } from './ipset-match.ts'
import { keptIn, parseIptablesSave } from './iptables-save.ts'
import { parseNftJson, parseNftText } from './nft.ts'
import { expandNftScript } from './nft-script.ts'
import { foreignRules } from './rule-language.ts'
import type { RuleSet } from './rule-set.ts'

/** Why a file cannot be read, to follow its name: `is empty`, `line 12: …`. */
export type RuleFileError = { readonly error: string }

/** The longest file that is read, in characters: hundreds of thousands of rules. */
export const LONGEST_RULE_FILE: number = 64 * 1024 * 1024

const NFT_TABLE = /^(?:add |create )?table (?:(?:ip|ip6|inet|arp|bridge|netdev) )?[\w."/-]+ *\{/
/** What nft takes in a file beside tables. */
const NFT_SCRIPT = /^(?:flush ruleset\b|(?:re)?define |include |(?:add|create) table [^{]*$)/
/** What most lines of many are. */
const IPTABLES_RULE = /^(?:\[\d+:\d+\] )?-A \w/
const IPTABLES_LINE = /^(?:\*[a-z]+$|:\S+ \S+|-[PNA] \S|\[\d+:\d+\] -A )/
const IPTABLES_COMMAND = /^(?:sudo )?(?:\/\S*\/)?ip6?tables\S* .*?(?:-A|--append|-P|--policy|-N) \S/
/** What `ipset save` prints; `add rule` and its like are commands of nft. */
const IPSET_LINE =
  /^(?:create \S+ (?:hash|bitmap|list):|add (?!(?:table|chain|rule|set|map|element) )\S+ \S)/
/** A prompt, and what was typed behind it to get a listing. */
const PROMPT = /^\S*(?:[\])~\w] ?)?[#$%>] +(?:sudo )?(?:\/\S*\/)?(?:nft|ip6?tables\S*|ipset)\b/

type Kind = 'json' | 'nft' | 'iptables' | 'ipset'

/** What a line is of; `silent` where it says nothing, null where it is of nothing that is read here. */
function kindOf(line: string): Kind | 'silent' | null {
  if (IPTABLES_RULE.test(line)) return 'iptables'
  if (line === '' || line.startsWith('#') || line === 'COMMIT' || PROMPT.test(line)) return 'silent'
  if (line.startsWith('{')) return 'json'
  if (NFT_TABLE.test(line) || NFT_SCRIPT.test(line)) return 'nft'
  if (IPSET_LINE.test(line)) return 'ipset'
  return IPTABLES_LINE.test(line) || IPTABLES_COMMAND.test(line) ? 'iptables' : null
}

/** One listing of the file; `first` is its line, counted from 1. */
type Section = { readonly kind: Kind; readonly first: number; readonly lines: readonly string[] }

const wrong = (line: number, because: string): RuleFileError => ({
  error: `line ${line}: ${because}`,
})

const shown = (line: string): string =>
  JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}…` : line)

const foreign = (line: number, text: string): RuleFileError => {
  const known = foreignRules(text)
  const given = 'nft list ruleset, nft -j list ruleset, iptables-save or iptables -S prints'
  return wrong(line, known ?? `${shown(text)} is no line of what ${given}`)
}

/** A line that opens nothing, or closes what it opens; most lines of many are such. */
const BALANCED = /^[^"#{}]*(?:(?:"[^"]*"|\{[^"#{}]*\})[^"#{}]*)*(?:#.*)?$/

/** The lines of a table of nft from the one that opens it to the one that closes it; null where none does. */
function tableEnd(lines: readonly string[], from: number): number | RuleFileError {
  const open: number[] = []
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (open.length > 0 && BALANCED.test(line)) continue
    const bare = line.replace(/"[^"]*"|#.*$/g, '')
    if (bare.includes('"')) return wrong(at + 1, 'a string that does not end: it is cut off')
    for (const sign of bare.match(/[{}]/g) ?? []) {
      if (sign === '{') open.push(at + 1)
      else if (open.pop() === undefined) return wrong(at + 1, 'a } that closes nothing')
    }
    if (open.length === 0) return at + 1
  }
  const within = open.at(-1) ?? from + 1
  const text = (lines[within - 1] ?? '').trim()
  return wrong(lines.length, `the end is missing: ${shown(text)} of line ${within} is not closed`)
}

/** Where a listing ends that goes on to the next line which begins another one. */
function endBefore(
  lines: readonly string[],
  from: number,
  others: readonly (Kind | 'silent' | null)[],
): number {
  let at = from + 1
  while (at < lines.length && !others.includes(kindOf(lines[at] ?? ''))) at++
  return at
}

const jsonEnd = (lines: readonly string[], from: number): number =>
  endBefore(lines, from, ['json', 'nft', 'iptables', 'ipset'])
const ipsetEnd = (lines: readonly string[], from: number): number =>
  endBefore(lines, from, ['json', 'nft', 'iptables', null])

/** The order in which `iptables -S` prints the policies of a table. */
const HOOKS: readonly string[] = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']

/** A table or policies that were there already, policies behind rules or out of their order, a header. */
function iptablesEnd(lines: readonly string[], from: number): number | RuleFileError {
  const tables = new Set<string>()
  let policy = -1
  let at = from
  for (; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim()
    const kind = kindOf(line)
    if (kind === 'iptables' && line.startsWith('[')) continue
    if (kind === 'json' || kind === 'nft' || kind === 'ipset') return at
    if (kind === null) return foreign(at + 1, line)
    if (line.startsWith('# Generated by') && at > from) return at
    if (line.startsWith('*')) {
      if (tables.has(line)) return at
      tables.add(line)
    }
    const hook = HOOKS.indexOf(/^-P (\S+)/.exec(line)?.[1] ?? '')
    if (hook >= 0) {
      if (hook <= policy) return at
      policy = hook
    } else if (/^-[NA] /.test(line) && policy >= 0) policy = HOOKS.length
  }
  return at
}

/** The listings of a file, in their order. */
function sectionsOf(lines: readonly string[]): readonly Section[] | RuleFileError {
  const sections: Section[] = []
  for (let at = 0; at < lines.length; ) {
    const kind = kindOf((lines[at] ?? '').trim())
    if (kind === null) return foreign(at + 1, (lines[at] ?? '').trim())
    if (kind === 'silent' && !(lines[at] ?? '').startsWith('# Generated by')) {
      at++
      continue
    }
    const until = {
      json: jsonEnd,
      nft: tableEnd,
      ipset: ipsetEnd,
      iptables: iptablesEnd,
      silent: iptablesEnd,
    }[kind](lines, at)
    if (typeof until === 'object') return until
    const section = { first: at + 1, lines: lines.slice(at, until) }
    sections.push({ ...section, kind: kind === 'silent' ? 'iptables' : kind })
    at = until
  }
  return joined(sections)
}

/** The tables of one nft listing together: what one of them defines holds for the next. */
function joined(sections: readonly Section[]): readonly Section[] {
  const together: Section[] = []
  for (const section of sections) {
    const last = together.at(-1)
    const gap = last === undefined ? 0 : section.first - last.first - last.lines.length
    if (last?.kind === 'nft' && section.kind === 'nft') {
      const lines = [...last.lines, ...Array.from({ length: gap }, () => ''), ...section.lines]
      together[together.length - 1] = { ...last, lines }
    } else together.push(section)
  }
  return together
}

function readJson({ first, lines }: Section): RuleSet | RuleFileError {
  const text = lines.join('\n')
  const rules = parseNftJson(text)
  if (rules !== null) return rules
  try {
    JSON.parse(text)
    return wrong(first, 'this JSON is not what nft -j list ruleset prints')
  } catch (problem) {
    const message = String(problem)
    const position = /position (\d+)/.exec(message)?.[1]
    const before = text.slice(0, position === undefined ? 0 : Number(position))
    const isCut = /end of|Unterminated/.test(message) || before.length >= text.trimEnd().length
    const line = isCut ? lines.length : before.split('\n').length
    const because = isCut ? 'the JSON ends in the middle: it is cut off' : 'the JSON is broken'
    return wrong(first + line - 1, because)
  }
}

function readNft({ first, lines }: Section): RuleSet | RuleFileError {
  const script = expandNftScript(lines.join('\n'))
  if ('because' in script) return wrong(first + script.line - 1, script.because)
  return parseNftText(script.text) ?? { chains: [], unreadable: [], aside: [] }
}

/** The program that wrote a listing says so, and on what it works. */
const HEADER = /^# Generated by (ip6?)tables\S*-save v/m
const SIX = /\bip6tables\b|\bipv6-icmp\b|--icmpv6-type|\bicmp6-|(?:^| )-[sd] [0-9a-f]*:/m
const FOUR = /(?:^| )-[sd] \d+\.|-p icmp\b|\bicmp-/m

function familyOf(text: string, otherwise: 4 | 6): 4 | 6 {
  const program = HEADER.exec(text)?.[1]
  if (program !== undefined) return program === 'ip6' ? 6 : 4
  if (SIX.test(text)) return 6
  return FOUR.test(text) ? 4 : otherwise
}

function readIptables(
  section: Section,
  otherwise: 4 | 6,
  besideNft: boolean,
): RuleSet | RuleFileError {
  const { first, lines } = section
  let open: string | null = null
  for (const line of lines) {
    if (/^\*\w/.test(line) && open === null) open = line.trim()
    if (line.trim() === 'COMMIT') open = null
  }
  const last = first + lines.length - 1
  if (open !== null) return wrong(last, `the table ${open.slice(1)} has no COMMIT: it is cut off`)
  const end = (lines.at(-1) ?? '').trim()
  if (/^-A /.test(end) && !/ -[jg] \S/.test(end))
    return wrong(last, `${shown(end)} leads nowhere: it is cut off`)
  const text = lines.join('\n')
  const backend = besideNft && keptIn(text) === 'ip_tables' ? 'iptables-legacy' : 'iptables'
  return (
    parseIptablesSave(text, familyOf(text, otherwise), backend) ?? {
      chains: [],
      unreadable: [],
      aside: [],
    }
  )
}

/** The tables of a rule set, each once. */
const tablesOf = ({ chains }: RuleSet): ReadonlySet<string> =>
  new Set(chains.map(({ backend, family, table }) => `${backend} ${family} ${table}`))

const words = (table: string): string => table.replace(/^nft /, '')

const READERS = { json: readJson, nft: readNft, iptables: readIptables } as const

function readSections(sections: readonly Section[], family: 4 | 6): RuleSet | RuleFileError {
  const besideNft = sections.some(
    ({ kind, lines }) => kind === 'iptables' && keptIn(lines.join('\n')) === 'nf_tables',
  )
  const read: RuleSet[] = []
  const seen = new Map<string, number>()
  const sets = new Map<string, Ipset>()
  for (const section of sections) {
    if (section.kind === 'ipset') {
      for (const [name, set] of parseIpsetSave(section.lines.join('\n')) ?? []) sets.set(name, set)
      continue
    }
    const set = READERS[section.kind](section, family, besideNft)
    if ('error' in set) return set
    for (const table of tablesOf(set)) {
      const before = seen.get(table)
      if (before !== undefined)
        return wrong(
          section.first,
          `the table ${words(table)} was listed already, from line ${before} on`,
        )
      seen.set(table, section.first)
    }
    read.push(set)
  }
  const all: RuleSet = {
    chains: read.flatMap(({ chains }) => chains),
    unreadable: read.flatMap(({ unreadable }) => unreadable),
    aside: read.flatMap(({ aside }) => aside),
  }
  return sets.size === 0 ? all : resolveIpsets(all, sets)
}

/**
 * The rules in the text, or why there are none. `family` is that of a listing of iptables that tells
 * it neither in its header nor by an address.
 */
export function parseRuleFile(text: string, family: 4 | 6): RuleSet | RuleFileError {
  if (text.length > LONGEST_RULE_FILE)
    return { error: `is longer than ${LONGEST_RULE_FILE / 1024 / 1024} MB` }
  if (text.includes('\0')) return { error: 'is no text (or UTF-16, which nobody prints on Linux)' }
  const lines = text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split('\n')
  const sections = sectionsOf(lines)
  if ('error' in sections) return sections
  const last = sections.at(-1)
  if (last === undefined) return { error: 'is empty' }
  if (sections.every(({ kind }) => kind === 'ipset'))
    return { error: 'has sets of ipset and no rule: give what iptables-save prints as well' }
  // A member that is cut short is another member.
  if (last.kind === 'ipset' && !text.endsWith('\n'))
    return wrong(lines.length, 'the line does not end: it is cut off')
  return readSections(sections, family)
}
