/**
 * Rung 4, firewalls: which rules decide about this connection, by their own counters and by a walk
 * through the rule set. A counter that grew by the packets of the trial is proof; a walk alone is
 * not, unless the host's other counters leave nothing else.
 */
import {
  describePlace,
  type Hook,
  type Place as RulePlace,
  type RuleSet,
} from '../../facts/rule-set.ts'
import { findRule, samePlace } from '../../policy/find-rule.ts'
import { matches } from '../../policy/match.ts'
import { filters, rulesNaming } from '../../policy/naming.ts'
import type { Packet } from '../../policy/packet.ts'
import { hooksOf } from '../../policy/reach.ts'
import { accuseRule, type Deed, describeRule, listCommand } from '../accused-rule.ts'
import type { CauseCode } from '../cause.ts'
import {
  type Acquittal,
  type Check,
  count,
  pass,
  type Ruling,
  shown,
  skip,
  unanswered,
  witnessed,
} from '../check.ts'
import type { Evidence, Side } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import { asOn } from '../published.ts'
import {
  beliedBy,
  cameHere,
  describeNeighbour,
  endsHere,
  lostBetween,
  lostInside,
  type Neighbour,
  neighbours,
  type Seen,
  unmoved,
} from '../rule-bearing.ts'
import { readRules } from '../rules.ts'
import { isStopped, type Leg, walkTransit } from '../transit.ts'
import type { GrownRule } from '../trial.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'

/** What the walk and the counters are about, on one host. */
type Scene = Seen & {
  readonly inquiry: Inquiry
  readonly sets: readonly RuleSet[]
  /** What the rules say of the ports beside the one in question that answer; asked where it matters. */
  readonly beside: () => Promise<readonly Neighbour[]>
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
  const trial = await witness.trial(failing)
  const changes = [trial.client, trial.server, ...trial.routers]
  const transit = await walkTransit(witness, inquiry, failing, trial.protocol)
  const beside = async (): Promise<readonly Neighbour[]> => {
    if (trial.protocol !== 'tcp') return []
    const refused = trial.connects.every(({ outcome }) => outcome === 'refused')
    const ports = refused
      ? await witness.otherPorts(failing)
      : (await witness.controls(failing)).ports
    return neighbours(ports, transit)
  }
  return {
    inquiry,
    sets,
    transit,
    role: inquiry.host.role,
    trial: await asOn(inquiry, trial, trial.protocol),
    change: changes.find((one) => one?.inquiry === inquiry) ?? null,
    beside,
  }
}

const stops = ({ verdict }: GrownRule): boolean =>
  verdict.kind === 'drop' || verdict.kind === 'reject'

/** Where a rule that has grown may have met the connection. */
function meeting(
  scene: Scene,
  place: RulePlace,
): { readonly hook: Hook; readonly packet: Packet } | null {
  const { sets, transit } = scene
  const { rule } = findRule(sets, place)
  const legs = [transit.there, transit.back]
  const walked = legs.find(({ journey }) => journey?.place && samePlace(journey.place, place))
  if (walked) return deedOf(scene, walked, place)
  for (const leg of legs) {
    const hook = hooksOf(sets, place).find((one) => leg.hooks.includes(one))
    if (hook === undefined) continue
    const packet = isBeforeRouting(hook) ? { ...leg.packet, outputDevice: '' } : leg.packet
    if (rule === null || matches(rule, packet).answer !== 'no') return { hook, packet }
  }
  return null
}

const isBeforeRouting = (hook: Hook): boolean => hook === 'prerouting' || hook === 'input'

/** A rule or policy that stops packets, fits these, and grew by as many as the trial sent. */
function byCounters(scene: Scene): Ruling | null {
  const { change, trial, sets, transit, inquiry } = scene
  const sent = trial.connects.length
  const decides = [transit.there, transit.back].flatMap(({ journey }) => journey?.place ?? [])
  const grown = (change?.rules ?? [])
    .filter((one) => stops(one) && one.packets >= sent)
    .toSorted((a, b) => Number(isAmong(decides, b)) - Number(isAmong(decides, a)))
  for (const { place, verdict, packets, before, after } of grown) {
    const met = meeting(scene, place)
    if (!met) continue
    const because = `${describeRule(place)} of ${inquiry.host.name} took ${count(packets, 'packet')} while ${count(sent, 'connection')} ${sent === 1 ? 'was' : 'were'} tried`
    const deed = {
      hook: met.hook,
      packet: met.packet,
      place,
      rejectWith: verdict.kind === 'reject' ? verdict.with : null,
    }
    return {
      status: 'fail',
      summary: because,
      evidence: [
        {
          ...listed(inquiry, place),
          delta: { name: `packets of ${nameOf(place)}`, before, after },
        },
      ],
      accuses: [accuseRule(inquiry, sets, deed, 'proven', because)],
    }
  }
  return null
}

const isAmong = (places: readonly RulePlace[], { place }: GrownRule): boolean =>
  places.some((one) => samePlace(one, place))

/** `input handle 3`, `INPUT rule 2`, `input` for its policy. */
function nameOf({ chain, handle, number }: RulePlace): string {
  if (handle !== null) return `${chain} handle ${handle}`
  return number === null ? chain : `${chain} rule ${number}`
}

const listed = ({ host }: Inquiry, place: RulePlace): Evidence => ({
  host: host.name,
  source: place.backend,
  command: listCommand(place),
  lines: [describePlace(place)],
})

/** What the rules say should happen. Where a counter or the live result disagrees, that is said. */
async function byWalk(scene: Scene, active: boolean): Promise<Ruling> {
  const { inquiry, transit } = scene
  const { name } = inquiry.host
  if (!active)
    return {
      ...pass('no rule drops or rejects anything'),
      acquits: acquit(inquiry, `no rule of ${name} drops or rejects anything`),
    }
  for (const leg of [transit.there, transit.back]) {
    const { journey } = leg
    if (!journey?.place) continue
    if (isStopped(journey)) return stopped(scene, leg, journey.place)
    if (journey.verdict === 'unknown' && journey.possible.some((verdict) => isStopped({ verdict })))
      return doubted(scene, leg, journey.place)
  }
  return letPass(scene)
}

/** The rule that stops it, where and as what the packet meets it. */
function deedOf({ sets }: Scene, leg: Leg, place: RulePlace): Deed {
  const { journey } = leg
  const met = journey?.steps.findLast(
    (step) => step.hook !== null && step.place !== null && samePlace(step.place, place),
  )
  const hook = met?.hook ?? hooksOf(sets, place).find((one) => leg.hooks.includes(one)) ?? 'input'
  const rejectWith = journey?.verdict === 'rejected' ? (journey.rejectWith ?? 'unreachable') : null
  return { place, hook, packet: journey?.packet ?? leg.packet, rejectWith }
}

const object = (leg: Leg): string => (leg.reply ? 'the reply' : 'it')

/** By the rules it is stopped here: what was seen bears that out, or belies it, or neither. */
async function stopped(scene: Scene, leg: Leg, place: RulePlace): Promise<Ruling> {
  const { inquiry, sets } = scene
  const { name } = inquiry.host
  const deed = deedOf(scene, leg, place)
  const text = `${describeRule(place)} of ${name}`
  const does = deed.rejectWith === null ? 'drop' : 'reject'
  const beside = await scene.beside()
  const still = unmoved(leg.journey?.steps ?? [], sets, scene)
  const against = beliedBy(
    still,
    beside.find(({ says }) => says === 'stopped'),
  )
  if (against)
    return {
      status: 'warn',
      summary: `by the rules ${text} would ${does} ${object(leg)}, yet ${against}: the live result counts`,
      evidence: [listed(inquiry, place)],
    }
  const ends = endsHere(scene, leg)
  const passing = beside.find(({ says }) => says === 'passes')
  // That a port beside it passes tells nothing of a host to which the packets may never have come.
  const came = passing ? cameHere(scene, leg, sets) : null
  const seen = [
    ...(ends ? [ends] : []),
    ...(passing ? [`${describeNeighbour(passing)}, as the rules say`] : []),
    ...(came && !ends ? [came] : []),
  ]
  const because = [`${text} ${does}s ${object(leg)}`, ...seen].join('; ')
  return {
    status: 'fail',
    summary: because,
    evidence: [
      { ...listed(inquiry, place), lines: [place.text] },
      ...(passing ? [shown('client', passing.connect)] : []),
    ],
    accuses: [accuseRule(inquiry, sets, deed, ends || came ? 'proven' : 'likely', because)],
  }
}

/** A rule that cannot be judged may stop it. */
function doubted(scene: Scene, leg: Leg, place: RulePlace): Ruling {
  const { inquiry, sets } = scene
  const why = leg.journey?.because ?? ''
  const because = `what ${describeRule(place)} of ${inquiry.host.name} does with ${object(leg)} cannot be known: ${why}`
  return {
    status: 'warn',
    summary: because,
    accuses: [accuseRule(inquiry, sets, deedOf(scene, leg, place), 'possible', because)],
  }
}

/** No rule stops it; where packets were lost here all the same, the rules clear nobody. */
function letPass(scene: Scene): Ruling {
  const { inquiry, role, transit, trial } = scene
  const { name } = inquiry.host
  const lost =
    role === 'router'
      ? (lostBetween(scene, false) ?? lostBetween(scene, true))
      : role === 'server' && lostInside(scene, trial.endpoint.family)
        ? 'packets came in and were not passed on to TCP'
        : null
  if (lost)
    return {
      status: 'warn',
      summary: `the rules of ${name} would let it pass, yet ${lost}: the live result counts`,
    }
  const routing = [transit.there, transit.back].find(({ journey }) => journey && isStopped(journey))
  return {
    ...pass(
      routing?.journey
        ? `no rule stops this connection; the routing would: ${routing.journey.because}`
        : 'the rules let this connection pass',
    ),
    acquits: acquit(inquiry, `the rules of ${name} let the connection pass`),
  }
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
