/**
 * Rung 4, translation: does a rule send the connection to another place than was meant? Asked
 * where the wrong one answers, or nobody does where the rule leads.
 */
import { describePlace, type Hook, type Place as RulePlace } from '../../facts/rule-set.ts'
import { listeners } from '../../facts/ss.ts'
import { mendCommands } from '../../policy/mend.ts'
import { walkHook } from '../../policy/walk.ts'
import { familyOf } from '../../wire/address.ts'
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
import { asOn, isPublication } from '../published.ts'
import { clientAddress } from '../relevant.ts'
import { mendRule } from '../remedy.ts'
import { devicesOf, findRule, localAddresses, packetsOf, readRules } from '../rules.ts'
import { protocolOf } from '../serving.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'
import { hairpin } from './hairpin.ts'

/** Where a rule leads, as both tools write it: `:22`, `10.0.0.1`, `10.0.0.1:8080`, `[fd00::1]:80`. */
function destination(to: string | null, from: Endpoint): Endpoint | null {
  if (to === null) return null
  const [, bracketed, plain, port] =
    /^(?:\[([^\]]+)\]|([^:]*|[0-9a-f:]*::[0-9a-f:]*))(?::(\d+))?$/i.exec(to) ?? []
  const address = bracketed ?? (plain || from.address)
  const family = familyOf(address)
  return family ? { address, family, port: port ? Number(port) : from.port } : null
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
    const { family } = visit.endpoint
    const client = (await clientAddress(witness, family)) ?? (family === 4 ? '0.0.0.0' : '::')
    const here = await asOn(inquiry, visit, protocolOf(witness))
    const { toClient, toServer } = await devicesOf(witness, inquiry, here, client)
    const { there } = packetsOf(here, client, protocolOf(witness))
    const hook: Hook = inquiry.host.role === 'client' ? 'output' : 'prerouting'
    const packet =
      hook === 'output' ? { ...there, outputDevice: toServer } : { ...there, inputDevice: toClient }
    const decision = walkHook(sets, hook, packet, await localAddresses(witness, inquiry))
    if (decision.verdict !== 'redirect' || !decision.place)
      return pass('no rule translates this connection')
    const { rule, set } = findRule(sets, decision.place)
    const mend = mendCommands(decision.place, rule, packet, hook, set)
    const why = `this rule decides: ${describePlace(decision.place)}`
    const { name } = inquiry.host
    const proposal = mendRule(name, decision.place, mend, why, 'transport.service')
    return judge(witness, inquiry, visit, decision.place, decision.to, proposal)
  },
}

/** Stages at which somebody else, or nobody, seems to have answered. */
const STRANGE: readonly Visit['stage'][] = ['connect', 'closed', 'silent', 'tls', 'protocol']

async function judge(
  witness: Witness,
  inquiry: Inquiry,
  visit: Visit,
  place: RulePlace,
  to: string | null,
  remedy: NonNullable<Accusation['remedies']>[number],
): Promise<Ruling> {
  const text = `${describePlace(place)} of ${inquiry.host.name} sends the connection to ${to ?? 'another place'}`
  if ((await witness.failing()) === null || !STRANGE.includes(visit.stage)) return pass(text)
  if (isPublication(place)) return pass(`${text}, a container whose port it publishes`)
  const meant = inquiry.host.role !== 'client' && !(await hijacks(inquiry, visit))
  const target = destination(to, visit.endpoint)
  if (meant && target && visit.stage === 'connect') {
    // What is sent now would be counted as the trial's.
    await witness.trial(visit)
    const ruling =
      (await hairpin(witness, inquiry, visit, target, place)) ??
      (await deadTarget(inquiry, target, place, text, remedy))
    if (ruling) return ruling
  }
  const control =
    target && inquiry.host.role !== 'router' ? await witness.probes.connect(target, 1000) : null
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

/** A rule takes the port away from a service that listens on it. */
async function hijacks(inquiry: Inquiry, { endpoint }: Visit): Promise<boolean> {
  const answer = await inquiry.ask(listeners)
  return (
    answer.known &&
    answer.value.some(({ local, state }) => state === 'LISTEN' && local.port === endpoint.port)
  )
}
