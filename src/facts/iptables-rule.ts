/**
 * One rule of iptables as iptables-save(8) writes it, `-s 10.0.0.0/8 -p tcp -m tcp --dport 22
 * -j DROP`, in the terms of the rule set. The options are those of iptables-extensions(8); an
 * option that is not known here is an unknown condition.
 */
import {
  type Field,
  fieldIs,
  icmpTypeText,
  type Match,
  one,
  protocolText,
  type Value,
  type Verdict,
} from './rule-set.ts'

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

/** The words of a line, quotes as iptables-save and a shell write them. */
export function iptablesWords(line: string): readonly string[] {
  const words: string[] = []
  for (const found of line.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"?|'[^']*'?)+/g)) {
    const word = found[0].replace(
      /"((?:[^"\\]|\\.)*)"?|'([^']*)'?|\\(.)/g,
      (_, double?: string, single?: string, escaped?: string) =>
        double?.replace(/\\(.)/g, '$1') ?? single ?? escaped ?? '',
    )
    words.push(word)
  }
  return words
}

const SHORT: Readonly<Record<string, string>> = {
  '--source': '-s',
  '--src': '-s',
  '--destination': '-d',
  '--dst': '-d',
  '--protocol': '-p',
  '--in-interface': '-i',
  '--out-interface': '-o',
  '--jump': '-j',
  '--goto': '-g',
  '--match': '-m',
  '--source-port': '--sport',
  '--destination-port': '--dport',
  '--source-ports': '--sports',
  '--destination-ports': '--dports',
}

/** 255.255.255.0 as a number of bits; null when its bits are not in one row. */
function maskBits(mask: string): number | null {
  if (/^\d{1,3}$/.test(mask)) return Number(mask)
  const bytes = mask.split('.').map(Number)
  if (bytes.length !== 4 || bytes.some((byte) => !(byte >= 0 && byte <= 255))) return null
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return /^1*0*$/.test(bits) ? bits.replaceAll('0', '').length : null
}

function addresses(text: string): readonly Value[] | null {
  const values = text.split(',').map((word): Value | null => {
    const [address = '', mask] = word.split('/')
    if (mask === undefined) return one(address)
    const length = maskBits(mask)
    return length === null ? null : { kind: 'prefix', address, length }
  })
  const present = values.filter((value) => value !== null)
  return present.length === values.length ? present : null
}

/** `80,443,1000:2000`, also `1024:` and `:80`. */
const ports = (text: string): readonly Value[] =>
  text.split(',').map((word): Value => {
    const [from = '', to] = word.split(':')
    return to === undefined ? one(from) : { kind: 'range', from: from || '0', to: to || '65535' }
  })

const lowered = (text: string): readonly Value[] =>
  text.split(',').map((word) => one(word.toLowerCase()))

function range(text: string): readonly Value[] {
  const [from = '', to = from] = text.split('-')
  return [{ kind: 'range', from, to }]
}

/** A name; `eth+` is any that begins so, and `+` alone is any. */
const device = (text: string): readonly Value[] => [one(text.replace(/\+$/, '*'))]

const flagNames = (text: string): readonly string[] => {
  if (text === 'ALL') return ['fin', 'syn', 'rst', 'psh', 'ack', 'urg']
  return text === 'NONE' ? [] : text.toLowerCase().split(',')
}

type Reading = {
  readonly words: readonly string[]
  at: number
  readonly family: 4 | 6
  readonly matches: Match[]
  readonly comments: string[]
}

type Option = {
  readonly field: Field
  readonly values: (text: string, family: 4 | 6) => readonly Value[] | null
}

/** Options that compare one field with one word. */
const OPTIONS: Readonly<Record<string, Option>> = {
  '-s': { field: 'source', values: addresses },
  '-d': { field: 'destination', values: addresses },
  '-i': { field: 'inputDevice', values: device },
  '-o': { field: 'outputDevice', values: device },
  '--sport': { field: 'sourcePort', values: ports },
  '--dport': { field: 'destinationPort', values: ports },
  '--sports': { field: 'sourcePort', values: ports },
  '--dports': { field: 'destinationPort', values: ports },
  '--ports': { field: 'anyPort', values: ports },
  '--ctstate': { field: 'state', values: lowered },
  '--state': { field: 'state', values: lowered },
  '--src-range': { field: 'source', values: range },
  '--dst-range': { field: 'destination', values: range },
  '--src-type': { field: 'sourceType', values: lowered },
  '--dst-type': { field: 'destinationType', values: lowered },
  '--pkt-type': {
    field: 'packetType',
    values: (text) => lowered(text.replace(/^unicast$/, 'host')),
  },
  '--mark': { field: 'mark', values: (text) => [one(text)] },
  '--uid-owner': { field: 'user', values: (text) => [one(text)] },
  '--gid-owner': { field: 'group', values: (text) => [one(text)] },
  '--icmp-type': {
    field: 'icmpType',
    values: (text) => [one(text === 'any' ? '*' : icmpTypeText(text, 4))],
  },
  '--icmpv6-type': {
    field: 'icmpType',
    values: (text) => [one(text === 'any' ? '*' : icmpTypeText(text, 6))],
  },
}

/** Modules whose options say all; the module's own name says nothing. */
const QUIET: ReadonlySet<string> = new Set([
  ...['tcp', 'udp', 'icmp', 'icmp6', 'icmpv6', 'multiport', 'conntrack', 'state', 'iprange'],
  ...['addrtype', 'pkttype', 'mark', 'owner', 'comment', 'sctp', 'dccp', 'udplite'],
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

/** A module that is not understood, with all its words. */
function module(reading: Reading, from: number): void {
  const name = reading.words[from + 1] ?? ''
  const ends = (word: string | undefined): boolean =>
    word === '-m' || word === '-j' || word === '-g'
  while (reading.at < reading.words.length && !ends(reading.words[reading.at])) reading.at++
  const text = reading.words.slice(from, reading.at).join(' ')
  reading.matches.push({ kind: LIMITS.has(name) ? 'limit' : 'unknown', text })
}

/** One option and its words; the cursor stands behind its name. */
function option(reading: Reading, name: string, negatedBefore: boolean): void {
  const { words } = reading
  const negated = negatedBefore || words[reading.at] === '!'
  if (!negatedBefore && negated) reading.at++ // `-s ! 10.0.0.1`, as iptables before 1.4.3 wrote
  const isFlag = /^-[-a-z]/.test(words[reading.at] ?? '-a') // `--limit-iface-in` has no word
  const word = isFlag ? '' : (words[reading.at++] ?? '')
  const known = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined
  const values = (isFlag ? null : known?.values(word, reading.family)) ?? null
  if (known !== undefined && values !== null) {
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
  const name = Object.hasOwn(SHORT, given) ? (SHORT[given] ?? given) : given
  const next = reading.words[reading.at] ?? ''
  if (name === '-p') {
    const inner = next === '!'
    protocol(reading, reading.words[reading.at + (inner ? 1 : 0)] ?? '', negated || inner)
    reading.at += inner ? 2 : 1
  } else if (name === '-m') {
    reading.at++
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
  else if (name === '-f') reading.matches.push({ kind: 'unknown', text: negated ? '! -f' : '-f' })
  else option(reading, name, negated)
}

/** What the words after `-A CHAIN` say. */
export function iptablesRule(words: readonly string[], family: 4 | 6): IptablesRule {
  const reading: Reading = { words, at: 0, family, matches: [], comments: [] }
  let target: string | null = null
  let goto = false
  const isTarget = (word: string | undefined): boolean =>
    ['-j', '-g', '--jump', '--goto'].includes(word ?? '')
  while (reading.at < words.length && target === null) {
    const word = words[reading.at]
    if (!isTarget(word)) {
      step(reading)
      continue
    }
    target = words[reading.at + 1] ?? ''
    goto = word === '-g' || word === '--goto'
    reading.at += 2
  }
  const options = target === null ? [] : words.slice(reading.at)
  // `-j DROP -m comment …`: a person may write conditions behind the target.
  const late = options.indexOf('-m')
  if (late >= 0) while (reading.at < words.length) step(reading)
  const comment = reading.comments.at(-1) ?? null
  return { matches: reading.matches, target, goto, options, comment }
}

/** Targets after which the next rule is reached in any case (iptables-extensions(8)). */
const PASSING: ReadonlySet<string> = new Set([
  ...['LOG', 'NFLOG', 'ULOG', 'MARK', 'CONNMARK', 'TCPMSS', 'CHECKSUM', 'CLASSIFY', 'DSCP', 'TOS'],
  ...[
    'TTL',
    'HL',
    'ECN',
    'CT',
    'NOTRACK',
    'TRACE',
    'AUDIT',
    'SET',
    'TEE',
    'TCPOPTSTRIP',
    'SECMARK',
  ],
  ...['CONNSECMARK', 'IDLETIMER', 'LED', 'RATEEST', 'HMARK'],
])

/** `icmp-port-unreachable`, `icmp6-adm-prohibited` and the like in nft's words. */
function rejection(kind: string | undefined): string {
  const bare = (kind ?? 'port-unreachable').replace(/^icmp6?-/, '').replace(/^adm-/, 'admin-')
  const other: Readonly<Record<string, string>> = {
    'tcp-rst': 'tcp-reset',
    'proto-unreachable': 'prot-unreachable',
  }
  return Object.hasOwn(other, bare) ? (other[bare] ?? bare) : bare
}

/** The verdict of a target, where `isChain` knows the table's own chains. */
export function iptablesVerdict(rule: IptablesRule, isChain: (name: string) => boolean): Verdict {
  const { target, options } = rule
  const after = (name: string): string | undefined => {
    const at = options.indexOf(name)
    return at < 0 ? undefined : options[at + 1]
  }
  if (target === null) return { kind: 'continue' }
  if (isChain(target)) return { kind: rule.goto ? 'goto' : 'jump', target }
  const port = after('--to-ports') ?? after('--to-port') ?? after('--on-port')
  switch (target) {
    case 'ACCEPT':
      return { kind: 'accept' }
    case 'DROP':
      return { kind: 'drop' }
    case 'RETURN':
      return { kind: 'return' }
    case 'REJECT':
      return { kind: 'reject', with: rejection(after('--reject-with')) }
    case 'REDIRECT':
    case 'TPROXY':
      return { kind: 'redirect', to: port === undefined ? null : `:${port}` }
    case 'DNAT':
      return { kind: 'dnat', to: after('--to-destination') ?? null }
    case 'SNAT':
      return { kind: 'snat', to: after('--to-source') ?? null }
    case 'MASQUERADE':
      return { kind: 'masquerade' }
    case 'NFQUEUE':
    case 'QUEUE':
      return { kind: 'queue' }
  }
  if (PASSING.has(target)) return { kind: 'continue' }
  if (rule.goto) return { kind: 'goto', target }
  return { kind: 'unknown', text: [target, ...options].join(' ') }
}
