/**
 * The walk of a packet through one base chain: conditions, changes, counters, jumps, gotos, maps
 * and policies as the kernel does them (net/netfilter/nf_tables_core.c nft_do_chain,
 * net/ipv4/netfilter/ip_tables.c ipt_do_table).
 */
import type { Chain, Hook, Rule, Verdict } from '../facts/rule-set.ts'
import { MANY_RULES, type UnreadRule, unreadRules } from '../facts/unread-rule.ts'
import { type Book, chainKey, isOfOther, type Tie } from './chain-order.ts'
import { isPossible, withChange } from './change.ts'
import { policyPlace } from './counters.ts'
import { deedOf } from './deed.ts'
import { type Fit, unknown } from './fit.ts'
import {
  concerns,
  conditionFails,
  conditionsFit,
  isChanged,
  rowFits,
  type Surroundings,
} from './match.ts'
import type { Entry } from './packet-field.ts'
import type { Routing } from './routing.ts'
import { after, doubting, type End, merge, type World } from './world.ts'

/** What a walk through a hook needs besides the packet. */
export type Walk = {
  readonly book: Book
  readonly hook: Hook
  readonly localAddresses: readonly string[] | null
  readonly routing: Routing | null
  readonly tie: Tie
  /** Rules that may still be looked at; shared by all hooks of a journey. */
  readonly budget: { rules: number }
}

/** Where a chain has ended: as an end of the packet, or by a translation that NAT carries out. */
export type ChainEnd =
  | (End & { readonly translation: null })
  | (End & { readonly translation: Translation })

/** A verdict that only nat chains give, and TPROXY. */
export type Translation = Extract<
  Verdict,
  { readonly kind: 'redirect' | 'dnat' | 'snat' | 'netmap' | 'masquerade' }
>

type Leaving = { readonly through: readonly World[]; readonly ends: readonly ChainEnd[] }

/** What one rule makes of a packet: on to the next rule, out of the chain, or an end. */
type Outcome = {
  readonly next: readonly World[]
  readonly through: readonly World[]
  readonly ends: readonly ChainEnd[]
}

/** Enough for any real rule set; one that branches without end is given up. */
export const MOST_RULES = 500_000
/** A rule that fits, or may, costs about as much as so many that do not. */
const FITTING_COST = 5
/** NFT_JUMP_STACK_SIZE; chains of iptables may be nested as deep as there are chains. */
const DEEPEST = { nft: 16, iptables: 256, 'iptables-legacy': 256 } as const
/** Ways that are followed at once. */
const MOST_WORLDS = 64

const known = new WeakMap<World, Surroundings>()

/** What rules may ask beside the packet; a world is of one hook, and asked by many rules. */
function surroundings({ hook, localAddresses, routing }: Walk, world: World): Surroundings {
  const before = known.get(world)
  if (before !== undefined) return before
  const { mark, connection, tracking, reply, changedSets } = world
  const translations = [
    ...(connection.source ? (['snat'] as const) : []),
    ...(connection.destination ? (['dnat'] as const) : []),
  ]
  const entry: Entry | 'none' =
    tracking === 'tracked' ? { ...connection, translations, reply } : 'none'
  const around = { hook, localAddresses, routing, mark, entry, changedSets }
  known.set(world, around)
  return around
}

const end = (
  world: World,
  verdict: End['verdict'],
  rule: Pick<Rule, 'place'>,
  more: Partial<Pick<End, 'rejectWith' | 'because'>> = {},
): ChainEnd => ({
  verdict,
  place: rule.place,
  rejectWith: null,
  error: null,
  because: null,
  world,
  translation: null,
  ...more,
})

const ending = (...ends: readonly ChainEnd[]): Outcome => ({ next: [], through: [], ends })
const going = (next: readonly World[]): Outcome => ({ next, through: [], ends: [] })

/** An end that says that there is none: who goes on by guessing would be wrong in silence. */
const giveUp = (world: World, rule: Pick<Rule, 'place'>, because: string): ChainEnd => {
  return end(doubting(world, rule.place, because), 'unknown', rule, { because })
}

/** A rule met by a packet: the worlds in which it does not fit, and the one in which it does. */
type Meeting = { readonly missed: readonly World[]; readonly matched: World | null }

/** True where nothing happens in a rule before all of its conditions hold. */
const isPlain = ({ changes, countedAfter, matches }: Rule): boolean =>
  changes.length === 0 && countedAfter === matches.length

/** The numbers of conditions after which something happens, the last one being all of them. */
function stopsOf(rule: Rule): readonly number[] {
  if (isPlain(rule)) return [rule.matches.length]
  const stops = new Set([
    rule.countedAfter,
    ...rule.changes.map((change) => change.after),
    rule.matches.length,
  ])
  return [...stops].sort((a, b) => a - b)
}

const isCounted = (rule: Rule): boolean => rule.counter !== null || rule.place.backend !== 'nft'

/** The conditions in their order, with what happens between them; null where nothing does. */
function meet(walk: Walk, rule: Rule, world: World): Meeting | null {
  if (!concerns(rule.place.family, world.packet)) return null
  const all = rule.matches.length
  const whole = isPlain(rule) ? asked(walk, rule, 0, all, world) : null
  if (whole?.answer === 'no') return null
  let missed: readonly World[] = []
  let here = world
  let counted = false
  let at = 0
  for (const stop of stopsOf(rule)) {
    const fit = whole ?? asked(walk, rule, at, stop, here)
    if (fit.answer === 'no')
      return { missed: [...missed, leftBy(walk, rule, here, counted)], matched: null }
    if (fit.answer === 'unknown') {
      const because = fit.because ?? ''
      const unclear = after(doubting(here, rule.place, because), {
        hook: walk.hook,
        did: 'unclear',
        place: rule.place,
        says: because,
        counts: isCounted(rule) ? null : false,
      })
      missed = [...missed, unclear]
      here = { ...unclear, main: false }
    }
    const countsHere = isCounted(rule) && rule.countedAfter === stop
    counted ||= countsHere
    for (const change of rule.changes) {
      if (change.after !== stop) continue
      if (rule.place.backend === 'nft' && !isPossible(here, change)) {
        // Whether the counter stands before the change or behind it is not told.
        const left = leftBy(walk, rule, here, countsHere ? null : counted)
        return { missed: [...missed, left], matched: null }
      }
      here = withChange(here, change, rule.place)
    }
    at = stop
  }
  return { missed, matched: obeyed(walk, rule, rule.verdict, here, counted) }
}

/** What goes on to the next rule, where this one does not fit after all. */
function leftBy({ hook }: Walk, { place }: Rule, world: World, counts: boolean | null): World {
  const says = counts === null ? 'may count it' : 'counts it'
  return counts === false ? world : after(world, { hook, did: 'counted', place, says, counts })
}

/** The step of a rule that fits. */
const obeyed = (walk: Walk, rule: Rule, verdict: Verdict, world: World, counts: boolean): World =>
  after(world, {
    hook: walk.hook,
    did: 'matched',
    place: rule.place,
    says: deedOf(rule, verdict),
    into: verdict.kind === 'jump' || verdict.kind === 'goto' ? verdict.target : null,
    counts,
  })

const asked = (walk: Walk, rule: Rule, from: number, to: number, world: World): Fit =>
  conditionsFit(rule, from, to, world.packet, surroundings(walk, world))

/** What a verdict does with a packet that the rule fits. */
function obey(
  walk: Walk,
  rule: Rule,
  verdict: Verdict,
  world: World,
  stack: readonly Chain[],
): Outcome {
  switch (verdict.kind) {
    case 'accept':
    case 'drop':
      return ending(end(world, verdict.kind, rule))
    case 'reject':
      return ending(end(world, 'reject', rule, { rejectWith: verdict.with }))
    case 'return':
      return { next: [], through: [world], ends: [] }
    case 'continue':
      return going([world])
    case 'redirect':
    case 'dnat':
    case 'snat':
    case 'netmap':
    case 'masquerade':
      // A table of both families may translate to one of them: the others go on (nft_nat_inet_eval).
      return isOfOther(verdict, world.packet.family)
        ? going([world])
        : ending({ ...end(world, 'accept', rule), translation: verdict })
    case 'queue':
      return ending(giveUp(world, rule, `\`${rule.place.text}\` leaves it to another program`))
    case 'unknown': {
      const because = `what \`${verdict.text}\` does is not known`
      const stopped = giveUp({ ...world, main: false }, rule, because)
      return { next: [{ ...world, doubts: stopped.world.doubts }], through: [], ends: [stopped] }
    }
    case 'jump':
    case 'goto':
      return enter(walk, rule, verdict, world, stack)
    case 'vmap':
      return lookUp(walk, rule, verdict, world, stack)
  }
}

function enter(
  walk: Walk,
  rule: Rule,
  { kind, target }: Extract<Verdict, { readonly kind: 'jump' | 'goto' }>,
  world: World,
  stack: readonly Chain[],
): Outcome {
  const chain = walk.book.byKey.get(chainKey(rule.place, target))
  const { backend } = rule.place
  if (chain === undefined) {
    const because = `the chain ${target}, where \`${rule.place.text}\` leads, is not in the listing`
    return ending(giveUp(world, rule, because))
  }
  if (stack.includes(chain)) {
    return ending(giveUp(world, rule, `the chain ${target} leads to itself`))
  }
  if (stack.length > DEEPEST[backend]) {
    return ending(giveUp(world, rule, `chains are nested more than ${DEEPEST[backend]} deep`))
  }
  const { through, ends } = walkRules(walk, chain, [world], stack)
  // Who was sent by goto comes back to where the last jump was.
  return kind === 'jump' ? { next: through, through: [], ends } : { next: [], through, ends }
}

/** The row of a map that fits; one with a wildcard only where no other does. */
function lookUp(
  walk: Walk,
  rule: Rule,
  map: Extract<Verdict, { readonly kind: 'vmap' }>,
  world: World,
  stack: readonly Chain[],
): Outcome {
  const wild = (row: (typeof map.rows)[number]): boolean =>
    row.values.every((value) => value.kind === 'one' && value.value === '*')
  const rows = [...map.rows.filter((row) => !wild(row)), ...map.rows.filter(wild)]
  const outcomes: Outcome[] = []
  let here = world
  for (const row of rows) {
    const around = surroundings(walk, here)
    const fit = isChanged(map.set, around)
      ? unknown(`the map ${map.set} is changed by a rule on the way`)
      : rowFits(map.fields, row.values, here.packet, around)
    if (fit.answer === 'no') continue
    if (fit.answer === 'unknown') here = doubting(here, rule.place, fit.because ?? '')
    const found = fit.answer === 'yes' ? here : { ...here, main: false }
    const step = obeyed(walk, rule, row.verdict, found, false)
    outcomes.push(obey(walk, rule, row.verdict, step, stack))
    if (fit.answer === 'yes') return together(outcomes)
  }
  return together([...outcomes, going([here])])
}

const together = (outcomes: readonly Outcome[]): Outcome => ({
  next: outcomes.flatMap(({ next }) => next),
  through: outcomes.flatMap(({ through }) => through),
  ends: outcomes.flatMap(({ ends }) => ends),
})

/** A rule and what it does with the packet; null where it does not fit and nothing happens. */
function pass(walk: Walk, rule: Rule, world: World, stack: readonly Chain[]): Outcome | null {
  const meeting = meet(walk, rule, world)
  if (meeting === null) return null
  walk.budget.rules -= FITTING_COST
  const { missed, matched } = meeting
  if (matched === null) return going(missed)
  return together([going(missed), obey(walk, rule, rule.verdict, matched, stack)])
}

/** Whether the rule is none for the packet, as far as that is told without reading all of it. */
function isMissed(
  walk: Walk,
  chain: Chain,
  rule: UnreadRule,
  world: World,
  isLong: boolean,
): boolean {
  const { packet } = world
  if (!concerns(chain.family, packet)) return true
  if (isLong && rule.isOfOthers(packet)) return true
  const around = surroundings(walk, world)
  return rule.lacks((match) => conditionFails(match, chain, packet, around))
}

/** The rules of a chain, in order; `through` are those that come back out of it. */
function walkRules(
  walk: Walk,
  chain: Chain,
  entering: readonly World[],
  outer: readonly Chain[],
): Leaving {
  const stack = [...outer, chain]
  const through: World[] = []
  const ends: ChainEnd[] = []
  const rules = unreadRules(chain)
  const isLong = rules.length >= MANY_RULES
  let live = entering
  for (const unread of rules) {
    if (live.length === 0) break
    walk.budget.rules -= live.length
    if (walk.budget.rules < 0 || live.length > MOST_WORLDS) {
      const because = 'the rules are too many, or branch too often'
      const place = unread.place()
      ends.push(...live.map((world) => giveUp(world, { place }, because)))
      live = []
      break
    }
    if (live.every((world) => isMissed(walk, chain, unread, world, isLong))) continue
    const rule = unread.read()
    const outcomes = live.map((world) => pass(walk, rule, world, stack))
    if (outcomes.every((outcome) => outcome === null)) continue
    const next = outcomes.flatMap((outcome, at) => outcome?.next ?? live.slice(at, at + 1))
    for (const outcome of outcomes) {
      through.push(...(outcome?.through ?? []))
      ends.push(...(outcome?.ends ?? []))
    }
    live = merge(next)
    if (ends.length + through.length === 0) live = settled(live, entering)
  }
  through.push(...live)
  const merged = merge(through)
  return { through: ends.length === 0 ? settled(merged, entering) : merged, ends }
}

/** Where only one way is left of the one that came, no doubt that arose between them matters. */
function settled(live: readonly World[], entering: readonly World[]): readonly World[] {
  const [only, ...others] = live
  const [first, ...more] = entering
  if (only === undefined || first === undefined || others.length + more.length > 0) return live
  return only.doubts.length === first.doubts.length ? live : [{ ...only, doubts: first.doubts }]
}

/** One base chain with its policy: every way in which the packet may leave it. */
export function walkBase(walk: Walk, chain: Chain, worlds: readonly World[]): readonly ChainEnd[] {
  const { through, ends } = walkRules(walk, chain, worlds, [])
  const policy = chain.policy ?? 'accept'
  const place = policyPlace(chain)
  const counts = chain.backend !== 'nft'
  const says = policy === 'drop' ? 'drops it' : 'accepts it'
  const byPolicy = through.map((world) =>
    end(after(world, { hook: walk.hook, did: 'policy', place, says, counts }), policy, { place }),
  )
  return [...ends, ...byPolicy]
}
