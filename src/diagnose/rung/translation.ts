/**
 * Rung 4, translation: does a rule send the connection to another place than was meant? Asked
 * where the wrong one answers, or nobody does where the rule leads.
 */
import { describePlace, type Hook, type Place as RulePlace } from '../../facts/rule-set.ts'
import { listeners } from '../../facts/ss.ts'
import { findRule } from '../../policy/find-rule.ts'
import type { Journey } from '../../policy/journey.ts'
import { mendCommands } from '../../policy/mend.ts'
import { familyOf } from '../../wire/address.ts'
import { formatEndpoint } from '../../wire/endpoint.ts'
import {
  type Accusation,
  type Check,
  pass,
  type Ruling,
  seen,
  shown,
  sideOf,
  skip,
  unknown,
} from '../check.ts'
import type { Inquiry } from '../host.ts'
import { connectFrom } from '../knock.ts'
import type { Endpoint } from '../probes.ts'
import { isPublication } from '../published.ts'
import { mendRule } from '../remedy.ts'
import { readRules } from '../rules.ts'
import { protocolOf } from '../serving.ts'
import { walkTransit } from '../transit.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'
import { hairpin } from './hairpin.ts'

/** Where the journey leads; what stays on this host goes to it by the address that was asked for. */
function leadsTo({ packet }: Journey, from: Endpoint, isClient: boolean): Endpoint | null {
  const here = isClient ? (from.family === 4 ? '127.0.0.1' : '::1') : from.address
  const address = packet.destination === '' ? here : packet.destination
  const family = familyOf(address)
  const port = packet.destinationPort
  return family === null || port === null ? null : { address, family, port }
}

export const translation: Check = {
  id: 'firewall.translation',
  layer: 4,
  question: 'Does a rule send the connection elsewhere?',
  on: ['client', 'server', 'router'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    const { sets } = await readRules(inquiry.ask)
    if (sets.length === 0) return unknown('no rule set could be read')
    if (
      !sets.some(({ chains }) =>
        chains.some(({ type, table }) => type === 'nat' || table === 'nat'),
      )
    )
      return pass('no rule translates anything')
    const visit = (await witness.failing()) ?? (await witness.visits()).used
    if (!visit) return skip('there is no address')
    const transit = await walkTransit(witness, inquiry, visit, protocolOf(witness))
    const { journey, packet } = transit.there
    const place = journey?.turnedBy ?? null
    if (journey === null || place === null)
      return journey?.possible.includes('redirected')
        ? unknown(`whether a rule sends it elsewhere is not known: ${journey.because}`)
        : pass('no rule translates this connection')
    const { rule, set } = findRule(sets, place)
    const hook: Hook = inquiry.host.role === 'client' ? 'output' : 'prerouting'
    const mend = mendCommands(place, rule, packet, hook, set)
    const why = `this rule decides: ${describePlace(place)}`
    const proposal = mendRule(inquiry.host.name, place, mend, why, 'transport.service')
    const target = leadsTo(journey, visit.endpoint, inquiry.host.role === 'client')
    return judge(witness, inquiry, visit, place, target, proposal)
  },
}

/** Stages at which somebody else, or nobody, seems to have answered. */
const STRANGE: readonly Visit['stage'][] = ['connect', 'closed', 'silent', 'tls', 'protocol']

async function judge(
  witness: Witness,
  inquiry: Inquiry,
  visit: Visit,
  place: RulePlace,
  target: Endpoint | null,
  remedy: NonNullable<Accusation['remedies']>[number],
): Promise<Ruling> {
  const text = `${describePlace(place)} of ${inquiry.host.name} sends the connection to ${target ? formatEndpoint(target) : 'another place'}`
  if ((await witness.failing()) === null || !STRANGE.includes(visit.stage)) return pass(text)
  if (isPublication(place)) return pass(`${text}, a container whose port it publishes`)
  const meant = inquiry.host.role !== 'client' && !(await hijacks(witness, inquiry, visit))
  if (meant && target && visit.stage === 'connect') {
    // What is sent now would be counted as the trial's.
    await witness.trial(visit)
    const ruling =
      (await hairpin(witness, inquiry, visit, target, place)) ??
      (await deadTarget(inquiry, target, place, text, remedy))
    if (ruling) return ruling
  }
  const control = target ? await witness.probes.connect(target, 1000) : null
  const same = control?.outcome === visit.exchange.connect.outcome
  return {
    status: 'fail',
    summary: text,
    evidence: control ? [shown('client', control)] : [],
    accuses: [
      {
        cause: meant ? 'nat.wrong-target' : 'firewall.redirect',
        side: sideOf(inquiry),
        weight: same && !(meant && visit.stage === 'tls') ? 'proven' : 'likely',
        because: same
          ? `${text}, which ${control?.outcome === 'connected' ? 'accepts as this did' : `is ${control?.outcome} as well`}`
          : text,
        place: { host: inquiry.host.name, interface: null, hop: null, rule: place },
        remedies: [remedy],
      },
    ],
  }
}

/** The place where the rule leads does not answer the host that forwards there either. */
async function deadTarget(
  inquiry: Inquiry,
  target: Endpoint,
  place: RulePlace,
  text: string,
  remedy: NonNullable<Accusation['remedies']>[number],
): Promise<Ruling | null> {
  const knocked = await connectFrom(inquiry, target.address, target.port)
  if (!knocked || knocked.connected) return null
  const { name } = inquiry.host
  return {
    status: 'fail',
    summary: text,
    evidence: [seen(name, knocked.output, [knocked.output.stderr.trim().split('\n')[0] ?? ''])],
    accuses: [
      {
        cause: 'nat.wrong-target',
        side: sideOf(inquiry),
        weight: 'proven',
        because: `${text}, which does not answer ${name} itself either`,
        place: { host: name, interface: null, hop: null, rule: place },
        remedies: [remedy],
      },
    ],
  }
}

/**
 * A rule takes the port away from a service that listens on it here, or from a host that lies beyond
 * this router.
 */
async function hijacks(witness: Witness, inquiry: Inquiry, visit: Visit): Promise<boolean> {
  const { address, port } = visit.endpoint
  if (inquiry.host.role === 'router') {
    const route = await witness.route(inquiry, address)
    return route.known && route.value.type === 'unicast'
  }
  const answer = await inquiry.ask(listeners)
  return (
    answer.known &&
    answer.value.some(({ local, state }) => state === 'LISTEN' && local.port === port)
  )
}
