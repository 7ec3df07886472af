/**
 * Rung 4: does the server answer on the port, by every address? The client's own view: what the
 * failure looks like and what that alone may mean. What the server's counters prove is elsewhere.
 */

import type { CauseCode } from '../cause.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  shown,
  skip,
  type Weight,
} from '../check.ts'
import type { Controls } from '../controls.ts'
import type { Side, TellApart } from '../diagnosis.ts'
import type { IcmpSeen } from '../probes.ts'
import type { Trial } from '../trial.ts'
import type { Visit } from '../visit.ts'
import type { Visits, Witness } from '../witness.ts'

const where = ({ endpoint }: Visit): string =>
  `${endpoint.family === 6 ? `[${endpoint.address}]` : endpoint.address}:${endpoint.port}`

const took = (ms: number): string => (ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`)

/** How an attempt ended, in a few words. */
export function describeAttempt(visit: Visit): string {
  const { connect } = visit.exchange
  const errno = connect.errno ? ` (${connect.errno})` : ''
  return connect.outcome === 'connected'
    ? `${where(visit)} accepted in ${took(connect.tookMs)}`
    : `${where(visit)} ${connect.outcome}${errno} after ${took(connect.tookMs)}`
}

const suspect = (
  cause: CauseCode,
  side: Side,
  weight: Weight,
  because: string,
  tellApart?: TellApart,
): Accusation => ({
  cause,
  side,
  weight,
  because,
  ...(tellApart && { tellApart }),
  place: placeOn(side === 'client' ? 'client' : side === 'server' ? 'server' : 'path'),
})

const onServer = (command: string, shows: string): TellApart => ({ host: 'server', command, shows })

export const port: Check = {
  id: 'transport.port',
  layer: 4,
  question: 'Does the server answer on the port, by every address?',
  on: ['client'],
  rule: async (witness) => {
    const { target } = witness
    if (!target) return skip('there is no target')
    const visits = await witness.visits()
    if (visits.all.length === 0) return skip('the name has no address that could be tried')
    const evidence = visits.all.map((visit) => shown('client', visit.exchange.connect))
    const failing = await failingToConnect(witness, visits)
    const text = [
      ...visits.all.map(describeAttempt),
      ...visits.passed.map(({ address, because }) => `${address} not tried: ${because}`),
    ].join('; ')
    if (!failing) return pass(text, evidence)
    const ruling = await explain(witness, failing)
    return {
      status: 'fail',
      summary: text,
      ...ruling,
      evidence: [...evidence, ...(ruling.evidence ?? [])],
    }
  },
}

async function failingToConnect(witness: Witness, visits: Visits): Promise<Visit | null> {
  const failing = await witness.failing()
  if (failing?.stage === 'connect') return failing
  return visits.all.find(({ stage }) => stage === 'connect') ?? null
}

async function explain(witness: Witness, visit: Visit): Promise<Partial<Ruling>> {
  const { connect } = visit.exchange
  if (connect.errno === 'EADDRNOTAVAIL')
    return {
      accuses: [
        suspect(
          'tcp.ports-exhausted',
          'client',
          'likely',
          'no local port is free (EADDRNOTAVAIL)',
          {
            host: 'client',
            command: 'ss -s; sysctl net.ipv4.ip_local_port_range',
            shows: 'as many sockets as the range has ports',
          },
        ),
      ],
    }
  const trial = await witness.trial(visit)
  const messages = (trial.icmp ?? []).filter(
    ({ quoted }) => quoted === null || quoted.destinationPort === visit.endpoint.port,
  )
  if (messages.length > 0)
    return {
      ...byIcmp(await witness.controls(visit), visit, messages),
      evidence: messages.slice(0, 2).map(asEvidence),
    }
  if (connect.outcome === 'refused') return refused(visit, trial)
  const noRoute =
    connect.tookMs < 50 &&
    /^(ENETUNREACH|EHOSTUNREACH|EACCES|EINVAL|EPERM)$/.test(connect.errno ?? '')
  if (noRoute) return { accuses: [] }
  const controls = await witness.controls(visit)
  return {
    accuses: connect.outcome === 'timeout' ? silent(visit, controls) : unreachable(visit, controls),
    evidence: controlEvidence(controls),
  }
}

const asEvidence = (icmp: IcmpSeen) => ({
  host: 'client',
  source: 'probe',
  command: `tcpdump -n ${icmp.family === 4 ? 'icmp' : 'icmp6'}`,
  lines: [`${icmp.from}: ${icmp.text} (type ${icmp.type}, code ${icmp.code})`],
})

const controlEvidence = (controls: Controls) => [
  shown('client', controls.echo),
  {
    host: 'client',
    source: 'probe',
    command: `traceroute -n -I ${controls.echo.address}`,
    lines: controls.hops
      .slice(0, 12)
      .map(
        (hop) =>
          `${hop.ttl}  ${hop.arrived ? `${controls.echo.address} answers` : (hop.from ?? '*')}${hop.error ? ` ${hop.error}` : ''}`,
      ),
  },
]

/** RST, or an ICMP port unreachable, which surfaces only with the first retransmission. */
function refused(visit: Visit, trial: Trial): Partial<Ruling> {
  const late =
    visit.exchange.connect.tookMs > 900 &&
    !trial.connects.some(({ outcome }) => outcome === 'refused')
  const to = where(visit)
  const { port: number } = visit.endpoint
  if (late)
    return {
      accuses: [
        suspect(
          'firewall.ingress-reject',
          'server',
          'likely',
          `${to} refuses only after a second, as an ICMP error does and a reset does not`,
          onServer('nft list ruleset; iptables -S', 'a rule that rejects the port'),
        ),
        suspect('firewall.path-reject', 'path', 'possible', 'a router may have rejected it', {
          host: 'client',
          command: 'tcpdump -n icmp',
          shows: 'who sends the ICMP error',
        }),
        suspect(
          'firewall.egress-reject',
          'client',
          'possible',
          'a rule of this host may have rejected it',
          {
            host: 'client',
            command: 'nft list ruleset; iptables -S OUTPUT',
            shows: 'a rule that rejects the port',
          },
        ),
      ],
    }
  return {
    accuses: [
      suspect(
        'tcp.no-listener',
        'server',
        'possible',
        `${to} answers with a reset, as a host does where nothing listens`,
        onServer(`ss -tlnp sport = :${number}`, 'no line'),
      ),
      suspect(
        'firewall.ingress-reset',
        'server',
        'possible',
        'a firewall of the server can reset too',
        onServer('nft list ruleset; iptables -S', 'a rule that rejects with tcp reset'),
      ),
      suspect(
        'firewall.path-reset',
        'path',
        'possible',
        'something on the path can reset too',
        onServer(`tcpdump -n port ${number}`, 'no SYN arrives'),
      ),
      suspect('firewall.egress-reject', 'client', 'possible', 'a rule of this host can reset too', {
        host: 'client',
        command: 'nft list ruleset; iptables -S OUTPUT',
        shows: 'a rule that rejects with tcp reset',
      }),
    ],
  }
}

/** What an ICMP error about the connection says, by who sent it and of which kind it is. */
function byIcmp(controls: Controls, visit: Visit, messages: readonly IcmpSeen[]): Partial<Ruling> {
  const [message] = messages
  if (!message) return {}
  const { from, text } = message
  const to = where(visit)
  const own = visit.exchange.connect.localAddress
  const routing = message.family === 4 ? /^3\/(0|1|6|7)$/ : /^1\/(0|3)$/
  const kind = `${message.type}/${message.code}`
  const because = `${from} answers with ICMP ${kind}, ${text}`
  const late = visit.exchange.connect.tookMs > 2500
  if (from === own || /^127\.|^::1$/.test(from))
    return {
      accuses: [
        routing.test(kind) && late
          ? suspect('link.neighbour-failed', 'client', 'likely', because)
          : suspect('firewall.egress-reject', 'client', 'likely', `${because}: this host itself`),
      ],
    }
  if (from === visit.endpoint.address)
    return {
      accuses: [
        suspect(
          'firewall.ingress-reject',
          'server',
          'proven',
          `${because}: the server itself rejects`,
        ),
      ],
    }
  if (!routing.test(kind))
    return {
      accuses: [
        reject(`${because}: a filter on the path`, 'proven'),
        suspect('firewall.forward-reject', 'path', 'possible', because),
      ],
    }
  if (controls.alive)
    return {
      accuses: [reject(`${because}, yet ${controls.aliveBy}: a filter, not the routing`, 'proven')],
    }
  const host = kind === '3/1' || kind === '1/3'
  return {
    accuses: host
      ? [
          suspect(
            'link.neighbour-failed',
            'path',
            late ? 'proven' : 'likely',
            `${because}: the last router finds nobody with that address`,
          ),
          reject(because, 'possible'),
          suspect('route.dead-end', 'path', 'possible', because),
        ]
      : [
          suspect('route.dead-end', 'path', 'proven', `${because}: it has no route to ${to}`),
          reject(because, 'possible'),
        ],
  }
}

const reject = (because: string, weight: Weight): Accusation =>
  suspect('firewall.path-reject', 'path', weight, because)

/** An unreachable error without an ICMP message that could be seen. */
function unreachable(visit: Visit, controls: Controls): Accusation[] {
  const { connect } = visit.exchange
  const error = controls.echo.errors.find(({ from }) => from !== null)
  const because = `${where(visit)}: ${connect.errno} after ${took(connect.tookMs)}${error ? `; ${error.from} says ${error.text}` : ''}`
  if (connect.errno === 'EHOSTUNREACH' && connect.tookMs > 2500)
    return [
      suspect(
        'link.neighbour-failed',
        'path',
        'likely',
        `${because}: the last router finds nobody with that address`,
      ),
      suspect('route.gateway-dead', 'client', 'possible', because),
    ]
  if (controls.alive)
    return [
      suspect('firewall.path-reject', 'path', 'likely', `${because}, yet ${controls.aliveBy}`),
      suspect('firewall.ingress-reject', 'server', 'possible', because),
      suspect('firewall.egress-reject', 'client', 'possible', because),
    ]
  return [
    suspect('route.dead-end', 'path', error ? 'likely' : 'possible', because),
    suspect('firewall.path-reject', 'path', 'possible', because),
    suspect('firewall.ingress-reject', 'server', 'possible', because),
    suspect('firewall.egress-reject', 'client', 'possible', because),
  ]
}

/** Nothing comes back. What works beside it narrows down where. */
function silent(visit: Visit, controls: Controls): Accusation[] {
  const to = where(visit)
  const { port: number } = visit.endpoint
  const rules = onServer('nft list ruleset; iptables -S INPUT', `a rule that drops port ${number}`)
  if (controls.alive) {
    const because = `${to} is silent, yet ${controls.aliveBy}`
    return [
      suspect('firewall.ingress-drop', 'server', 'possible', because, rules),
      suspect(
        'firewall.path-drop',
        'path',
        'possible',
        because,
        onServer(`tcpdump -n port ${number}`, 'no SYN arrives'),
      ),
      suspect(
        'tcp.accept-queue-full',
        'server',
        'possible',
        because,
        onServer(`ss -tln sport = :${number}`, 'Recv-Q greater than Send-Q'),
      ),
      suspect('firewall.egress-drop', 'client', 'possible', because, {
        host: 'client',
        command: 'nft list ruleset; iptables -S OUTPUT',
        shows: 'a rule that drops the port',
      }),
    ]
  }
  return deadPath(to, number, controls)
}

/** Nothing of the far host answers: the hops tell how far packets came. */
function deadPath(to: string, number: number, controls: Controls): Accusation[] {
  const answering = controls.hops.filter(({ from }) => from !== null)
  const addresses = answering.map(({ from }) => from)
  const repeated = addresses.find(
    (from, index) =>
      addresses.indexOf(from) !== index &&
      addresses.lastIndexOf(from) - addresses.indexOf(from) >= 2,
  )
  if (repeated && answering.length >= 6)
    return [suspect('route.loop', 'path', 'proven', `the path to ${to} comes back to ${repeated}`)]
  const dead = controls.hops.find(({ error }) => error !== null)
  if (dead)
    return [
      /host|address/i.test(dead.error ?? '')
        ? suspect(
            'link.neighbour-failed',
            'path',
            'likely',
            `${dead.from} says ${dead.error} for ${to}`,
          )
        : suspect('route.dead-end', 'path', 'likely', `${dead.from} says ${dead.error} for ${to}`),
      suspect('firewall.path-reject', 'path', 'possible', `${dead.from} says ${dead.error}`),
    ]
  const last = answering.at(-1)
  const because = last
    ? `no hop answers after ${last.from} (hop ${last.ttl}) on the way to ${to}`
    : `no hop answers on the way to ${to}`
  const arrives = onServer(`tcpdump -n port ${number}`, 'no SYN arrives')
  const common = [
    suspect(
      'firewall.ingress-drop',
      'server',
      'possible',
      because,
      onServer('nft list ruleset; iptables -S INPUT', `a rule or policy that drops port ${number}`),
    ),
    suspect(
      'route.return-missing',
      'server',
      'possible',
      because,
      onServer('ip route get CLIENT', 'no route, or a dead gateway'),
    ),
  ]
  return last
    ? [
        ...common,
        suspect('firewall.path-drop', 'path', 'possible', because, arrives),
        suspect(
          'route.reverse-path-filter',
          'server',
          'possible',
          because,
          onServer('nstat -az TcpExtIPReversePathFilter', 'a counter that grows'),
        ),
      ]
    : [
        suspect(
          'route.forwarding-off',
          'path',
          'possible',
          `${because}, not even the first router`,
          { host: 'the first router', command: 'sysctl net.ipv4.ip_forward', shows: '0' },
        ),
        suspect('firewall.path-drop', 'path', 'possible', because, arrives),
        ...common,
      ]
}
