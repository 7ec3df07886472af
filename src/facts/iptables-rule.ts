/**
 * One rule of iptables as iptables-save(8) writes it, `-s 10.0.0.0/8 -p tcp -m tcp --dport 22
 * -j DROP`, in the terms of the rule set. The options are those of iptables-extensions(8); an
 * option that is not known here is an unknown condition.
 */
import { iptablesOption } from './iptables-option.ts'
import { protocolText } from './packet-word.ts'
import { fieldIs, type Match, one } from './rule-set.ts'

/** What a rule says, without its place; the verdict's target may still be a chain. */
export type IptablesRule = {
  readonly matches: readonly Match[]
  readonly target: string | null
  /** The target was given by `-g`. */
  readonly goto: boolean
  /** The words after the target: its options. */
  readonly options: readonly string[]
  readonly comment: string | null
}

const QUOTING = /["'\\]/
/** Most lines have none of these, but words with one blank between them. */
const SPECIAL = /["'\\]|[^\S ]/
const WORD = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"?|'[^']*'?)+/g

/** A word without its quotes. */
const unquoted = (word: string): string =>
  word.replace(
    /"((?:[^"\\]|\\.)*)"?|'([^']*)'?|\\(.)/g,
    (_, double?: string, single?: string, escaped?: string) =>
      double?.replace(/\\(.)/g, '$1') ?? single ?? escaped ?? '',
  )

function plainWords(text: string): string[] {
  const words = text.split(' ')
  return words.includes('') ? words.filter((word) => word !== '') : words
}

/** Enough for the conditions that tell most rules apart. */
const BEGINNING = 64

/** The words from `at` on, up to a quote; the last of them may be cut short. */
function wordsFrom(line: string, at: number): string[] {
  const beginning = line.slice(at, at + BEGINNING)
  const special = beginning.search(SPECIAL)
  return plainWords(special < 0 ? beginning : beginning.slice(0, special))
}

/** The words of a line, quotes as iptables-save and a shell write them. */
export function iptablesWords(line: string): string[] {
  if (!SPECIAL.test(line)) return plainWords(line)
  const words = line.match(WORD) ?? []
  return words.map((word) => (QUOTING.test(word) ? unquoted(word) : word))
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['--source', '-s'],
  ['--src', '-s'],
  ['--destination', '-d'],
  ['--dst', '-d'],
  ['--protocol', '-p'],
  ['--in-interface', '-i'],
  ['--out-interface', '-o'],
  ['--jump', '-j'],
  ['--goto', '-g'],
  ['--match', '-m'],
  ['--source-port', '--sport'],
  ['--destination-port', '--dport'],
  ['--source-ports', '--sports'],
  ['--destination-ports', '--dports'],
])

const flagNames = (text: string): readonly string[] => {
  if (text === 'ALL') return ['fin', 'syn', 'rst', 'psh', 'ack', 'urg']
  return text === 'NONE' ? [] : text.toLowerCase().split(',')
}

type Reading = {
  readonly words: readonly string[]
  at: number
  readonly family: 4 | 6
  /** The module whose options are being read. */
  module: string
  readonly matches: Match[]
  readonly comments: string[]
}

/** Modules whose options say all; the module's own name says nothing. */
const QUIET: ReadonlySet<string> = new Set([
  ...['tcp', 'udp', 'icmp', 'icmp6', 'icmpv6', 'multiport', 'conntrack', 'state', 'iprange'],
  ...['addrtype', 'pkttype', 'mark', 'connmark', 'owner', 'comment', 'sctp', 'dccp', 'udplite'],
  ...['mac', 'length', 'ttl', 'hl', 'dscp'],
])

/** Modules that remember: what came before decides. */
const LIMITS: ReadonlySet<string> = new Set([
  ...['limit', 'hashlimit', 'recent', 'connlimit', 'quota', 'statistic', 'connbytes', 'rateest'],
])

/** Protocols without conditions: `-p all` is every one. */
const anyProtocol = (text: string): boolean => text === 'all' || text === '0'

function protocol(reading: Reading, text: string, negated: boolean): void {
  if (!anyProtocol(text)) {
    reading.matches.push(fieldIs('protocol', [one(protocolText(text))], negated))
  }
}

/** `-m set [!] --match-set NAME src,dst`; null with any option beside it. */
function ipset(words: readonly string[]): Match | null {
  const negated = words[2] === '!'
  const [option, name, sides, ...more] = words.slice(negated ? 3 : 2)
  const directions = sides
    ?.split(',')
    .flatMap((side) => (side === 'src' || side === 'dst' ? [side as 'src' | 'dst'] : []))
  const whole = directions !== undefined && directions.length === sides?.split(',').length
  if (option !== '--match-set' || name === undefined || !whole || more.length > 0) return null
  return { kind: 'ipset', name, directions, negated, text: words.join(' ') }
}

/** `-m rpfilter [--loose] [--validmark] [--invert]`: whether a route leads back to the source. */
function reversePath(words: readonly string[]): Match | null {
  const options = words.slice(2)
  const known = ['--loose', '--validmark', '--invert']
  if (options.some((option) => !known.includes(option))) return null
  const field = options.includes('--loose') ? 'reversePathLoose' : 'reversePath'
  return fieldIs(field, [one(options.includes('--invert') ? 'missing' : 'exists')])
}

/** Modules that are one condition with all their words; null where an option is not known here. */
const WHOLE: ReadonlyMap<string, (words: readonly string[]) => Match | null> = new Map([
  ['set', ipset],
  ['rpfilter', reversePath],
])

/** Modules for headers of IPv6 that most packets do not have, whatever else they ask of them. */
const EXTENSION_HEADERS: ReadonlySet<string> = new Set(['rt', 'frag', 'hbh', 'dst', 'mh'])

/** A module that is read whole: one condition, or one that is not understood. */
function module(reading: Reading, from: number): void {
  const name = reading.words[from + 1] ?? ''
  const ends = (word: string | undefined): boolean =>
    word === '-m' || word === '-j' || word === '-g'
  while (reading.at < reading.words.length && !ends(reading.words[reading.at])) reading.at++
  const words = reading.words.slice(from, reading.at)
  if (EXTENSION_HEADERS.has(name)) {
    reading.matches.push(fieldIs('extensionHeader', [one(name)]))
    if (words.length <= 2) return
  }
  const known = WHOLE.get(name)?.(words) ?? null
  const text = words.join(' ')
  reading.matches.push(known ?? { kind: LIMITS.has(name) ? 'limit' : 'unknown', text })
}

/** One option and its words; the cursor stands behind its name. */
function option(reading: Reading, name: string, negatedBefore: boolean): void {
  const { words } = reading
  const negated = negatedBefore || words[reading.at] === '!'
  if (!negatedBefore && negated) reading.at++ // `-s ! 10.0.0.1`, as iptables before 1.4.3 wrote
  const isFlag = /^-[-a-z]/.test(words[reading.at] ?? '-a') // `--limit-iface-in` has no word
  const word = isFlag ? '' : (words[reading.at++] ?? '')
  const known = iptablesOption(name, reading.module)
  const values = (isFlag ? null : known?.values(word, reading.family)) ?? null
  if (known !== null && values !== null) {
    reading.matches.push(fieldIs(known.field, values, negated))
  } else if (name === '--tcp-flags') {
    const set = flagNames(words[reading.at++] ?? '')
    reading.matches.push({ kind: 'flags', how: 'all', negated, mask: flagNames(word), set })
  } else {
    const not = negated ? '! ' : ''
    reading.matches.push({ kind: 'unknown', text: `${not}${name} ${word}`.trim() })
  }
}

/** One step of reading: an option, or a module that is left whole. */
function step(reading: Reading): void {
  const from = reading.at
  const negated = reading.words[reading.at] === '!'
  if (negated) reading.at++
  const given = reading.words[reading.at++] ?? ''
  const name = SHORT.get(given) ?? given
  const next = reading.words[reading.at] ?? ''
  if (name === '-p') {
    const inner = next === '!'
    protocol(reading, reading.words[reading.at + (inner ? 1 : 0)] ?? '', negated || inner)
    reading.at += inner ? 2 : 1
  } else if (name === '-m') {
    reading.at++
    reading.module = next
    if (!QUIET.has(next)) module(reading, from)
  } else if (name === '--comment') {
    reading.comments.push(next)
    reading.at++
  } else if (name === '-c') {
    reading.at += 2 // packets and bytes: read by the caller
  } else if (name === '--syn') {
    // iptables-extensions(8): --tcp-flags SYN,RST,ACK,FIN SYN
    const mask = ['syn', 'rst', 'ack', 'fin']
    reading.matches.push({ kind: 'flags', how: 'all', negated, mask, set: ['syn'] })
  } else if (name === '-4' || name === '-6') return
  else if (name === '-f') reading.matches.push(fieldIs('fragment', [one('later')], negated))
  else option(reading, name, negated)
}

const TARGETS: ReadonlySet<string> = new Set(['-j', '-g', '--jump', '--goto'])

const reader = (words: readonly string[], family: 4 | 6): Reading => ({
  words,
  at: 0,
  family,
  module: '',
  matches: [],
  comments: [],
})

const isAtTarget = ({ words, at }: Reading): boolean => TARGETS.has(words[at] ?? '')

/** The options with which most rules begin, and one word. */
const PLAIN = /(! )?(-[sdio]) ([^ "'\\!-][^ "'\\]*) /y

/** Whether one of those with which the line begins fails; and where they end. */
function failsPlainly(
  line: string,
  family: 4 | 6,
  fails: (match: Match) => boolean,
): true | number {
  for (let at = 0; ; ) {
    PLAIN.lastIndex = at
    const [whole = '', not, name = '', word = ''] = PLAIN.exec(line) ?? []
    const option = iptablesOption(name, '')
    const values = option?.values(word, family) ?? null
    if (option === null || values === null) return at
    if (fails(fieldIs(option.field, values, not !== undefined))) return true
    at += whole.length
  }
}

/** Whether one of the first conditions of a line fails, in their order; those behind it are not read. */
export function failsEarly(line: string, family: 4 | 6, fails: (match: Match) => boolean): boolean {
  const plain = failsPlainly(line, family, fails)
  if (plain === true) return true
  const words = wordsFrom(line, plain)
  const reading = reader(words, family)
  let asked = 0
  while (!isAtTarget(reading)) {
    step(reading)
    // What ends with the last word may go on behind it.
    if (reading.at >= words.length) return false
    for (let match = reading.matches[asked]; match !== undefined; match = reading.matches[++asked])
      if (fails(match)) return true
  }
  return false
}

/** What the words after `-A CHAIN` say. */
export function iptablesRule(words: readonly string[], family: 4 | 6): IptablesRule {
  const reading = reader(words, family)
  while (reading.at < words.length && !isAtTarget(reading)) step(reading)
  const [jump, target = ''] = words.slice(reading.at)
  const goto = jump === '-g' || jump === '--goto'
  reading.at += 2
  const options = words.slice(reading.at)
  // `-j DROP -m comment …`: a person may write conditions behind the target.
  const late = options.indexOf('-m')
  if (late >= 0) while (reading.at < words.length) step(reading)
  const comment = reading.comments.at(-1) ?? null
  return {
    matches: reading.matches,
    target: jump === undefined ? null : target,
    goto,
    options,
    comment,
  }
}
