/** Which rules speak of a port or an address, and whether a rule set can stop anything. */
import { mentionOf } from '../facts/address-mention.ts'
import type { Field, Match, Rule, RuleSet, Value, Verdict } from '../facts/rule-set.ts'
import { unreadRules } from '../facts/unread-rule.ts'
import { type Address, contains, inRange, parseAddress } from '../wire/address.ts'
import { addressKey, isIn, rangeOf } from './address-range.ts'

/** What is looked for in the rules. */
export type Named = {
  readonly port: number
  readonly addresses: readonly string[]
  readonly protocol: 'tcp' | 'udp' | 'icmp'
}

const isPort = (field: Field): boolean =>
  field === 'sourcePort' || field === 'destinationPort' || field === 'anyPort'
const isAddress = (field: Field): boolean => field === 'source' || field === 'destination'

function namesPort(value: Value, port: number): boolean {
  if (value.kind === 'prefix' || value.kind === 'masked') return false
  if (value.kind === 'one') return Number(value.value) === port
  return Number(value.from) <= port && port <= Number(value.to)
}

/** A prefix of no length is every address, and names none. */
function namesAddress(value: Value, address: Address): boolean {
  if (value.kind === 'range') {
    const [first, last] = [parseAddress(value.from), parseAddress(value.to)]
    return first !== null && last !== null && inRange(address, first, last)
  }
  if (value.kind === 'masked') return false
  const base = parseAddress(value.kind === 'one' ? value.value : value.address)
  const length = value.kind === 'one' ? 8 * address.bytes.length : value.length
  return base !== null && length > 0 && contains({ address: base, length }, address)
}

/** The fields and values that a condition or a verdict map compares. */
function cells(rule: Rule): readonly (readonly [Field, Value])[] {
  const inRows = (
    fields: readonly Field[],
    rows: readonly (readonly Value[])[],
  ): readonly (readonly [Field, Value])[] =>
    rows.flatMap((row) =>
      fields.flatMap((field, at) => {
        const value = row[at]
        return value === undefined ? [] : [[field, value] as const]
      }),
    )
  const ofMatch = (match: Match): readonly (readonly [Field, Value])[] => {
    if (match.kind === 'is') return match.values.map((value) => [match.field, value] as const)
    return match.kind === 'tuple' ? inRows(match.fields, match.rows) : []
  }
  const { verdict } = rule
  const mapped =
    verdict.kind === 'vmap'
      ? inRows(
          verdict.fields,
          verdict.rows.map(({ values }) => values),
        )
      : []
  return [...rule.matches.flatMap(ofMatch), ...mapped]
}

/** False where the rule is about other protocols only. */
function concerns(rule: Rule, protocol: string): boolean {
  const names = protocol === 'icmp' ? ['icmp', 'ipv6-icmp'] : [protocol]
  return rule.matches.every((match) => {
    if (match.kind !== 'is' || match.field !== 'protocol') return true
    const listed = match.values.some((value) => value.kind === 'one' && names.includes(value.value))
    return listed !== match.negated
  })
}

/** The rules that name this port or one of these addresses, alone, in a range, a prefix or a set. */
export function rulesNaming(ruleSet: RuleSet, named: Named): readonly Rule[] {
  const addresses = named.addresses.map(parseAddress).filter((address) => address !== null)
  const names = ([field, value]: readonly [Field, Value]): boolean => {
    if (isPort(field)) return namesPort(value, named.port)
    return isAddress(field) && addresses.some((address) => namesAddress(value, address))
  }
  return ruleSet.chains
    .flatMap((chain) => chain.rules)
    .filter((rule) => concerns(rule, named.protocol) && cells(rule).some(names))
}

/** Shows each value that the rule compares an address with. */
function eachAddress({ matches, verdict }: Rule, see: (value: Value) => void): void {
  const inRows = (fields: readonly Field[], row: readonly Value[]): void => {
    for (const [at, value] of row.entries()) {
      const field = fields[at]
      if (field !== undefined && isAddress(field)) see(value)
    }
  }
  for (const match of matches) {
    if (match.kind === 'is' && isAddress(match.field)) for (const value of match.values) see(value)
    if (match.kind === 'tuple') for (const row of match.rows) inRows(match.fields, row)
  }
  if (verdict.kind === 'vmap') for (const { values } of verdict.rows) inRows(verdict.fields, values)
}

/** Which of the addresses a rule names, alone, in a range, a prefix or a set. */
export function addressesNamed(
  ruleSets: readonly RuleSet[],
  texts: readonly string[],
): ReadonlySet<string> {
  const named = new Set<string>()
  const wanted = texts.map((text) => ({ text, key: addressKey(text) }))
  const see = (value: Value): void => {
    // Most values of large sets are one address, and need not be read.
    if (value.kind === 'one') {
      if (texts.includes(value.value)) named.add(value.value)
      return
    }
    const range = value.kind === 'prefix' && value.length === 0 ? null : rangeOf(value)
    if (range === null) return
    for (const { text, key } of wanted) if (key !== null && isIn(range, key)) named.add(text)
  }
  const mention = mentionOf(texts)
  for (const { chains, aside } of ruleSets)
    for (const rule of [...chains, ...aside].flatMap(unreadRules))
      if (rule.mayMention(mention)) eachAddress(rule.read(), see)
  return named
}

function stops(verdict: Verdict): boolean {
  if (verdict.kind === 'vmap') return verdict.rows.some((row) => stops(row.verdict))
  return ['drop', 'reject', 'queue', 'unknown'].includes(verdict.kind)
}

/** Whether anything in the rule set can drop or reject a packet. */
export const filters = (ruleSet: RuleSet): boolean =>
  [...ruleSet.chains, ...ruleSet.aside].some(
    (chain) => chain.policy === 'drop' || chain.rules.some((rule) => stops(rule.verdict)),
  )
