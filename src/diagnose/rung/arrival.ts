/**
 * Rung 4, on the server: did the packets of the trial arrive, and what became of them? Its
 * counters grew by as many as were sent, or they did not: that tells a drop on the path from one
 * at the server, and a firewall from a missing way back. The counters are those of
 * net/ipv4/proc.c and net/ipv6/proc.c.
 */
import { shellWord } from '../../base/shell-word.ts'
import { neighbours } from '../../facts/ip-neigh.ts'
import { parsePing } from '../../facts/ping.ts'
import type { CauseCode } from '../cause.ts'
import {
  type Accusation,
  type Acquittal,
  type Check,
  count,
  placeOn,
  type Ruling,
  seen,
  skip,
  unknown,
} from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import type { Family } from '../probes.ts'
import { clientAddress } from '../relevant.ts'
import { setSysctl } from '../remedy.ts'
import type { Change, Trial } from '../trial.ts'
import type { Visit } from '../visit.ts'
import { wayBack } from '../way-back.ts'
import type { Witness } from '../witness.ts'

/** What would be seen at the server and not before it. */
const AT_SERVER: readonly CauseCode[] = [
  'firewall.ingress-drop',
  'firewall.ingress-reject',
  'firewall.ingress-reset',
  'tcp.accept-queue-full',
  'route.reverse-path-filter',
  'route.return-missing',
  'address.not-on-server',
  'tcp.no-listener',
]
/** What would keep packets from arriving. */
const BEFORE_SERVER: readonly CauseCode[] = [
  'firewall.egress-drop',
  'firewall.egress-reject',
  'firewall.path-drop',
  'firewall.path-reject',
  'firewall.path-reset',
  'route.forwarding-off',
  'route.dead-end',
  'route.loop',
]

/** A cause that is cleared stays possible on a side that was not looked at. */
const ONLY: Partial<Readonly<Record<CauseCode, Acquittal['side']>>> = {
  'firewall.egress-drop': 'client',
  'firewall.egress-reject': 'client',
  'firewall.ingress-drop': 'server',
  'route.return-missing': 'server',
}

const clear = (
  causes: readonly CauseCode[],
  because: string,
  side?: Acquittal['side'],
): Acquittal[] =>
  causes.map((cause) => {
    const only = side ?? ONLY[cause]
    return { cause, because, ...(only && { side: only }) }
  })

/**
 * How many packets of the family can have come in by a wire: no more than the interfaces counted,
 * which carry other protocols too, and no more than IP did, which counts loopback as well.
 */
const arrived = (change: Change, family: Family): number =>
  Math.min(
    change.received ?? Number.POSITIVE_INFINITY,
    change.grew(family === 4 ? 'IpInReceives' : 'Ip6InReceives'),
  )

const delta = (change: Change, name: string): Evidence => ({
  host: change.inquiry.host.name,
  source: 'counter',
  command: `nstat -azs ${name}`,
  lines: [`${name} +${change.grew(name)}`],
  delta: { name, before: change.before(name), after: change.before(name) + change.grew(name) },
})

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
  const { family } = failing.endpoint
  const prefix = family === 4 ? 'Ip' : 'Ip6'
  const known = await knownEnd(witness, inquiry, change, sent, failing, prefix)
  if (known) return known
  const waiting = change.sockets.filter(
    ({ state, local }) => state === 'SYN-RECV' && local.port === failing.endpoint.port,
  )
  if (waiting.length > 0) return lostReply(witness, inquiry, trial, change, family, waiting.length)
  const received = arrived(change, family)
  if (received < sent) return neverArrived(witness, trial, change, failing)
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

const ended = (
  change: Change,
  counter: string,
  accusation: Omit<Accusation, 'weight' | 'side'> & Partial<Accusation>,
  family: string,
): Ruling => ({
  status: 'fail',
  summary: accusation.because,
  evidence: [delta(change, counter)],
  accuses: [{ side: 'server', weight: 'proven', ...accusation }],
  acquits: clear(
    BEFORE_SERVER,
    `the packets arrived at the server (${counter}${family ? '' : ''} grew)`,
  ),
})

/** The kernel counted a reason. */
async function knownEnd(
  witness: Witness,
  inquiry: Inquiry,
  change: Change,
  sent: number,
  failing: Visit,
  prefix: string,
): Promise<Ruling | null> {
  const { family, address, port } = failing.endpoint
  const grown = (name: string): boolean => change.grew(name) >= sent
  const overflow = ['TcpExtListenOverflows'].find(grown)
  if (overflow)
    return ended(
      change,
      overflow,
      {
        cause: 'tcp.accept-queue-full',
        because: `the accept queue of port ${port} is full: ${overflow} +${change.grew(overflow)} for ${count(sent, 'SYN')}`,
        place: placeOn('server'),
      },
      prefix,
    )
  const back = await wayBack(witness, inquiry, family)
  if (grown('TcpExtIPReversePathFilter')) {
    const name = 'TcpExtIPReversePathFilter'
    if (back.device === null)
      return ended(
        change,
        name,
        {
          cause: 'route.return-missing',
          because: `the server has no route back to ${back.client}: ${name} +${change.grew(name)} for ${count(sent, 'SYN')}`,
          ...back.accusation,
        },
        prefix,
      )
    return ended(
      change,
      name,
      {
        cause: 'route.reverse-path-filter',
        because: `the reverse path filter drops them: ${name} +${change.grew(name)} for ${count(sent, 'SYN')}, while the way back to ${back.client} is by ${back.device}`,
        place: placeOn('server', back.device),
        remedies: await loosen(witness, inquiry, address),
      },
      prefix,
    )
  }
  const noRoutes = `${prefix}OutNoRoutes`
  if (grown(noRoutes) || (back.device === null && back.known && change.grew('TcpInSegs') >= sent))
    return ended(
      change,
      noRoutes,
      {
        cause: 'route.return-missing',
        because: `the server finds no route back to ${back.client}: ${noRoutes} +${change.grew(noRoutes)} for ${count(sent, 'SYN')}`,
        ...back.accusation,
      },
      prefix,
    )
  const addressErrors = `${prefix}InAddrErrors`
  const held = await holds(witness, inquiry, address)
  if (grown(addressErrors) && !held)
    return ended(
      change,
      addressErrors,
      {
        cause: 'address.not-on-server',
        because: `${address} is on no interface of the server, which drops what comes for it: ${addressErrors} +${change.grew(addressErrors)} for ${count(sent, 'SYN')}`,
        ...(await addAddress(witness, inquiry, address, family)),
      },
      prefix,
    )
  return null
}

async function holds(witness: Witness, inquiry: Inquiry, address: string): Promise<boolean> {
  const links = await witness.interfaces(inquiry)
  return (
    !links.known ||
    links.value.some((link) => link.addresses.some((one) => one.address === address))
  )
}

async function addAddress(witness: Witness, inquiry: Inquiry, address: string, family: Family) {
  const back = await wayBack(witness, inquiry, family)
  if (!back.device) return {}
  const { remedy, familyFlag } = await import('../remedy.ts')
  const length = family === 4 ? 32 : 128
  return {
    place: placeOn('server', back.device),
    remedies: [
      remedy({
        host: 'server',
        command: `ip ${familyFlag(family)}address add ${address}/${length} dev ${shellWord(back.device)}`,
        why: 'the server then takes what is sent to that address; where the name is wrong, mend the name instead',
        risk: 'another host may hold the address by right',
        undo: `ip ${familyFlag(family)}address del ${address}/${length} dev ${shellWord(back.device)}`,
        persist: `in /etc/network/interfaces: up ip address add ${address}/${length} dev ${back.device}`,
        turnsGreen: 'transport.port',
      }),
    ],
  }
}

/** `rp_filter` of the interface by which the address is reached, and of `all`: the larger counts. */
async function loosen(witness: Witness, inquiry: Inquiry, address: string) {
  const links = await witness.interfaces(inquiry)
  const device = links.known
    ? links.value.find((link) => link.addresses.some((one) => one.address === address))?.name
    : undefined
  return device
    ? [
        setSysctl(
          'server',
          `net.ipv4.conf.${device.replaceAll('.', '/')}.rp_filter`,
          '2',
          '1',
          'loose mode takes packets whose way back is another interface (RFC 3704 §2.4)',
          'transport.port',
        ),
      ]
    : []
}

/** The server answered, and its answer did not come back. */
async function lostReply(
  witness: Witness,
  inquiry: Inquiry,
  trial: Trial,
  _change: Change,
  family: Family,
  waiting: number,
): Promise<Ruling> {
  const back = await wayBack(witness, inquiry, family)
  const client = await clientAddress(witness, family)
  const sockets = `${count(waiting, 'connection')} of port ${trial.endpoint.port} in SYN-RECV`
  const evidence: Evidence[] = [
    {
      host: 'server',
      source: 'ss',
      command: `ss -tan state syn-recv sport = :${trial.endpoint.port}`,
      lines: [sockets],
    },
  ]
  const acquits = clear(
    [
      ...BEFORE_SERVER.filter((c) => c !== 'firewall.path-drop'),
      'firewall.ingress-drop',
      'tcp.accept-queue-full',
      'tcp.no-listener',
    ],
    `the server answered: ${sockets}`,
    undefined,
  )
  const table = await inquiry.askAgain(neighbours)
  const hop = back.gateway ?? client
  const entry = table.known
    ? table.value.find((one) => one.address === hop && /^(FAILED|INCOMPLETE)$/.test(one.state))
    : undefined
  if (entry)
    return {
      status: 'fail',
      summary: `the server's way back goes to ${hop}, which is ${entry.state}`,
      evidence: [
        ...evidence,
        ...(table.known
          ? [seen('server', table.output, [`${entry.address} dev ${entry.device} ${entry.state}`])]
          : []),
      ],
      accuses: [
        {
          cause: 'route.return-missing',
          side: 'server',
          weight: 'proven',
          because: `the server answers, but its next hop back to ${client}, ${hop}, does not exist (${entry.state})`,
          ...back.accusation,
        },
      ],
      acquits,
    }
  const output = client ? await inquiry.run(['ping', '-c', '1', '-W', '1', client]) : null
  const ping = output ? parsePing(output.stdout) : null
  const error = ping?.errors.find(({ from }) => from !== null)
  const reason = error
    ? `${error.from} says ${error.text} to a ping from the server to ${client}`
    : 'the answer is lost on the way back'
  return {
    status: 'fail',
    summary: `the server answers and its answer does not come back; ${reason}`,
    evidence: [...evidence, ...(output ? [seen('server', output)] : [])],
    accuses:
      error && /net|no route/i.test(error.text)
        ? [
            {
              cause: 'route.return-missing',
              side: 'path',
              weight: 'proven',
              because: `the server answers, and ${error.from} has no route back to ${client}: ${error.text}`,
              place: placeOn('path'),
            },
          ]
        : [
            {
              cause: 'firewall.path-drop',
              side: 'path',
              weight: ping && ping.received > 0 ? 'likely' : 'possible',
              because: `the server answers (${sockets}), and the answers do not come back`,
              place: placeOn('path'),
              tellApart: {
                host: 'the last router before the client',
                command: `tcpdump -n port ${trial.endpoint.port}`,
                shows: 'no SYN-ACK arrives there',
              },
            },
            {
              cause: 'route.return-missing',
              side: 'path',
              weight: ping && ping.received > 0 ? 'possible' : 'likely',
              because: `the server answers (${sockets}), and nothing of it reaches ${client}`,
              place: placeOn('path'),
            },
            {
              cause: 'route.asymmetric',
              side: 'path',
              weight: 'possible',
              because: 'the reply may take another way',
              place: placeOn('path'),
            },
          ],
    acquits,
  }
}

/** Fewer packets came in than were sent. */
async function neverArrived(
  witness: Witness,
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
  const drop: Accusation = {
    cause: 'firewall.path-drop',
    side: 'path',
    weight: controls.alive ? 'proven' : 'likely',
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
