/**
 * Rung 4, on the server: did the packets of the trial arrive, and what became of them? Its
 * counters grew by as many as were sent, or they did not: that tells a drop on the path from one
 * at the server, and a firewall from a missing way back.
 */
import {
  type Accusation,
  type Check,
  count,
  placeOn,
  type Ruling,
  skip,
  unknown,
} from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import { asOn } from '../published.ts'
import type { Change, Trial } from '../trial.ts'
import type { Visit } from '../visit.ts'
import { AT_SERVER, arrived, BEFORE_SERVER, clear, delta } from '../whereabouts.ts'
import type { Witness } from '../witness.ts'
import { countedDrop } from './kernel-drop.ts'
import { lostReply } from './lost-reply.ts'
import { takersOf } from './program.ts'

export const arrival: Check = {
  id: 'transport.arrival',
  layer: 4,
  question: 'Did the packets arrive at the server, and what became of them?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    const failing = await witness.failing()
    if (!failing) return skip('the port answers')
    if (failing.stage !== 'connect') return skip('the connection is accepted')
    const trial = await witness.trial(failing)
    const change = trial.server
    if (!change?.readable) return unknown('the counters of the server could not be read')
    const sent = trial.connects.length
    const refused = trial.connects.every(({ outcome }) => outcome === 'refused')
    return refused
      ? resets(change, sent, failing)
      : silence(witness, inquiry, trial, change, failing)
  },
}

/** Who sent the resets: the kernel of the server, its firewall, or somebody before it. */
function resets(change: Change, sent: number, failing: Visit): Ruling {
  const own = change.grew('TcpOutRsts')
  const { address } = failing.endpoint
  if (own >= sent)
    return {
      status: 'pass',
      summary: `the server's own kernel sent the resets (TcpOutRsts +${own} for ${count(sent, 'SYN')})`,
      evidence: [delta(change, 'TcpOutRsts')],
      acquits: clear(
        [
          'firewall.ingress-reset',
          'firewall.ingress-reject',
          'firewall.path-reset',
          'firewall.egress-reject',
          'firewall.path-reject',
        ],
        `the server's kernel itself sent ${own} resets for ${sent} SYNs`,
      ),
    }
  const received = arrived(change, failing.endpoint.family)
  if (received < sent)
    return {
      status: 'fail',
      summary: `the server saw none of ${count(sent, 'SYN')}: the resets are not its own`,
      evidence: [delta(change, 'TcpOutRsts')],
      accuses: [
        {
          cause: 'firewall.path-reset',
          side: 'path',
          weight: 'proven',
          because: `${sent} SYNs to ${address} were reset, and the server received ${count(received, 'packet')} and sent no reset`,
          place: placeOn('path'),
        },
      ],
      acquits: clear(AT_SERVER, 'the server never saw the SYNs'),
    }
  return {
    status: 'warn',
    summary: `the SYNs arrived and the server's kernel sent no reset (TcpOutRsts +${own})`,
    evidence: [delta(change, 'TcpOutRsts')],
    accuses: [
      {
        cause: 'firewall.ingress-reset',
        side: 'server',
        weight: 'likely',
        because: `resets came for ${sent} SYNs that arrived, but the server's TCP sent none: a rule did`,
        place: placeOn('server'),
      },
    ],
    acquits: clear(['tcp.no-listener', 'service.stopped'], 'TCP of the server sent no reset'),
  }
}

/** Nothing came back: was anything seen of it? */
async function silence(
  witness: Witness,
  inquiry: Inquiry,
  trial: Trial,
  change: Change,
  failing: Visit,
): Promise<Ruling> {
  const sent = trial.connects.length
  const here = await asOn(inquiry, failing, trial.protocol)
  const { endpoint } = here
  const { family } = endpoint
  const prefix = family === 4 ? 'Ip' : 'Ip6'
  const known = await countedDrop(witness, inquiry, change, sent, here, prefix)
  if (known) return known
  const waiting = change.sockets.filter(
    ({ state, local }) => state === 'SYN-RECV' && local.port === endpoint.port,
  )
  if (waiting.length > 0) return lostReply(witness, change, endpoint, waiting.length)
  const received = arrived(change, family)
  if (received < sent) return neverArrived(witness, inquiry, trial, change, failing)
  const delivered = change.grew(family === 4 ? 'IpInDelivers' : 'Ip6InDelivers')
  const taken = change.grew(family === 4 ? 'IpInReceives' : 'Ip6InReceives')
  if (taken >= sent && change.grew('TcpInSegs') < sent && taken - delivered >= sent)
    return {
      status: 'warn',
      summary: `${count(taken, 'packet')} arrived, ${delivered} passed on to TCP or another protocol`,
      evidence: [delta(change, `${prefix}InReceives`), delta(change, `${prefix}InDelivers`)],
      accuses: [
        {
          cause: 'firewall.ingress-drop',
          side: 'server',
          weight: 'likely',
          because: `${taken} packets reached the server's IP and ${delivered} were delivered: something between, a firewall, took the rest`,
          place: placeOn('server'),
        },
      ],
      acquits: clear(
        BEFORE_SERVER,
        `the packets arrived at the server (${prefix}InReceives +${taken})`,
      ),
    }
  return {
    status: 'warn',
    summary: `${count(received, 'packet')} came in during ${count(sent, 'SYN')}; no counter tells what became of them`,
  }
}

/** Fewer packets came in than were sent. */
async function neverArrived(
  witness: Witness,
  inquiry: Inquiry,
  trial: Trial,
  change: Change,
  failing: Visit,
): Promise<Ruling> {
  const sent = trial.connects.length
  const controls = await witness.controls(failing)
  const left = trial.client.sent
  const received = arrived(change, failing.endpoint.family)
  const what = `${count(sent, 'SYN')} left the client and the server received ${count(received, 'packet')}`
  const acquits = clear(
    AT_SERVER,
    `nothing arrived at the server: ${count(received, 'packet')} for ${count(sent, 'SYN')}`,
    'server',
  )
  const evidence: Evidence[] = [
    {
      host: 'server',
      source: 'counter',
      command: 'ip -s link',
      lines: [`received +${received} packets on all interfaces`],
    },
    ...(left === null
      ? []
      : [
          {
            host: 'client',
            source: 'counter',
            command: 'ip -s link',
            lines: [`sent +${left} packets on all interfaces`],
          },
        ]),
  ]
  if (left !== null && left < sent)
    return {
      status: 'fail',
      summary: `the client sent ${count(left, 'packet')} for ${count(sent, 'SYN')}: they did not leave it`,
      evidence,
      acquits,
    }
  const first = controls.hops[0]
  const mute =
    !controls.alive && controls.hops.every(({ from, arrived }) => from === null && !arrived)
  // Where a program may take frames before IP, that IP saw none does not place the loss before the host.
  const takers = (change.received ?? 0) >= sent ? await takersOf(witness, inquiry) : []
  const isSure = controls.alive && !takers.some(({ hook }) => hook === 'ingress')
  const drop: Accusation = {
    cause: 'firewall.path-drop',
    side: 'path',
    weight: isSure ? 'proven' : 'likely',
    because: controls.alive ? `${what}, yet ${controls.aliveBy}` : what,
    place: { ...placeOn('path'), hop: lastHop(controls) },
  }
  if (mute && first)
    return {
      status: 'fail',
      summary: `${what}; not even the first router says that time is exceeded`,
      evidence,
      acquits,
      accuses: [
        {
          cause: 'route.forwarding-off',
          side: 'path',
          weight: 'likely',
          because: `${what}, and the first router does not even answer a packet whose time ends at it, as one that does not forward`,
          place: { ...placeOn('path'), hop: 1 },
          tellApart: {
            host: 'the first router',
            command: 'sysctl net.ipv4.ip_forward',
            shows: '0',
          },
        },
        { ...drop, weight: 'possible' },
      ],
    }
  const dead = controls.hops.find(({ error }) => error !== null)
  if (dead)
    return {
      status: 'fail',
      summary: `${what}; ${dead.from} says ${dead.error}`,
      evidence,
      acquits,
      accuses: [],
    }
  return { status: 'fail', summary: what, evidence, acquits, accuses: [drop] }
}

const lastHop = (controls: {
  hops: readonly { ttl: number; from: string | null }[]
}): number | null => controls.hops.filter(({ from }) => from !== null).at(-1)?.ttl ?? null
