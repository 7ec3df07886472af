/**
 * Rung 4, firewalls: which rules decide about this connection, by their own counters and by a walk
 * through the rule set. A counter that grew by the packets of the trial is proof; a walk alone is
 * not, unless the host's other counters leave nothing else.
 */
import {
  describePlace,
  type Hook,
  iptablesTool,
  type Place as RulePlace,
  type RuleSet,
} from '../../facts/rule-set.ts'
import { matches } from '../../policy/match.ts'
import { mendCommands } from '../../policy/mend.ts'
import { filters, rulesNaming } from '../../policy/naming.ts'
import type { Packet } from '../../policy/packet.ts'
import { hooksOf } from '../../policy/reach.ts'
import { type Decision, walkHook } from '../../policy/walk.ts'
import type { CauseCode } from '../cause.ts'
import {
  type Accusation,
  type Acquittal,
  type Check,
  count,
  pass,
  type Ruling,
  sideOf,
  skip,
  unanswered,
  witnessed,
} from '../check.ts'
import type { Evidence, Side } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import { asOn } from '../published.ts'
import { clientAddress } from '../relevant.ts'
import { mendRule } from '../remedy.ts'
import { devicesOf, findRule, localAddresses, packetsOf, readRules } from '../rules.ts'
import type { Change, GrownRule, Trial } from '../trial.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'

/** One hook that the first packet, or the reply to it, passes on a host. */
type Station = { readonly hook: Hook; readonly packet: Packet; readonly reply: boolean }

/** What the walk and the counters are about, on one host. */
type Scene = {
  readonly inquiry: Inquiry
  readonly sets: readonly RuleSet[]
  readonly stations: readonly Station[]
  readonly trial: Trial
  readonly change: Change | null
  readonly local: readonly string[] | null
}

export const rules: Check = {
  id: 'firewall.rules',
  layer: 4,
  question: 'Are firewalls active, and which rule decides about this connection?',
  on: ['client', 'server', 'router'],
  rule: async (witness, inquiry) => {
    const { sets, answers } = await readRules(inquiry.ask)
    if (sets.length === 0) {
      const failed = answers.find((answer) => !answer.known)
      return failed && !failed.known ? unanswered(failed) : skip('no firewall tool')
    }
    const evidence = answers.flatMap((answer) => witnessed(inquiry, answer, []))
    const active = sets.some(filters)
    // A mute name server is not the server in question.
    const failing =
      inquiry.host.role === 'server' || !witness.target
        ? await witness.failing()
        : await witness.concern()
    if (failing?.stage !== 'connect')
      return pass(
        active ? await naming(witness, sets) : 'no rule drops or rejects anything',
        evidence,
      )
    return { evidence, ...(await judgeRules(witness, inquiry, failing, sets)) }
  },
}

/** What the rules of a host do to a visit that found no connection. */
export async function judgeRules(
  witness: Witness,
  inquiry: Inquiry,
  failing: Pick<Visit, 'endpoint' | 'errand'>,
  sets: readonly RuleSet[],
): Promise<Ruling> {
  const scene = await setScene(witness, inquiry, failing, sets)
  return byCounters(scene) ?? byWalk(scene, sets.some(filters))
}

/** The rules that name the port or the addresses, where all is well. */
async function naming(witness: Witness, sets: readonly RuleSet[]): Promise<string> {
  const names = await witness.names()
  const addresses = names?.addresses.map(({ address }) => address) ?? []
  const port = witness.target?.port ?? 0
  const named = sets.flatMap((set) => rulesNaming(set, { port, addresses, protocol: 'tcp' }))
  return named.length === 0
    ? 'rules are active; none names this port'
    : `rules are active; ${count(named.length, 'rule')} name${named.length === 1 ? 's' : ''} this port or address`
}

async function setScene(
  witness: Witness,
  inquiry: Inquiry,
  failing: Pick<Visit, 'endpoint' | 'errand'>,
  sets: readonly RuleSet[],
): Promise<Scene> {
  const { family } = failing.endpoint
  const client = (await clientAddress(witness, family)) ?? (family === 4 ? '0.0.0.0' : '::')
  const trial = await witness.trial(failing)
  const changes = [trial.client, trial.server, ...trial.routers]
  const here = await asOn(inquiry, failing, trial.protocol)
  const devices = await devicesOf(witness, inquiry, here, client)
  return {
    inquiry,
    sets,
    trial: await asOn(inquiry, trial, trial.protocol),
    change: changes.find((one) => one?.inquiry === inquiry) ?? null,
    local: await localAddresses(witness, inquiry),
    stations: stationsOf(inquiry.host.role, packetsOf(here, client, trial.protocol), devices),
  }
}

/** The hooks in the order in which the connection meets them. */
function stationsOf(
  role: Inquiry['host']['role'],
  { there, back }: ReturnType<typeof packetsOf>,
  { toClient, toServer }: { toClient: string | null; toServer: string | null },
): Station[] {
  const at = (
    hook: Hook,
    packet: Packet,
    input: string | null,
    output: string | null,
    reply = false,
  ): Station => ({
    hook,
    packet: { ...packet, inputDevice: input, outputDevice: output },
    reply,
  })
  if (role === 'client')
    return [
      at('output', there, '', toServer),
      at('postrouting', there, '', toServer),
      at('prerouting', back, toServer, '', true),
      at('input', back, toServer, '', true),
    ]
  if (role === 'server')
    return [
      at('prerouting', there, toClient, ''),
      at('input', there, toClient, ''),
      at('output', back, '', toClient, true),
      at('postrouting', back, '', toClient, true),
    ]
  return [
    at('prerouting', there, toClient, ''),
    at('forward', there, toClient, toServer),
    at('postrouting', there, '', toServer),
    at('prerouting', back, toServer, '', true),
    at('forward', back, toServer, toClient, true),
  ]
}

/** Chains and sets that banning tools keep: fail2ban, sshguard, crowdsec and the like. */
const BANNED = /f2b|fail2ban|sshguard|crowdsec|blacklist|blocklist|banned/i

/** Which cause a rule is, by where it stands and what it does. */
function causeOf(
  { inquiry }: Scene,
  at: Station,
  place: RulePlace,
  rejectWith: string | null,
): { cause: CauseCode; side: Side } {
  const side = sideOf(inquiry)
  const rejects = rejectWith !== null
  if (inquiry.host.role === 'router')
    return { cause: rejects ? 'firewall.forward-reject' : 'firewall.forward-drop', side }
  if (at.hook === 'output' || at.hook === 'postrouting')
    return { cause: rejects ? 'firewall.egress-reject' : 'firewall.egress-drop', side }
  if (side === 'server' && BANNED.test(`${place.chain} ${place.text}`))
    return { cause: 'firewall.banned', side }
  if (!rejects) return { cause: 'firewall.ingress-drop', side }
  return {
    cause: /reset|rst/.test(rejectWith) ? 'firewall.ingress-reset' : 'firewall.ingress-reject',
    side,
  }
}

function accuse(
  scene: Scene,
  at: Station,
  place: RulePlace,
  rejectWith: string | null,
  weight: Accusation['weight'],
  because: string,
): Accusation {
  const { name } = scene.inquiry.host
  const { rule, set } = findRule(scene.sets, place)
  const mend = mendCommands(place, rule, at.packet, at.hook, set)
  const why = place.policy
    ? `${named(place)} stops what no rule accepts`
    : `${named(place)} decides`
  return {
    ...causeOf(scene, at, place, rejectWith),
    weight,
    because,
    place: { host: name, interface: null, hop: null, rule: place },
    remedies: [mendRule(name, place, mend, why)],
  }
}

const stops = ({ verdict }: GrownRule): boolean =>
  verdict.kind === 'drop' || verdict.kind === 'reject'

/** A rule or policy in its own words, and where it stands. */
export const named = (place: RulePlace): string =>
  place.policy ? describePlace(place) : `the rule "${place.text}" (${describePlace(place)})`

export const listCommand = (place: RulePlace): string =>
  place.backend === 'nft' ? 'nft -a list ruleset' : `${iptablesTool(place)}-save -c`

/** A rule or policy that stops packets, fits these, and grew by as many as the trial sent. */
function byCounters(scene: Scene): Ruling | null {
  const { change, trial, sets, stations, inquiry } = scene
  const sent = trial.connects.length
  for (const grown of change?.rules ?? []) {
    if (!stops(grown) || grown.packets < sent) continue
    const { place } = grown
    const { rule } = findRule(sets, place)
    const hooks = hooksOf(sets, place)
    const at = stations.find(
      ({ hook, packet }) =>
        hooks.includes(hook) && (rule === null || matches(rule, packet).answer !== 'no'),
    )
    if (!at) continue
    const because = `${named(place)} of ${inquiry.host.name} took ${count(grown.packets, 'packet')} while ${count(sent, 'connection')} ${sent === 1 ? 'was' : 'were'} tried`
    const name = `packets of ${place.chain}${place.handle === null ? (place.number === null ? '' : ` rule ${place.number}`) : ` handle ${place.handle}`}`
    const evidence: Evidence = {
      host: inquiry.host.name,
      source: place.backend,
      command: listCommand(place),
      lines: [describePlace(place)],
      delta: { name, before: grown.before, after: grown.after },
    }
    const rejectWith = grown.verdict.kind === 'reject' ? grown.verdict.with : null
    return {
      status: 'fail',
      summary: because,
      evidence: [evidence],
      accuses: [accuse(scene, at, place, rejectWith, 'proven', because)],
    }
  }
  return null
}

/** What the rules say should happen. Where a counter or the live result disagrees, that is said. */
function byWalk(scene: Scene, active: boolean): Ruling {
  const { inquiry, stations, sets, local, change } = scene
  const { name } = inquiry.host
  if (!active)
    return {
      ...pass('no rule drops or rejects anything'),
      acquits: acquit(inquiry, `no rule of ${name} drops or rejects anything`),
    }
  let doubt: Ruling | null = null
  for (const at of stations) {
    const decision = walkHook(sets, at.hook, at.packet, local)
    const { place, verdict, rejectWith } = decision
    if (!place || verdict === 'accept' || verdict === 'redirect') continue
    const { rule } = findRule(sets, place)
    const text = `${named(place)} of ${name}`
    if (verdict === 'unknown') {
      const because = `what ${text} does with ${at.reply ? 'the reply' : 'it'} cannot be known: ${decision.because}`
      doubt ??= {
        status: 'warn',
        summary: because,
        accuses: [accuse(scene, at, place, rejectWith, 'possible', because)],
      }
      continue
    }
    if (rule?.counter && change?.readable && !at.reply)
      return {
        status: 'warn',
        summary: `by the rules ${text} would ${verdict} it, but its counter did not grow: the live result counts`,
      }
    const because = `${text} ${verdict === 'drop' ? 'drops' : 'rejects'} ${at.reply ? 'the reply' : 'it'}`
    return {
      status: 'fail',
      summary: because,
      evidence: [
        { host: name, source: place.backend, command: listCommand(place), lines: [place.text] },
      ],
      accuses: [
        accuse(
          scene,
          at,
          place,
          verdict === 'reject' ? (rejectWith ?? 'unreachable') : null,
          weigh(scene, decision, at),
          because,
        ),
      ],
    }
  }
  return (
    doubt ?? {
      ...pass('the rules let this connection pass'),
      acquits: acquit(inquiry, `the rules of ${name} let the connection pass`),
    }
  )
}

/** Who is cleared when a host's firewall is. */
function acquit({ host }: Inquiry, because: string): Acquittal[] {
  const causes: readonly CauseCode[] =
    host.role === 'router'
      ? ['firewall.forward-drop', 'firewall.forward-reject']
      : [
          'firewall.egress-drop',
          'firewall.egress-reject',
          'firewall.ingress-drop',
          'firewall.ingress-reject',
          'firewall.ingress-reset',
          'firewall.banned',
        ]
  const side: Side = host.role === 'router' ? 'path' : host.role
  return causes.map((cause) => ({ cause, side, because }))
}

/**
 * The walk alone makes a cause likely. Sure is it where an ICMP error came from this very host, or
 * where packets came to IP and were not delivered, or never left, and no other reason was counted.
 */
function weigh(
  { inquiry, change, trial, local }: Scene,
  decision: Decision,
  at: Station,
): 'proven' | 'likely' {
  if (!change?.readable || decision.uncertain.length > 0) return 'likely'
  const sent = trial.connects.length
  const { role } = inquiry.host
  if (decision.verdict === 'reject' && trial.icmp?.some(({ from }) => local?.includes(from)))
    return 'proven'
  if (role === 'client' && !at.reply && change.sent !== null && change.sent < sent) return 'proven'
  const prefix = at.packet.family === 4 ? 'Ip' : 'Ip6'
  if (role !== 'server') return 'likely'
  if (at.reply)
    return change.grew(`${prefix}OutDiscards`) >= sent || refusedToSend(change, trial)
      ? 'proven'
      : 'likely'
  const taken = change.grew(`${prefix}InReceives`)
  const delivered = change.grew(`${prefix}InDelivers`)
  const others = ['InAddrErrors', 'InHdrErrors', 'InNoRoutes'].some(
    (counter) => change.grew(`${prefix}${counter}`) > 0,
  )
  const lost = taken >= sent && taken - delivered >= sent
  return lost && !others && change.grew('TcpExtIPReversePathFilter') === 0 ? 'proven' : 'likely'
}

/** The server answered, and its interfaces sent fewer packets than it had answers. */
const refusedToSend = (change: Change, trial: Trial): boolean =>
  change.sent !== null &&
  change.sent < trial.connects.length &&
  change.sockets.some(
    ({ state, local }) => state === 'SYN-RECV' && local.port === trial.endpoint.port,
  )
