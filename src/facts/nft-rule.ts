/**
 * One rule of nf_tables, as libnftables-json(5) gives its expressions, in the terms of the rule
 * set: its conditions, its counter, and the verdict with what that asks of the packet.
 */

import { changeOf } from './nft-change.ts'
import {
  complete,
  IPV4,
  IPV6,
  matchesOf,
  type NftSet,
  over,
  rowOf,
  setName,
  subjectsOf,
  unknown,
} from './nft-match.ts'
import { describeNft, fieldsOf, onlyEntry } from './nft-words.ts'
import type { Change, Counter, Match, Verdict } from './rule-set.ts'

/** What a rule says, without its place. */
export type NftRule = {
  readonly matches: readonly Match[]
  readonly changes: readonly Change[]
  readonly verdict: Verdict
  readonly counter: Counter | null
  readonly countedAfter: number
}

const targetOf = (inner: unknown): string => String(fieldsOf(inner).target ?? '')

/** The address and port of a translation, in nft's words. */
function translation(inner: unknown): string | null {
  const of = fieldsOf(inner)
  if (of.addr === undefined && of.port === undefined) return null
  const words = describeNft({ dnat: { addr: of.addr, port: of.port } })
  return words.replace(/^dnat to /, '')
}

/** A verdict that needs no more than its own statement; null when it is none. */
function verdictOf(json: unknown): Verdict | null {
  const [kind, inner] = onlyEntry(json)
  switch (kind) {
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
    case 'masquerade':
    case 'queue':
      return { kind }
    case 'jump':
    case 'goto':
      return { kind, target: targetOf(inner) }
    case 'reject': {
      const { type, expr } = fieldsOf(inner)
      return { kind, with: type === 'tcp reset' ? 'tcp-reset' : String(expr ?? 'port-unreachable') }
    }
    case 'redirect':
    case 'dnat':
    case 'snat':
      return { kind, to: translation(inner) }
    case 'tproxy':
      return { kind: 'redirect', to: translation(inner) }
    case 'synproxy':
    case 'fwd':
      return { kind: 'unknown', text: describeNft(json) }
    default:
      return null
  }
}

/** Conditions that a verdict brings along. */
function verdictImplies(json: unknown): readonly Match[] {
  const type = fieldsOf(fieldsOf(json).reject).type
  if (type === 'tcp reset') return [over('tcp')]
  if (type === 'icmp') return [IPV4]
  return type === 'icmpv6' ? [IPV6] : []
}

function vmapOf(
  inner: unknown,
  sets: ReadonlyMap<string, NftSet>,
): { verdict: Verdict; implied: readonly Match[] } | null {
  const { key, data } = fieldsOf(inner)
  const subjects = subjectsOf(key)
  const set = setName(data)
  const anonymous = fieldsOf(data).set
  const pairs = Array.isArray(anonymous) ? anonymous.filter(Array.isArray) : []
  const source =
    set === null
      ? { rows: pairs.map((pair) => pair[0]), verdicts: pairs.map((pair) => pair[1]) }
      : sets.get(set)
  if (subjects === null || source === undefined) return null
  const rows = complete(
    source.rows.map((row, at) => {
      const values = rowOf(row, subjects)
      const verdict = verdictOf(source.verdicts[at])
      return values && verdict && { values, verdict }
    }),
  )
  const implied = subjects.flatMap((subject) => subject.implied)
  return (
    rows && {
      verdict: { kind: 'vmap', fields: subjects.map(({ field }) => field), rows, set },
      implied,
    }
  )
}

/** Statements after which the next one is reached in any case. */
const PASSING: ReadonlySet<string> = new Set([
  'counter',
  'log',
  'mangle',
  'notrack',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'flow',
  'last',
  'secmark',
  'dup',
])
const LIMITS: ReadonlySet<string> = new Set(['limit', 'quota', 'ct count', 'connlimit', 'meter'])

const number = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : 0

/** A rule from its list of statements; what is not understood becomes an unknown condition. */
export function nftRule(statements: unknown, sets: ReadonlyMap<string, NftSet>): NftRule {
  const matches: Match[] = []
  const changes: Change[] = []
  let counter: Counter | null = null
  let countedAfter = 0
  const ending = (verdict: Verdict): NftRule => ({
    matches,
    changes,
    verdict,
    counter,
    countedAfter,
  })
  for (const statement of Array.isArray(statements) ? statements : []) {
    const [kind, inner] = onlyEntry(statement)
    const plain = verdictOf(statement)
    if (plain !== null) {
      matches.push(...verdictImplies(statement))
      return ending(plain)
    }
    if (kind === 'vmap') {
      const map = vmapOf(inner, sets)
      matches.push(...(map?.implied ?? []))
      return ending(map?.verdict ?? { kind: 'unknown', text: describeNft(statement) })
    }
    if (kind === 'counter' && typeof inner === 'object' && inner !== null) {
      const { packets, bytes } = fieldsOf(inner)
      counter = { packets: number(packets), bytes: number(bytes) }
      countedAfter = matches.length
    }
    const change = changeOf(statement, matches.length)
    if (change !== null) changes.push(change)
    if (kind === 'match') matches.push(...matchesOf(statement, sets))
    else if (LIMITS.has(kind) || (kind === 'set' && fieldsOf(inner).stmt !== undefined)) {
      matches.push({ kind: 'limit', text: describeNft(statement) })
    } else if (!PASSING.has(kind) && kind !== 'set') matches.push(...unknown(statement))
  }
  return ending({ kind: 'continue' })
}
