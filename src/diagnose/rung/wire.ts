/**
 * Rung 4, on the wire: captures on both ends and between them, laid on each other. Who saw a packet proves that it came so far; who
 * should have and did not, that it was lost before. It acquits whoever lies elsewhere and confirms who lies there.
 */
import type { CauseCode } from '../cause.ts'
import {
  type Acquittal,
  type Check,
  type Confirmation,
  count,
  pass,
  placeOn,
  type Ruling,
  skip,
  unknown,
} from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import { type Account, type Told, takeAccount } from '../passage/account.ts'
import { isReset } from '../passage/follow.ts'
import { describeLossiness, isLossy, lossOf } from '../passage/loss.ts'
import { describeClock, describeCourse, showAttempt } from '../passage/words.ts'
import type { Visit } from '../visit.ts'
import { AT_SERVER, BEFORE_SERVER, clear } from '../whereabouts.ts'
import type { Witness } from '../witness.ts'
import { dataOnTheWire } from './wire-data.ts'

export const wire: Check = {
  id: 'transport.wire',
  layer: 4,
  question: 'Where on its way was the connection last seen?',
  on: ['client'],
  rule: async (witness) => {
    const failing = await witness.concern()
    if (!failing) return skip('the connection works')
    const tapped = await witness.tapped(failing)
    if (!tapped) return skip('nothing was captured')
    const trust = { server: await isHeld(witness, failing) }
    const protocol = failing.errand.scheme === 'dns' ? 'udp' : 'tcp'
    const account = takeAccount(tapped, failing.endpoint, protocol, trust)
    if (account) return judge(account, failing, trust.server)
    return skip('the packets of the client could not be captured')
  },
}

export const view: Check = {
  id: 'transport.view',
  layer: 4,
  question: 'Can the packets be seen on this host?',
  on: ['client', 'server', 'router'],
  rule: async (witness, { host }) => {
    const failing = await witness.concern()
    if (!failing) return skip('the connection works')
    const tapped = await witness.tapped(failing)
    if (!tapped) return skip('nothing was captured')
    const blind = tapped.blind.find((one) => one.host === host.name)
    if (blind) return unknown(`no packets could be captured: ${blind.because}`, blind.needs)
    const point = tapped.points.find((one) => one.host === host.name)
    if (!point) return skip('it was not watched')
    return point.lost === 0
      ? pass(`${count(point.sightings.length, 'packet')} seen`)
      : { status: 'warn', summary: `${count(point.lost, 'packet')} lost for want of room` }
  },
}

/** Whether the server itself has the address, so that nobody rewrites it on the way there; a host's own is no way at all. */
async function isHeld(witness: Witness, { endpoint }: Visit): Promise<boolean> {
  const holds = async (inquiry: Witness['client'] | null): Promise<boolean> => {
    const links = inquiry ? await witness.interfaces(inquiry) : null
    return (
      links?.known === true &&
      links.value.some(({ addresses }) =>
        addresses.some(({ address }) => address === endpoint.address),
      )
    )
  }
  return (await holds(witness.server)) && !(await holds(witness.client))
}

function judge(account: Account, failing: Visit, isTrusted: boolean): Ruling {
  if (account.told.length === 0) return nothingLeft(account, failing)
  const lossy = isTrusted ? lossyWay(account) : null
  if (lossy) return lossy
  const { common } = account
  if (!common) return differently(account)
  if (common.course.end === 'answered') return dataOnTheWire(account, failing, isTrusted)
  return { ...told(account, common), ...weigh(common, failing.stage, isTrusted) }
}

/** Packets are lost at random: on which way, and how many. */
function lossyWay({ told: all }: Account): Ruling | null {
  const ways = lossOf(all.map(({ attempt }) => attempt))
  const [first] = all
  if (!first || !ways.some(isLossy)) return null
  const summary = ways.map(describeLossiness).join(', ')
  const because = `on the wire: ${summary}`
  return {
    status: 'fail',
    summary,
    evidence: showAttempt(first.attempt),
    accuses: [
      { cause: 'path.loss', side: 'path', weight: 'likely', because, place: placeOn('path') },
    ],
    confirms: [{ side: 'path', causes: ['path.loss'], because }],
  }
}

/** The account in words and packets. */
export function told(account: Account, { attempt, course }: Told): Ruling {
  const clocks = account.clocks.flatMap(({ host, offset }) => describeClock(host, offset) ?? [])
  const all = [describeCourse(course, attempt), ...account.rewrites, ...clocks]
  return {
    status: course.end === 'unclear' || course.end === 'answered' ? 'pass' : 'fail',
    summary: all.join('; '),
    evidence: showAttempt(attempt),
  }
}

/** What would keep a connection from coming about on the client alone. */
const AT_CLIENT: readonly CauseCode[] = [
  'firewall.egress-drop',
  'firewall.egress-reject',
  'firewall.bpf-drop',
]

/** What lets the server's answer leave it, and not to where it should go. */
const MISLEADING: readonly CauseCode[] = [
  'link.neighbour-wrong',
  'route.asymmetric',
  'route.overlap',
  'route.wrong-egress',
]

/** What answers in the server's name, on the server. */
const SERVER_ANSWERS: readonly CauseCode[] = [
  'tcp.no-listener',
  'firewall.ingress-reset',
  'firewall.ingress-reject',
  'service.stopped',
]

/** What keeps a server from speaking that has taken the connection. */
const SERVER_TALKS: readonly CauseCode[] = [
  'tcp.frozen',
  'tcp.zero-window',
  'service.slow-greeting',
  'service.crash-loop',
  'session.accepted-then-closed',
]

type Weighed = Required<Pick<Ruling, 'acquits' | 'confirms'>> & Pick<Ruling, 'accuses'>

const onPath = (because: string): Confirmation => ({ side: 'path', because })

/** Who is cleared by the place of a loss, and who is confirmed. */
function weigh({ attempt, course }: Told, stage: Visit['stage'], isTrusted: boolean): Weighed {
  const because = `on the wire: ${describeCourse(course, attempt)}`
  const own = clear(AT_CLIENT, because, 'client')
  const far = clear(
    AT_SERVER.filter((cause) => cause !== 'address.not-on-server'),
    because,
    'server',
  )
  const between = clear(
    BEFORE_SERVER.filter((cause) => !cause.startsWith('firewall.egress')),
    because,
    'path',
  )
  switch (course.end) {
    case 'rejected':
      return {
        acquits: course.bornAt === 'server' ? [...own, ...between] : isTrusted ? far : [],
        confirms:
          course.bornAt === 'server'
            ? [{ side: 'server', because }]
            : isTrusted
              ? [onPath(because)]
              : [],
      }
    case 'refused':
      return { acquits: [...own, ...between], confirms: [{ side: 'server', because }] }
    case 'forged':
      return forged(course, stage, because, own)
    case 'lost':
      return lost(course.loss, because, { own, far, between })
    case 'answered':
    case 'unclear':
      return { acquits: own, confirms: [] }
  }
}

/** Somebody on the path answers in the server's name: by a reset, or by taking the connection himself. */
function forged(
  { answer, by }: Extract<Told['course'], { end: 'forged' }>,
  stage: Visit['stage'],
  because: string,
  own: readonly Acquittal[],
): Weighed {
  // What answers as another service, or with another certificate, is named by what it says.
  const isMute = stage === 'silent' || stage === 'closed'
  const cause = isReset(answer) ? 'firewall.path-reset' : isMute ? 'firewall.redirect' : null
  const place = placeOn(by?.kind === 'inside' ? by.host : 'path')
  return {
    accuses: cause ? [{ cause, side: 'path', weight: 'likely', because, place }] : [],
    acquits: [...own, ...clear([...SERVER_ANSWERS, ...SERVER_TALKS], because, 'server')],
    confirms: [onPath(because)],
  }
}

type Parts = Readonly<Record<'own' | 'far' | 'between', readonly Acquittal[]>>

function lost(
  loss: Extract<Told['course'], { end: 'lost' }>['loss'],
  because: string,
  { own, far, between }: Parts,
): Weighed {
  const cameBack = clear(['firewall.ingress-drop'], because, 'client')
  switch (loss.kind) {
    case 'unanswered':
      return {
        acquits: [...own, ...between, ...cameBack],
        confirms: [{ side: 'server', because }],
      }
    case 'untaken':
      return {
        acquits: [...between, ...far, ...clear(['firewall.egress-drop'], because, 'server')],
        confirms: [{ side: 'client', because }],
      }
    case 'inside':
    case 'between': {
      const confirms = [onPath(because)]
      if (loss.way === 'there')
        return {
          acquits: [
            ...own,
            ...cameBack,
            ...far,
            ...clear(['firewall.egress-drop'], because, 'server'),
          ],
          confirms,
        }
      // It left by the wrong interface, or to the wrong neighbour.
      const misled: Confirmation = { side: 'server', causes: MISLEADING, because }
      if (loss.kind === 'between' && loss.from === 'server') confirms.push(misled)
      const arrived = far.filter(({ cause }) => !cause.startsWith('route.'))
      return {
        acquits: [
          ...own,
          ...cameBack,
          ...arrived,
          ...clear(['firewall.egress-drop', 'tcp.accept-queue-full'], because, 'server'),
        ],
        confirms,
      }
    }
  }
}

/** The attempts went differently: some of them came through. */
function differently(account: Account): Ruling {
  const [first] = account.told.filter(({ course }) => course.end !== 'answered')
  const through = account.told.filter(({ course }) => course.end === 'answered').length
  const all = account.told.length
  const because = first ? describeCourse(first.course, first.attempt) : ''
  const ways = account.told.flatMap(({ course }) =>
    course.end === 'lost' && 'way' in course.loss ? [course.loss.way] : [],
  )
  const isLoss = through > 0 && ways.length > 0
  return {
    status: 'warn',
    summary: `of ${all} attempts ${through} came through; of another, ${because}`,
    evidence: first ? showAttempt(first.attempt) : [],
    confirms: isLoss
      ? [
          {
            side: 'path',
            causes: ['path.loss'],
            because: `on the wire: of ${all} attempts ${ways.filter((way) => way === 'there').length} were lost on the way there and ${ways.filter((way) => way === 'back').length} on the way back`,
          },
        ]
      : [],
  }
}

/** Nothing of it left the client, though it was tried: it was stopped there, before the wire. */
function nothingLeft({ client }: Account, { stage, exchange }: Visit): Ruling {
  const { outcome } = exchange.connect
  if (stage !== 'connect' || client.lost > 0) return skip('no attempt was seen from its beginning')
  const asked = client.sightings.filter(({ neighbour, way }) => neighbour?.asks && way === 'out')
  const answered = new Set(
    client.sightings.flatMap(({ neighbour }) =>
      neighbour && !neighbour.asks ? [neighbour.about] : [],
    ),
  )
  const mute = asked.find(({ neighbour }) => !answered.has(neighbour?.about ?? ''))
  const because = mute
    ? `nothing of it left the client, which asked for ${mute.neighbour?.about} and got no answer`
    : 'nothing of it left the client'
  const evidence: Evidence = {
    host: 'client',
    source: 'capture',
    command: client.command,
    lines: [mute ? `asked for ${mute.neighbour?.about}, no answer` : 'no packet of it'],
  }
  const reason = `on the wire: ${because}`
  const acquits = [
    ...clear(
      AT_SERVER.filter((cause) => cause !== 'address.not-on-server'),
      reason,
      'server',
    ),
    ...clear(['firewall.path-drop', 'firewall.path-reset', 'firewall.path-reject'], reason, 'path'),
  ]
  const isOwn = !mute && outcome !== 'unreachable' && outcome !== 'connected'
  return {
    status: 'fail',
    summary: because,
    evidence: [evidence],
    acquits: mute ? [] : acquits,
    confirms: isOwn ? [{ side: 'client', because: reason }] : [],
  }
}
