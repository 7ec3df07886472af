/**
 * Which other rulings on a packet a person may want, given what becomes of it now, and the commands
 * for each: what is stopped can be let through or stopped in another way, what passes can be stopped
 * or sent elsewhere.
 */

import type { Hook, Place } from '../../facts/rule-set.ts'
import { familyOf } from '../../wire/address.ts'
import { type Asked, LOOPBACK } from '../asked.ts'
import { findRule } from '../find-rule.ts'
import { type Fate, type Journey, type Machine, walkJourney } from '../journey.ts'
import { mendCommands } from '../mend.ts'
import { ownerName } from '../owner-name.ts'
import type { Packet } from '../packet.ts'
import { forwards, lookUpRoute, ownAddresses } from '../routing.ts'
import { asRouter } from '../supposed.ts'
import type { Condition } from './condition.ts'
import { inOrder, type Plan } from './plan.ts'
import type { Rejection } from './reject.ts'
import {
  type Elsewhere,
  type Matter,
  planForwarding,
  type Ruling,
  rulingToPass,
  rulingToRedirect,
  rulingToStop,
  TO_CHOOSE,
} from './ruling.ts'

export type Deed = 'allow' | 'block' | 'reject' | 'redirect'

/** A change that a person may make, in the words of one tool. */
export type Offer = Plan & {
  readonly deed: Deed
  /** `nft`, `iptables`, or the program that owns the rules: `ufw`, `firewall-cmd`, … */
  readonly tool: string
  /** What there is to know before it is run; null: nothing beyond what it says. */
  readonly note: string | null
  /** How its owner keeps it over a start; null where the rules belong to no program. */
  readonly keep: string | null
}

/** What a person wants of the commands. */
export type Wish = {
  readonly rejection: Rejection
  /** Null: what has to be chosen stands in capitals. */
  readonly redirectTo: Elsewhere | null
}

/** The packet where its deciding rule sees it: rules of nat as it is sent, others as it is delivered. */
const seenBy = ({ packet }: Asked, { verdict, packet: ends }: Journey): Packet =>
  verdict === 'redirected'
    ? packet
    : { ...packet, destination: ends.destination, destinationPort: ends.destinationPort }

/** The same of a new rule: a translation makes an address of what was said of none. */
function filteredCondition({ condition, packet }: Asked, journey: Journey): Condition {
  const { destination, destinationPort } = journey.packet
  return {
    ...condition,
    destination: destination === packet.destination ? condition.destination : destination,
    destinationPort:
      destinationPort === packet.destinationPort ? condition.destinationPort : destinationPort,
  }
}

/** Where the rule or policy decided. */
const hookOf = ({ steps, place }: Journey): Hook | null =>
  steps.findLast((step) => place !== null && step.place === place)?.hook ?? null

const matterOf = (machine: Machine, asked: Asked, journey: Journey): Matter => ({
  ruleSets: machine.ruleSets,
  course: journey.course ?? asked.course,
  asked: asked.condition,
  filtered: filteredCondition(asked, journey),
  stoppedBy: isStopped(journey.verdict) ? journey.place : null,
  stoppedAt: isStopped(journey.verdict) ? hookOf(journey) : null,
  redirectedBy: journey.verdict === 'redirected' ? journey.place : null,
})

const isStopped = (verdict: Fate): boolean => verdict === 'dropped' || verdict === 'rejected'

/** The program that changes the rules: `sysctl` only where nothing else is run. */
const toolOf = ({ commands }: Plan): string =>
  commands.map((command) => command.split(' ')[0] ?? '').find((word) => word !== 'sysctl') ??
  'sysctl'

const offer = (deed: Deed, plan: Plan | null, note: string | null = null): Offer[] =>
  plan === null || plan.commands.length === 0
    ? []
    : [{ deed, tool: toolOf(plan), note, keep: null, ...plan }]

const both = (deed: Deed, { nft, iptables }: Ruling, note: string | null = null): Offer[] => [
  ...offer(deed, nft, note),
  ...offer(deed, iptables, note),
]

/** It is for another host, and this one sends nothing on. */
function isNotForwarded({ routing }: Machine, { start, packet }: Asked, journey: Journey): boolean {
  const own = ownAddresses(routing)?.includes(journey.packet.destination) ?? true
  return (
    start.kind === 'arrives' &&
    journey.place === null &&
    !own &&
    routing !== null &&
    forwards(routing, packet.family) === false
  )
}

const FORWARDS_ALL = 'this host then forwards whatever no rule stops'
/** Documentation/networking/ip-sysctl.rst, accept_ra. */
const NO_ADVERTISEMENTS =
  'a host that forwards IPv6 takes no router advertisements, unless accept_ra is 2: its own default route may go'
const AS_ADDRESSED = 'it then goes where it is addressed to'

/**
 * Lets it pass: by the rule or policy that stops or redirects it now, and by nothing else. Where that
 * stays, since it is about more than this packet, what was said of the packet is put before it.
 */
function toAllow(machine: Machine, asked: Asked, journey: Journey): Offer[] {
  const { place, verdict } = journey
  if (isNotForwarded(machine, asked, journey))
    return offer(
      'allow',
      planForwarding(asked.packet.family, false),
      asked.packet.family === 4 ? FORWARDS_ALL : `${FORWARDS_ALL}; ${NO_ADVERTISEMENTS}`,
    )
  const hook = hookOf(journey)
  if (place === null || !hook) return []
  const { rule, set } = findRule(machine.ruleSets, place)
  const mend = mendCommands(place, rule, seenBy(asked, journey), hook, set)
  const stays = mend.removes === undefined && mend.persist === null
  if (stays && isStopped(verdict) && asked.condition.state === null)
    return both('allow', rulingToPass(matterOf(machine, asked, journey)))
  const plan = { commands: [mend.command], undo: mend.undo === null ? [] : [mend.undo] }
  const risk = verdict === 'redirected' ? AS_ADDRESSED : mend.risk
  return offer('allow', plan, risk).map((one) => ({ ...one, keep: mend.persist }))
}

/** Whether answers of another host come back by this one only if they are addressed to it. */
function masquerades(asked: Asked, to: Elsewhere): boolean {
  const { course, packet, routing } = asked
  if (course === 'input' || course === 'forward') return true
  if (to.address === null || familyOf(to.address) === null) return false
  const lookUp = (destination: string) =>
    lookUpRoute(routing, {
      family: packet.family,
      source: packet.source,
      destination,
      inputDevice: 'lo',
      mark: 0,
    })
  const [before, now] = [lookUp(packet.destination), lookUp(to.address)]
  const by = (answer: typeof now): string | null =>
    answer.kind === 'unicast' ? answer.device : answer.kind === 'local' ? 'lo' : null
  return by(before) !== by(now)
}

const ANSWERS_BY_HERE = 'the other host sees this one as the sender, so that its answers come back'

/** What it takes that the packet passes where it goes then, or why it does not all the same. */
type Passing = { readonly offers: readonly Offer[]; readonly note: string | null }

function toPass(machine: Machine, asked: Asked, { address, port }: Elsewhere): Passing {
  if (address === TO_CHOOSE || port === 'PORT') return { offers: [], note: null }
  const { packet: before, condition: said } = asked
  // REDIRECT sends what is made here to the loopback (nf_nat_redirect.c).
  const here = asked.start.kind === 'local' ? LOOPBACK[before.family] : before.destination
  const destinationPort = port ?? before.destinationPort
  const packet: Packet = { ...before, destination: address ?? here, destinationPort }
  const condition = { ...said, destination: address ?? said.destination, destinationPort }
  const routing = asRouter(asked.routing)
  const journey = walkJourney({ ruleSets: machine.ruleSets, routing }, packet, asked.start)
  if (!isStopped(journey.verdict)) return { offers: [], note: null }
  const offers = toAllow(machine, { ...asked, packet, condition, routing }, journey)
  const [first] = offers
  const note =
    first === undefined ? `then it is ${journey.verdict}: ${journey.because}` : first.note
  return { offers, note }
}

function toRedirect(machine: Machine, asked: Asked, matter: Matter, to: Elsewhere): Offer[] {
  const { family } = asked.packet
  const masquerade = masquerades(asked, to)
  const isRouter = machine.routing && forwards(machine.routing, family)
  const becomesRouter = to.address !== null && asked.start.kind === 'arrives' && isRouter !== true
  const { offers, note } = toPass(machine, asked, to)
  const notes = [
    ...(to.address !== null && masquerade ? [ANSWERS_BY_HERE] : []),
    ...(becomesRouter && family === 6 ? [NO_ADVERTISEMENTS] : []),
    ...(note === null ? [] : [note]),
  ]
  const { nft, iptables } = rulingToRedirect(matter, to, { forwards: isRouter, masquerade })
  const whole = (plan: Plan | null): Plan | null => plan && inOrder([plan, ...offers])
  return both(
    'redirect',
    { nft: whole(nft), iptables: whole(iptables) },
    notes.length === 0 ? null : notes.join('; '),
  )
}

/** What stands for the other place: for what comes in a port, for what goes out a host. */
function toBeChosen({ course }: Asked): Elsewhere {
  return { address: course === 'input' ? null : TO_CHOOSE, port: 'PORT' }
}

/** What stands among the rules of a program lasts until it writes them again. */
function amongTheirs(offers: readonly Offer[], place: Place | null): Offer[] {
  const owner = place && ownerName(place)
  if (owner === null) return [...offers]
  const keep = `not kept: ${owner} writes its rules again when it starts`
  return offers.map((one) => ({ ...one, keep: one.keep ?? keep }))
}

/** All that is worth being offered, in the order in which a person may want it. */
export function offersFor(machine: Machine, asked: Asked, journey: Journey, wish: Wish): Offer[] {
  const { verdict, place } = journey
  const stopped = isStopped(verdict)
  const matter = matterOf(machine, asked, journey)
  const byRouting = stopped && place === null
  const allow = stopped || verdict === 'redirected' ? toAllow(machine, asked, journey) : []
  const block = verdict === 'dropped' || byRouting ? [] : both('block', rulingToStop(matter, null))
  const reject =
    verdict === 'rejected' || byRouting ? [] : both('reject', rulingToStop(matter, wish.rejection))
  // Nobody sends pings elsewhere, and only a connection's first packet can be.
  const isUsual = asked.packet.protocol !== 'icmp' && asked.condition.state === null
  const redirects = wish.redirectTo !== null || (!stopped && isUsual)
  const redirect = redirects
    ? toRedirect(machine, asked, matter, wish.redirectTo ?? toBeChosen(asked))
    : []
  if (!stopped) return [...amongTheirs(allow, place), ...block, ...reject, ...redirect]
  return [...amongTheirs([...allow, ...block, ...reject], place), ...redirect]
}
