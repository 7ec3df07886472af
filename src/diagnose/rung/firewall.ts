/**
 * Rung 4, firewalls: which rules decide about this packet, by their own counters and by a walk
 * through the rule set. A counter that grew by the packets of the trial is proof; a walk alone is
 * not.
 */
import { ip6tablesRuleSet, iptablesRuleSet } from '../../facts/iptables-save.ts'
import { nftRuleSet } from '../../facts/nft.ts'
import {
  describePlace,
  type Hook,
  type Rule,
  type Place as RulePlace,
  type RuleSet,
} from '../../facts/rule-set.ts'
import { mendCommands } from '../../policy/mend.ts'
import { filters, rulesNaming } from '../../policy/naming.ts'
import { matches, type Packet } from '../../policy/packet.ts'
import { hooksOf } from '../../policy/reach.ts'
import { type Decision, walkHook } from '../../policy/walk.ts'
import type { CauseCode } from '../cause.ts'
import {
  type Acquittal,
  type Check,
  count,
  pass,
  type Ruling,
  skip,
  unanswered,
  witnessed,
} from '../check.ts'
import type { Evidence, Place, Remedy, Side } from '../diagnosis.ts'
import type { Answer, Inquiry } from '../host.ts'
import { clientAddress } from '../relevant.ts'
import type { Change, GrownRule, Trial } from '../trial.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'

/** One hook that the packet, or the reply, passes on a host. */
type Pass = { readonly hook: Hook; readonly packet: Packet; readonly reply: boolean }

/** The packets of the connection, as each hook of a host in that role sees them. */
function passes(
  role: Inquiry['host']['role'],
  visit: Visit,
  client: string,
  protocol: Trial['protocol'],
  devices: { in: string | null; out: string | null },
): Pass[] {
  const { address, family, port } = visit.endpoint
  const there: Packet = {
    family,
    protocol,
    source: client,
    destination: address,
    sourcePort: null,
    destinationPort: port,
    inputDevice: '',
    outputDevice: '',
    state: 'new',
    syn: protocol === 'tcp',
    icmpType: null,
  }
  const back: Packet = {
    ...there,
    source: address,
    destination: client,
    sourcePort: port,
    destinationPort: null,
    state: 'established',
  }
  if (role === 'client')
    return [
      { hook: 'output', packet: { ...there, outputDevice: devices.out }, reply: false },
      { hook: 'postrouting', packet: { ...there, outputDevice: devices.out }, reply: false },
      { hook: 'prerouting', packet: { ...back, inputDevice: devices.out }, reply: true },
      { hook: 'input', packet: { ...back, inputDevice: devices.out }, reply: true },
    ]
  const through: Pass[] = [
    { hook: 'prerouting', packet: { ...there, inputDevice: devices.in }, reply: false },
    {
      hook: role === 'server' ? 'input' : 'forward',
      packet: {
        ...there,
        inputDevice: devices.in,
        outputDevice: role === 'server' ? '' : devices.out,
      },
      reply: false,
    },
  ]
  return role === 'server'
    ? [
        ...through,
        { hook: 'output', packet: { ...back, outputDevice: devices.in }, reply: true },
        { hook: 'postrouting', packet: { ...back, outputDevice: devices.in }, reply: true },
      ]
    : [
        ...through,
        {
          hook: 'forward',
          packet: { ...back, inputDevice: devices.out, outputDevice: devices.in },
          reply: true,
        },
        { hook: 'postrouting', packet: { ...there, outputDevice: devices.out }, reply: false },
      ]
}

/** Sets that banning tools keep: fail2ban, sshguard, crowdsec and the like. */
const BANNED = /f2b|fail2ban|sshguard|crowdsec|blacklist|blocklist|banned/i

/** Which cause a rule is, by the host, the hook and what it does. */
function causeOf(
  role: Inquiry['host']['role'],
  hook: Hook,
  reply: boolean,
  verdict: string,
  rejectWith: string | null,
  text: string,
): { cause: CauseCode; side: Side } | null {
  const side: Side = role === 'router' ? 'path' : role
  const reject = verdict === 'reject'
  if (verdict === 'redirect') return { cause: 'firewall.redirect', side }
  if (hook === 'forward' || role === 'router')
    return { cause: reject ? 'firewall.forward-reject' : 'firewall.forward-drop', side }
  if (hook === 'output' || hook === 'postrouting')
    return { cause: reject ? 'firewall.egress-reject' : 'firewall.egress-drop', side }
  if (role === 'server' && !reply && BANNED.test(text)) return { cause: 'firewall.banned', side }
  if (!reject) return { cause: 'firewall.ingress-drop', side }
  return {
    cause:
      rejectWith !== null && /tcp.?reset|tcp-rst/.test(rejectWith)
        ? 'firewall.ingress-reset'
        : 'firewall.ingress-reject',
    side,
  }
}

const placeOf = (host: string, rule: RulePlace): Place => ({
  host,
  interface: null,
  hop: null,
  rule,
})

function remediesFor(host: string, place: RulePlace, rule: Rule | null, at: Pass): Remedy[] {
  const mend = mendCommands(place, rule, at.packet, at.hook)
  return [
    {
      host,
      command: mend.command,
      why: place.policy
        ? `${describePlace(place)} drops what no rule accepts`
        : `this rule decides: ${describePlace(place)}`,
      risk: mend.risk,
      undo: mend.undo,
      persist: mend.persist,
      turnsGreen: 'transport.port',
    },
  ]
}

async function ruleSets(
  inquiry: Inquiry,
): Promise<{ sets: RuleSet[]; answers: Answer<RuleSet>[] }> {
  const answers = await Promise.all(
    [nftRuleSet, iptablesRuleSet, ip6tablesRuleSet].map((q) => inquiry.ask(q)),
  )
  return { sets: answers.flatMap((answer) => (answer.known ? [answer.value] : [])), answers }
}

const deciding = (grown: GrownRule): string | null =>
  grown.verdict.kind === 'drop' || grown.verdict.kind === 'reject'
    ? grown.verdict.kind
    : grown.verdict.kind === 'redirect' || grown.verdict.kind === 'dnat'
      ? 'redirect'
      : null

export const rules: Check = {
  id: 'firewall.rules',
  layer: 4,
  question: 'Are firewalls active, and which rule decides about this connection?',
  on: ['client', 'server', 'router'],
  rule: async (witness, inquiry) => {
    const { sets, answers } = await ruleSets(inquiry)
    const readable = answers.filter((answer) => answer.known)
    if (readable.length === 0) {
      const [first] = answers
      return first && !first.known
        ? unanswered({ because: first.because, needs: first.needs ?? null })
        : skip('no firewall tool')
    }
    const evidence = answers.flatMap((answer) => witnessed(inquiry, answer, []))
    const active = sets.some(filters)
    const concern = witness.target ? await witness.concern() : null
    // A mute name server is not the server in question.
    const failing = inquiry.host.role === 'server' ? await witness.failing() : concern
    if (!failing)
      return pass(
        active ? await naming(witness, sets) : 'no rule drops or rejects anything',
        evidence,
      )
    return decide(witness, inquiry, failing, sets, active, evidence)
  },
}

/** The rules that name the port or the addresses, where the firewall is active and all is well. */
async function naming(witness: Witness, sets: readonly RuleSet[]): Promise<string> {
  const names = await witness.names()
  const named = sets.flatMap((set) =>
    rulesNaming(set, {
      port: witness.target?.port ?? 0,
      addresses: names?.addresses.map(({ address }) => address) ?? [],
      protocol: 'tcp',
    }),
  )
  return named.length === 0
    ? 'rules are active; none names this port'
    : `rules are active; ${count(named.length, 'rule')} name${named.length === 1 ? 's' : ''} this port or address`
}

/** What the trial or the walk says of a connection that fails. */
async function decide(
  witness: Witness,
  inquiry: Inquiry,
  failing: Visit,
  sets: readonly RuleSet[],
  active: boolean,
  evidence: readonly Evidence[],
): Promise<Ruling> {
  const { family } = failing.endpoint
  const role = inquiry.host.role
  const client = (await clientAddress(witness, family)) ?? (family === 4 ? '0.0.0.0' : '::')
  const trial = await witness.trial(failing)
  const change =
    [trial.client, trial.server, ...trial.routers].find((one) => one?.inquiry === inquiry) ?? null
  const devices = await devicesOf(witness, inquiry, failing, client)
  const all = passes(role, failing, client, trial.protocol, devices)
  const proof = change ? proven(inquiry, change, sets, all, trial, failing) : null
  if (proof) return { ...proof, evidence: [...(proof.evidence ?? []), ...evidence] }
  if (!active)
    return {
      ...pass('no rule drops or rejects anything', evidence),
      acquits: acquit(role, `no rule of ${inquiry.host.name} drops or rejects anything`),
    }
  const links = await witness.interfaces(inquiry)
  const local = links.known
    ? links.value.flatMap(({ addresses }) => addresses.map(({ address }) => address))
    : null
  const walked = walk(inquiry, local, sets, all, change, trial)
  return walked
    ? { ...walked, evidence }
    : {
        ...pass('the rules let this connection pass', evidence),
        acquits: acquit(
          role,
          `the walk through the rules of ${inquiry.host.name} lets the connection pass`,
        ),
      }
}

/** Who is cleared when a host's firewall is. */
function acquit(role: Inquiry['host']['role'], because: string): Acquittal[] {
  const causes: readonly CauseCode[] =
    role === 'client'
      ? ['firewall.egress-drop', 'firewall.egress-reject']
      : role === 'server'
        ? [
            'firewall.ingress-drop',
            'firewall.ingress-reject',
            'firewall.ingress-reset',
            'firewall.egress-drop',
            'firewall.egress-reject',
            'firewall.banned',
          ]
        : ['firewall.forward-drop', 'firewall.forward-reject']
  const side: Side = role === 'router' ? 'path' : role
  return causes.map((cause) => ({ cause, side, because }))
}

async function devicesOf(witness: Witness, inquiry: Inquiry, failing: Visit, client: string) {
  const toServer = await witness.route(inquiry, failing.endpoint.address)
  const toClient = await witness.route(inquiry, client)
  const links = await witness.interfaces(inquiry)
  const holder = links.known
    ? links.value.find((link) =>
        link.addresses.some(({ address }) => address === failing.endpoint.address),
      )?.name
    : undefined
  return {
    in: holder ?? (toClient.known ? toClient.value.device : null),
    out: toServer.known ? toServer.value.device : null,
  }
}

/** A rule or policy whose counter grew by as many packets as the trial sent. */
function proven(
  inquiry: Inquiry,
  change: Change,
  sets: readonly RuleSet[],
  all: readonly Pass[],
  trial: Trial,
  failing: Visit,
): Ruling | null {
  const { name, role } = inquiry.host
  const sent = trial.connects.length
  for (const grown of change.rules) {
    const verdict = deciding(grown)
    if (!verdict || grown.packets < sent) continue
    if (
      verdict === 'redirect' &&
      failing.stage === 'connect' &&
      failing.exchange.connect.outcome === 'timeout' &&
      role === 'client'
    )
      continue
    const rule = findRule(sets, grown.place)
    const hooks = hooksOf(sets, grown.place)
    const at = all.find(
      ({ hook, packet }) =>
        hooks.includes(hook) && (rule === null || matches(rule, packet).answer !== 'no'),
    )
    if (!at) continue
    const rejectWith = grown.verdict.kind === 'reject' ? grown.verdict.with : null
    const chain = sets
      .flatMap(({ chains }) => chains)
      .find((one) => one.name === grown.place.chain && one.table === grown.place.table)
    const named = causeOf(
      role,
      at.hook,
      at.reply,
      verdict,
      rejectWith,
      `${grown.place.chain} ${grown.place.text} ${chain?.name ?? ''}`,
    )
    if (!named) continue
    const because = `${describePlace(grown.place)} of ${name} took ${count(grown.packets, 'packet')} while ${count(sent, 'connection')} ${sent === 1 ? 'was' : 'were'} tried`
    return {
      status: 'fail',
      summary: because,
      evidence: [
        {
          host: name,
          source: grown.place.backend,
          command:
            grown.place.backend === 'nft'
              ? 'nft -a list ruleset'
              : grown.place.family === 'ip6'
                ? 'ip6tables-save -c'
                : 'iptables-save -c',
          lines: [describePlace(grown.place)],
          delta: {
            name: `packets of ${grown.place.chain}${grown.place.handle === null ? '' : ` handle ${grown.place.handle}`}`,
            before: grown.before,
            after: grown.after,
          },
        },
      ],
      accuses: [
        {
          ...named,
          weight: 'proven',
          because,
          place: placeOf(name, grown.place),
          remedies: remediesFor(name, grown.place, rule, at),
        },
      ],
    }
  }
  return null
}

const samePlace = (a: RulePlace, b: RulePlace): boolean =>
  a.backend === b.backend &&
  a.family === b.family &&
  a.table === b.table &&
  a.chain === b.chain &&
  a.handle === b.handle &&
  a.text === b.text

const findRule = (sets: readonly RuleSet[], place: RulePlace): Rule | null =>
  sets
    .flatMap(({ chains }) => chains)
    .flatMap((chain) => chain.rules)
    .find((rule) => samePlace(rule.place, place)) ?? null

/** What the rules say should happen. A counter that did not grow speaks against the walk. */
function walk(
  inquiry: Inquiry,
  local: readonly string[] | null,
  sets: readonly RuleSet[],
  all: readonly Pass[],
  change: Change | null,
  trial: Trial,
): Ruling | null {
  const { name, role } = inquiry.host
  for (const at of all) {
    const decision = walkHook(sets, at.hook, at.packet, local)
    if (!/^(drop|reject)$/.test(decision.verdict) || !decision.place) continue
    const rule = findRule(sets, decision.place)
    const counted = rule?.counter !== null && rule !== null
    const named = causeOf(
      role,
      at.hook,
      at.reply,
      decision.verdict,
      decision.rejectWith,
      `${decision.place.chain} ${decision.place.text}`,
    )
    if (!named) continue
    if (counted && change && !at.reply)
      return {
        status: 'warn',
        summary: `by the rules ${describePlace(decision.place)} would ${decision.verdict} it, but its counter did not grow: the live result counts`,
      }
    const weight = weigh(decision, at, change, trial, role)
    const because = `${describePlace(decision.place)} of ${name} ${decision.verdict === 'drop' ? 'drops' : 'rejects'} ${at.reply ? 'the reply' : 'it'} (${decision.because})`
    return {
      status: 'fail',
      summary: because,
      accuses: [
        {
          ...named,
          weight,
          because,
          place: placeOf(name, decision.place),
          remedies: remediesFor(name, decision.place, rule, at),
        },
      ],
    }
  }
  return null
}

/**
 * The walk alone makes a cause likely. The host's own counters can make it sure: packets that came
 * to IP and were not delivered, or that never left, with no other reason counted.
 */
function weigh(
  decision: Decision,
  at: Pass,
  change: Change | null,
  trial: Trial,
  role: Inquiry['host']['role'],
): 'proven' | 'likely' {
  if (!change?.readable || decision.uncertain.length > 0) return 'likely'
  const sent = trial.connects.length
  const prefix = at.packet.family === 4 ? 'Ip' : 'Ip6'
  if (role === 'client' && at.hook === 'output' && change.sent !== null && change.sent < sent)
    return 'proven'
  if (role !== 'server' || at.reply) return 'likely'
  const taken = change.grew(`${prefix}InReceives`)
  const delivered = change.grew(`${prefix}InDelivers`)
  const others = ['InAddrErrors', 'InHdrErrors', 'InNoRoutes'].some(
    (counter) => change.grew(`${prefix}${counter}`) > 0,
  )
  return taken >= sent &&
    taken - delivered >= sent &&
    !others &&
    change.grew('TcpExtIPReversePathFilter') === 0
    ? 'proven'
    : 'likely'
}
