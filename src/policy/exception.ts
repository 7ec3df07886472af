/**
 * Where a packet stands for those of any address: the rules on its way that speak of particular
 * addresses, and may rule otherwise about those.
 */
import type { Glimpse } from '../facts/glimpse.ts'
import type { Field, Hook, Match, Place, Rule, Verdict } from '../facts/rule-set.ts'
import { MANY_RULES, unreadRules } from '../facts/unread-rule.ts'
import type { Asked } from './asked.ts'
import { bookOf, chainKey, stationsOf } from './chain-order.ts'
import type { Course, Fate, Journey, Machine } from './journey.ts'
import { concerns, conditionsFit, matches } from './match.ts'
import type { Packet } from './packet.ts'
import { NOWHERE, type Surroundings } from './packet-field.ts'
import { ownAddresses } from './routing.ts'

const HOOKS: Readonly<Record<Course, readonly Hook[]>> = {
  input: ['prerouting', 'input'],
  output: ['output', 'postrouting'],
  forward: ['prerouting', 'forward', 'postrouting'],
  loopback: ['output', 'postrouting', 'prerouting', 'input'],
}

/** True where the condition asks for one of these fields. */
function speaksOf(match: Match, fields: readonly Field[]): boolean {
  switch (match.kind) {
    case 'is':
      return fields.includes(match.field)
    case 'tuple':
      return match.fields.some((field) => fields.includes(field))
    case 'ipset':
      return match.directions.some((side) =>
        fields.includes(side === 'src' ? 'source' : 'destination'),
      )
    default:
      return false
  }
}

/** nf_tables follows 16 jumps (NFT_JUMP_STACK_SIZE), iptables a few more. */
const DEEPEST = 64

/** What comes to the same for every address is no exception. */
const SAME: Readonly<Partial<Record<Fate, Verdict['kind']>>> = {
  accepted: 'accept',
  dropped: 'drop',
  rejected: 'reject',
}

type Search = {
  readonly fate: Fate
  readonly fields: readonly Field[]
  readonly packet: Packet
  /** The same packet of whichever address it stands for. */
  readonly anyone: Glimpse
  readonly around: Surroundings
}

/** Whether the rule is about particular addresses only, and else about such packets. */
function isException(rule: Rule, search: Search): boolean {
  const { verdict } = rule
  const { fate, fields, packet, around } = search
  if (verdict.kind === 'continue' || verdict.kind === SAME[fate]) return false
  const isMap = verdict.kind === 'vmap' && verdict.fields.some((field) => fields.includes(field))
  if (!isMap && !rule.matches.some((match) => speaksOf(match, fields))) return false
  // What fits the stranger as well was judged on its way.
  return isMap || matches(rule, packet, around).answer === 'no'
}

/** Whether the rule may be reached by some address. */
function mayFit(rule: Rule, { fields, packet, around }: Search): boolean {
  const rest = rule.matches.filter((match) => !speaksOf(match, fields))
  return (
    concerns(rule.place.family, packet) &&
    conditionsFit({ ...rule, matches: rest }, 0, rest.length, packet, around).answer !== 'no'
  )
}

/** The packet as it is at a hook. */
function packetAt(hook: Hook, { packet }: Asked, { packet: ends }: Journey): Packet {
  const isIn = hook === 'prerouting' || hook === 'input'
  const turned = hook === 'prerouting' || hook === 'output'
  return {
    ...packet,
    inputDevice: hook === 'output' ? '' : packet.inputDevice,
    outputDevice: isIn ? '' : ends.outputDevice,
    destination: turned ? packet.destination : ends.destination,
    destinationPort: turned ? packet.destinationPort : ends.destinationPort,
  }
}

/** The rules that may rule otherwise about particular addresses, in the order in which they are met. */
export function exceptionsTo(
  { ruleSets }: Machine,
  asked: Asked,
  journey: Journey,
): readonly Place[] {
  const fields: readonly Field[] = [
    ...(asked.anySource ? (['source'] as const) : []),
    ...(asked.anyDestination ? (['destination'] as const) : []),
  ]
  if (fields.length === 0) return []
  const book = bookOf(ruleSets)
  const { routing } = asked
  const found: Place[] = []
  const seen = new Set<string>()
  const search = (key: string, hook: Hook, place: Search, depth = 0): void => {
    if (depth > DEEPEST || seen.has(`${hook} ${key}`)) return
    seen.add(`${hook} ${key}`)
    const chain = book.byKey.get(key)
    const rules = chain === undefined ? [] : unreadRules(chain)
    for (const unread of rules) {
      if (rules.length >= MANY_RULES && unread.isOfOthers(place.anyone)) continue
      const rule = unread.read()
      if (!mayFit(rule, place)) continue
      if (isException(rule, place)) found.push(rule.place)
      const { verdict } = rule
      if (chain && (verdict.kind === 'jump' || verdict.kind === 'goto'))
        search(chainKey(chain, verdict.target), hook, place, depth + 1)
    }
  }
  for (const hook of HOOKS[journey.course ?? asked.course]) {
    const around = { ...NOWHERE, hook, localAddresses: ownAddresses(routing), routing, mark: 0 }
    const packet = packetAt(hook, asked, journey)
    const anyone = {
      ...packet,
      ...(asked.anySource ? { source: '' } : {}),
      ...(asked.anyDestination ? { destination: '' } : {}),
    }
    const place = { fate: journey.verdict, fields, packet, anyone, around }
    for (const station of stationsOf(book, hook, asked.packet.family)) {
      const chains =
        station.kind === 'chain' ? [station.chain] : station.kind === 'nat' ? station.chains : []
      for (const chain of chains) search(chainKey(chain, chain.name), hook, place)
    }
  }
  return found
}
