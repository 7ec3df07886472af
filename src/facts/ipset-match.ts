/**
 * A rule's condition on an ipset, with the set's members in the place of its name (iptables-extensions(8)
 * set; net/netfilter/ipset/ip_set_core.c ip_set_test and the types beside it).
 */
import {
  type Address,
  compareAddress,
  formatAddress,
  neighbourOf,
  parsePrefix,
} from '../wire/address.ts'
import type { Ipset, IpsetMember } from './ipset.ts'
import { protocolText } from './packet-word.ts'
import {
  type Chain,
  complete,
  type Field,
  type Match,
  one,
  type RuleSet,
  type Value,
} from './rule-set.ts'
import { unreadRules } from './unread-rule.ts'

type Condition = Extract<Match, { readonly kind: 'ipset' }>
type Side = Condition['directions'][number]

/** What the members are compared with, and the members; null where one of them is not understood. */
type Table = { readonly fields: readonly Field[]; readonly rows: readonly (readonly Value[])[] }

/** The fields that one dimension of a set looks at. */
function fieldsOf(dimension: string, side: Side): readonly Field[] | null {
  const isSource = side === 'src'
  switch (dimension) {
    case 'ip':
    case 'net':
      return [isSource ? 'source' : 'destination']
    case 'port':
      return ['protocol', isSource ? 'sourcePort' : 'destinationPort']
    case 'iface':
      return [isSource ? 'inputDevice' : 'outputDevice']
    case 'mac':
      return isSource ? ['sourceHardware'] : null
    case 'mark':
      return ['mark']
    default:
      return null
  }
}

function addressValue(text: string, { netmask }: Ipset): Value | null {
  const [from = '', to] = text.split('-')
  if (to !== undefined) return { kind: 'range', from, to }
  const prefix = parsePrefix(text)
  if (prefix === null) return null
  const whole = prefix.address.bytes.length * 8
  const length = prefix.length === whole && netmask !== null ? netmask : prefix.length
  const address = formatAddress(prefix.address)
  return length === whole ? one(address) : { kind: 'prefix', address, length }
}

const PORTED: ReadonlySet<string> = new Set(['tcp', 'udp', 'sctp', 'udplite'])

/**
 * `tcp:80`, `udp:53-54`, and `80` of a bitmap for every protocol that has ports; a type of ICMP in the
 * place of a port is not understood here.
 */
function portValues(text: string): readonly Value[] | null {
  const [name = '', port = ''] = text.split(':')
  if (/^\d+$/.test(name) && port === '') return [one('*'), one(name)]
  const protocol = protocolText(name)
  if (PORTED.has(protocol)) {
    const [from = '', to] = port.split('-')
    return [one(protocol), to === undefined ? one(from) : { kind: 'range', from, to }]
  }
  return protocol.includes('icmp') ? null : [one(protocol), one('0')]
}

function cellValues(text: string, dimension: string, set: Ipset): readonly Value[] | null {
  const single = (value: Value | null): readonly Value[] | null => value && [value]
  switch (dimension) {
    case 'ip':
    case 'net':
      return single(addressValue(text, set))
    case 'port':
      return portValues(text)
    case 'iface':
      return text.includes(':') ? null : [one(text)] // `physdev:`: the port of a bridge
    case 'mac':
      return [one(text.toLowerCase())]
    case 'mark':
      return [
        set.markmask === null ? one(text) : { kind: 'masked', value: text, mask: set.markmask },
      ]
    default:
      return null
  }
}

/** A member's values, one for each field. */
function rowOf({ parts }: IpsetMember, set: Ipset): readonly Value[] | null {
  if (parts.length !== set.dimensions.length) return null
  const cells = parts.map((part, at) => cellValues(part, set.dimensions[at] ?? '', set))
  return complete(cells)?.flat() ?? null
}

type Span = { readonly from: Address; readonly to: Address; readonly except: boolean }

/** The first and the last address of a network. */
function spanOf({ parts, except }: IpsetMember): Span | null {
  const prefix = parsePrefix(parts[0] ?? '')
  if (prefix === null) return null
  const { address, length } = prefix
  const host = (at: number): number => 0xff >> Math.min(8, Math.max(0, length - 8 * at))
  return {
    from: { ...address, bytes: address.bytes.map((byte, at) => byte & ~host(at)) },
    to: { ...address, bytes: address.bytes.map((byte, at) => byte | host(at)) },
    except,
  }
}

/**
 * Networks with exceptions as ranges: of the networks that an address is in, the narrowest counts.
 * Networks are inside of each other or apart.
 */
function ranges(spans: readonly Span[]): readonly Value[] {
  const found: Value[] = []
  const emit = (from: Address | null, to: Address | null, { except }: Span): void => {
    if (!except && from !== null && to !== null && compareAddress(from, to) <= 0)
      found.push({ kind: 'range', from: formatAddress(from), to: formatAddress(to) })
  }
  const open: Span[] = []
  // What of the open networks is not yet said begins here; null above the last address.
  let from: Address | null = null
  const close = (until: Address | null): void => {
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      if (until !== null && compareAddress(top.to, until) >= 0) {
        emit(from, neighbourOf(until, -1), top)
        return
      }
      emit(from, top.to, top)
      from = neighbourOf(top.to, 1)
      open.pop()
    }
  }
  const inOrder = (a: Span, b: Span): number =>
    compareAddress(a.from, b.from) || compareAddress(b.to, a.to)
  for (const span of spans.toSorted(inOrder)) {
    close(span.from)
    from = span.from
    open.push(span)
  }
  close(null)
  return found
}

/** Members of which some are exceptions: known where they are networks alone. */
function withExceptions(set: Ipset): readonly (readonly Value[])[] | null {
  const [dimension, ...others] = set.dimensions
  if (dimension !== 'net' || others.length > 0 || set.family === null) return null
  const spans = complete(set.members.map(spanOf))
  return spans && ranges(spans).map((value) => [value])
}

function tableOf(set: Ipset, directions: readonly Side[]): Table | null {
  if (set.odd || (set.method === 'bitmap' && set.dimensions.includes('mac'))) return null
  const fields = complete(
    set.dimensions.map((dimension, at) => fieldsOf(dimension, directions[at] ?? 'src')),
  )
  const rows = set.members.some(({ except }) => except)
    ? withExceptions(set)
    : complete(set.members.map((member) => rowOf(member, set)))
  return fields && rows && { fields: fields.flat(), rows }
}

const NOTHING: Table = { fields: ['source'], rows: [] }

/** The members that a condition of a family asks for; those of a set of sets are its sets' members. */
function membersOf(
  { name, directions }: Condition,
  sets: ReadonlyMap<string, Ipset>,
  family: 4 | 6,
): Table | null {
  const set = sets.get(name)
  if (set === undefined) return null
  if (set.method !== 'list') {
    // ip_set_test: of another family, or asked with too few directions, nothing is in the set
    const asked = directions.length >= set.dimensions.length
    return asked && (set.family ?? family) === family ? tableOf(set, directions) : NOTHING
  }
  const tables = set.members.map(({ parts }) =>
    sets.get(parts[0] ?? '')?.method === 'list'
      ? null
      : membersOf(
          { kind: 'ipset', name: parts[0] ?? '', directions, negated: false, text: '' },
          sets,
          family,
        ),
  )
  const known = complete(tables)
  const [first = NOTHING, ...others] = known?.filter(({ rows }) => rows.length > 0) ?? []
  const alike = others.every(({ fields }) => fields.join() === first.fields.join())
  if (known === null || !alike) return null
  return { fields: first.fields, rows: [first, ...others].flatMap(({ rows }) => rows) }
}

function resolved(match: Condition, table: Table | null): Match {
  const { negated, name: set, text } = match
  if (table === null) return { kind: 'unknown', text }
  const { fields, rows } = table
  const [field, ...others] = fields
  return field !== undefined && others.length === 0
    ? { kind: 'is', field, negated, values: rows.flat(), set }
    : { kind: 'tuple', fields, negated, rows, set }
}

/** The module of iptables that asks for one. */
const SET_MODULE = /\bset\b/

const asksIpset = (chain: Chain): boolean =>
  unreadRules(chain).some(
    (rule) =>
      rule.mayMention(SET_MODULE) && rule.read().matches.some(({ kind }) => kind === 'ipset'),
  )

/** Whether any rule asks for an ipset. */
export const asksIpsets = ({ chains }: RuleSet): boolean => chains.some(asksIpset)

/** The rules with the members of the sets in the place of their names. */
export function resolveIpsets(rules: RuleSet, sets: ReadonlyMap<string, Ipset>): RuleSet {
  const known = new Map<string, Table | null>()
  const read = (match: Condition, family: 4 | 6): Table | null => {
    const key = `${family} ${match.directions} ${match.name}`
    const before = known.get(key)
    if (before !== undefined) return before
    const table = membersOf(match, sets, family)
    known.set(key, table)
    return table
  }
  const inChain = (chain: Chain): Chain => {
    if (!asksIpset(chain)) return chain
    const family = chain.family === 'ip6' ? 6 : 4
    const each = (match: Match): Match =>
      match.kind === 'ipset' ? resolved(match, read(match, family)) : match
    return {
      ...chain,
      rules: chain.rules.map((rule) => ({ ...rule, matches: rule.matches.map(each) })),
    }
  }
  return { ...rules, chains: rules.chains.map(inChain) }
}
