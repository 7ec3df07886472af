/**
 * A rule as libnftables-json(5) gives it, in the words of nft(8) again: what a person reads in
 * `nft list ruleset`, and what `nft insert rule` takes back. A rule's counter is printed without
 * its numbers, so that the words stay the same while it counts.
 */
import { familyOf } from '../wire/address.ts'
import {
  expressionWords,
  listOf,
  plainWord,
  verdictWords,
  WORDLESS,
} from './nft-expression-words.ts'
import { fieldsOf, onlyEntry } from './nft-json.ts'

type Fields = Readonly<Record<string, unknown>>

const quote = (value: unknown): string => `"${plainWord(value).replaceAll('"', '')}"`

/** Fields of several bits: a constant without an operator means any of them. */
const isBits = (left: unknown): boolean =>
  fieldsOf(fieldsOf(left).payload).field === 'flags' ||
  ['state', 'status', 'label'].includes(String(fieldsOf(fieldsOf(left).ct).key))

function match({ op, left, right }: Fields): string {
  const [subject, mask] = listOf(fieldsOf(left)['&'])
  const written = expressionWords(right, left)
  if (mask !== undefined && isBits(subject) && Array.isArray(mask)) {
    // `tcp flags syn / syn,ack`: the bits of the right among those of the mask
    const not = op === '!=' ? '!= ' : ''
    return `${expressionWords(subject, null)} ${not}${written} / ${expressionWords(mask, null)}`
  }
  const isSet = 'set' in fieldsOf(right) || (typeof right === 'string' && right.startsWith('@'))
  const plain = op === 'in' || (op === '==' && mask === undefined && (!isBits(left) || isSet))
  return `${expressionWords(left, null)}${plain ? '' : ` ${plainWord(op)}`} ${written}`
}

function limit(of: Fields): string {
  const over = of.inv === true ? 'over ' : ''
  const unit = (name: string): string => (of[name] === undefined ? '' : ` ${plainWord(of[name])}`)
  const rate = `limit rate ${over}${plainWord(of.rate)}${unit('rate_unit')}/${plainWord(of.per)}`
  const plain =
    of.burst === undefined || of.burst === 0 || (of.burst === 5 && of.rate_unit === undefined) // 5: nft's default
  return plain ? rate : `${rate} burst ${plainWord(of.burst)}${unit('burst_unit') || ' packets'}`
}

/** `10.0.0.1:80`, `[fd00::1]-[fd00::9]:80-90`. */
function endpoint(of: Fields): string {
  if (of.port === undefined) return of.addr === undefined ? '' : expressionWords(of.addr, null)
  const hosts = listOf(fieldsOf(of.addr).range ?? of.addr ?? '')
  const isSix = hosts.every((host) => typeof host === 'string' && host.includes(':'))
  const host = isSix
    ? hosts.map((address) => `[${plainWord(address)}]`).join('-')
    : of.addr === undefined
      ? ''
      : expressionWords(of.addr, null)
  return `${host}:${expressionWords(of.port, null)}`
}

function nat(kind: string, of: Fields): string {
  const family = of.family === undefined ? '' : ` ${plainWord(of.family)}`
  const prefix = of.flags === 'netmap' ? ' prefix' : ''
  const to = endpoint(of)
  const flags =
    of.flags === undefined || of.flags === 'netmap'
      ? ''
      : ` ${listOf(of.flags).map(plainWord).join(',')}`
  return `${kind}${to === '' ? '' : `${family}${prefix} to ${to}`}${flags}`
}

/** A copy or the packet itself to another place: an address, or a device in the family netdev. */
function deviceOf(kind: string, of: Fields): string {
  const place = of.addr ?? of.dev
  const isAddress = typeof place === 'string' && familyOf(place) !== null
  const family = of.family === undefined ? '' : ` ${plainWord(of.family)}`
  const device = of.addr === undefined || of.dev === undefined ? '' : ` device ${quote(of.dev)}`
  return `${kind}${family} to ${isAddress ? plainWord(place) : quote(place)}${device}`
}

/** What a bare `reject` means, by the table's family (nftables src/evaluate.c stmt_evaluate_reject_default). */
const DEFAULT_REJECT: Readonly<Record<string, string>> = { ip: 'icmp', ip6: 'icmpv6' }

function reject(of: Fields, family: string): string {
  if (of.type === 'tcp reset') return 'reject with tcp reset'
  const usual = Object.hasOwn(DEFAULT_REJECT, family) ? DEFAULT_REJECT[family] : 'icmpx'
  if (of.type === undefined || (of.type === usual && of.expr === 'port-unreachable'))
    return 'reject'
  return `reject with ${plainWord(of.type)} ${plainWord(of.expr)}`
}

function synproxy(of: Fields): string {
  const part = (name: string): string[] =>
    of[name] === undefined ? [] : [`${name} ${plainWord(of[name])}`]
  return [
    'synproxy',
    ...part('mss'),
    ...part('wscale'),
    ...listOf(of.flags ?? []).map(plainWord),
  ].join(' ')
}

/** A statement inside of another's braces; none of those has braces itself. */
function inner(value: unknown): string {
  const [kind] = onlyEntry(value)
  if (['meter', 'set', 'map'].includes(kind)) throw WORDLESS
  return statement(value)
}

function meter(of: Fields): string {
  const size = of.size === undefined ? '' : ` size ${plainWord(of.size)}`
  const inside = [expressionWords(of.key, null), ...listOf(of.stmt ?? []).map(inner)]
  return `meter ${plainWord(of.name)}${size} { ${inside.join(' ')} }`
}

function log(of: Fields): string {
  const prefix = of.prefix === undefined ? [] : [`prefix ${quote(of.prefix)}`]
  const rest = ['level', 'group', 'snaplen', 'queue-threshold'].flatMap((key) =>
    of[key] === undefined ? [] : [`${key} ${plainWord(of[key])}`],
  )
  return ['log', ...prefix, ...rest, ...logFlags(of.flags)].join(' ')
}

/** `flags tcp sequence,options flags skuid`: those of one header together, the others each alone. */
function logFlags(flags: unknown): readonly string[] {
  const names = flags === undefined ? [] : listOf(flags).map(plainWord)
  const headers = ['tcp', 'ip'].flatMap((header) => {
    const own = names.filter((name) => name.startsWith(`${header} `))
    const parts = own.map((name) => name.slice(header.length + 1))
    return parts.length === 0 ? [] : [`flags ${header} ${parts.join(',')}`]
  })
  return [...headers, ...names.filter((name) => !name.includes(' ')).map((name) => `flags ${name}`)]
}

/** `add @s { ip saddr timeout 30s limit rate 3/minute }`, of a map `add @m { ip saddr : tcp dport }`. */
function addition(kind: 'set' | 'map', of: Fields): string {
  const statements = listOf(of.stmt ?? []).map((one) => ` ${inner(one)}`)
  const value = of.data === undefined ? '' : ` : ${expressionWords(of.data, null)}`
  const inside = `${expressionWords(of.elem, null)}${statements.join('')}${value}`
  return `${plainWord(of.op)} ${plainWord(of[kind])} { ${inside} }`
}

const named = (kind: string, inner: unknown, otherwise: (of: Fields) => string): string =>
  typeof inner === 'string' ? `${kind} name ${quote(inner)}` : otherwise(fieldsOf(inner))

const over = (of: Fields): string => (of.inv === true ? 'over ' : '')

/** Statements by their kind; the others are verdicts or have no words here. */
const STATEMENTS: Readonly<Record<string, (inner: unknown, of: Fields, family: string) => string>> =
  {
    match: (_, of) => match(of),
    counter: (inner, of) =>
      of.map === undefined
        ? named('counter', inner, () => 'counter')
        : `counter name ${expressionWords(counterNames(inner), null)}`,
    limit: (inner) => named('limit', inner, limit),
    quota: (inner) =>
      named(
        'quota',
        inner,
        (of) => `quota ${over(of)}${plainWord(of.val)} ${plainWord(of.val_unit)}`,
      ),
    'ct count': (_, of) => `ct count ${over(of)}${plainWord(of.val)}`,
    reject: (_, of, family) => reject(of, family),
    log: (_, of) => log(of),
    vmap: (_, of) => `${expressionWords(of.key, null)} vmap ${expressionWords(of.data, of.key)}`,
    mangle: (_, of) => `${expressionWords(of.key, null)} set ${expressionWords(of.value, of.key)}`,
    set: (_, of) => addition('set', of),
    map: (_, of) => addition('map', of),
    meter: (_, of) => meter(of),
    'ct helper': (inner) => `ct helper set ${quote(inner)}`,
    'ct timeout': (inner) => `ct timeout set ${quote(inner)}`,
    'ct expectation': (inner) => `ct expectation set ${quote(inner)}`,
    masquerade: (_, of) => nat('masquerade', of),
    redirect: (_, of) => nat('redirect', of),
    snat: (_, of) => nat('snat', of),
    dnat: (_, of) => nat('dnat', of),
    tproxy: (_, of) => nat('tproxy', of),
    notrack: () => 'notrack',
    synproxy: (inner) => named('synproxy', inner, synproxy),
    dup: (_, of) => deviceOf('dup', of),
    fwd: (_, of) => deviceOf('fwd', of),
    flow: (_, of) => `flow ${plainWord(of.op)} ${plainWord(of.flowtable)}`,
  }

/** A map whose values are counters' names, in quotes. */
function counterNames(inner: unknown): unknown {
  const { key, data } = fieldsOf(fieldsOf(inner).map)
  const set = fieldsOf(data).set
  const quoted = Array.isArray(set)
    ? { set: set.map((pair) => (Array.isArray(pair) ? [pair[0], quote(pair[1])] : pair)) }
    : data
  return { map: { key, data: quoted } }
}

/** One statement of a rule. */
function statement(value: unknown, family = 'inet'): string {
  const [kind, inner] = onlyEntry(value)
  const of = fieldsOf(inner)
  if (typeof of.words === 'string') return of.words
  const verdict = verdictWords(value)
  if (verdict !== null) return verdict
  const writer = Object.hasOwn(STATEMENTS, kind) ? STATEMENTS[kind] : undefined
  if (writer === undefined) throw WORDLESS
  return writer(inner, of, family)
}

/** The words of one expression or statement; its JSON where there are none. */
export function describeNft(value: unknown): string {
  try {
    return statement(value)
  } catch (problem) {
    if (problem !== WORDLESS) throw problem
    return JSON.stringify(value) ?? ''
  }
}

/** A rule in nft's words, comment included; null when a part of it is not known here. */
export function formatNftRule(
  statements: unknown,
  comment: string | null,
  family = 'inet',
): string | null {
  try {
    const words = listOf(statements).map((one) => statement(one, family))
    return [...words, ...(comment === null ? [] : [`comment ${quote(comment)}`])].join(' ')
  } catch (problem) {
    if (problem !== WORDLESS) throw problem
    return null
  }
}
