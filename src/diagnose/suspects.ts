/**
 * What a failed connection alone may mean. The client sees a symptom (refused, unreachable,
 * silence) and what works beside it; each symptom has its suspects, the most usual first. Proof
 * comes from elsewhere: the counters of the server, the rules, the routes.
 */
import { PROTOCOL } from '../wire/protocol.ts'
import type { CauseCode } from './cause.ts'
import { type Accusation, type Acquittal, placeOn, type Weight } from './check.ts'
import type { Controls, Hop } from './controls.ts'
import type { Side, TellApart } from './diagnosis.ts'
import type { IcmpSeen, Segment } from './probes.ts'
import { ackReaches, describeReset, type Maker, makerOf, type Soundings } from './soundings.ts'
import type { Visit } from './visit.ts'

type Because = {
  readonly because: string
  readonly weight?: Weight
  readonly tellApart?: TellApart
}

const suspect = (cause: CauseCode, side: Side, about: Because): Accusation => ({
  cause,
  side,
  weight: about.weight ?? 'possible',
  because: about.because,
  place: placeOn(side),
  ...(about.tellApart && { tellApart: about.tellApart }),
})

const on = (host: string, command: string, shows: string): TellApart => ({ host, command, shows })

export const formatEndpoint = ({ endpoint }: Visit): string =>
  `${endpoint.family === 6 ? `[${endpoint.address}]` : endpoint.address}:${endpoint.port}`

const ownRules = on('client', 'nft list ruleset; iptables -S OUTPUT', 'a rule that names the port')
const serverRules = (port: number): TellApart =>
  on('server', 'nft list ruleset; iptables -S INPUT', `a rule or policy that stops port ${port}`)
const nothingArrives = (port: number): TellApart =>
  on('server', `tcpdump -n port ${port}`, 'no SYN arrives')

/** Who is suspected, and who is cleared by the same observation. */
export type Suspicion = {
  readonly accuses: readonly Accusation[]
  readonly acquits: readonly Acquittal[]
}

const cleared =
  (because: string) =>
  ([cause, side]: readonly [CauseCode, Side]): Acquittal => ({ cause, side, because })

/** A reset came, or, where nobody listened for ICMP errors, perhaps one of these. */
export function suspectRefusal(
  visit: Visit,
  icmpWatched: boolean,
  soundings: Soundings | null,
): Suspicion {
  const { port } = visit.endpoint
  const noListener: Because = {
    because: `${formatEndpoint(visit)} answers with a reset, as a host does where nothing listens`,
    tellApart: on('server', `ss -tlnp sport = :${port}`, 'no line'),
  }
  const suspects = {
    listener: suspect('tcp.no-listener', 'server', noListener),
    server: suspect('firewall.ingress-reset', 'server', {
      because: 'a firewall of the server can reset too',
      tellApart: serverRules(port),
    }),
    path: suspect('firewall.path-reset', 'path', {
      because: 'something on the path can reset too',
      tellApart: nothingArrives(port),
    }),
    target: suspect('nat.wrong-target', 'path', {
      because: 'the port may be sent on to where nothing listens',
      tellApart: on(
        'the last router',
        'nft list ruleset; iptables -t nat -S',
        `a rule that sends port ${port} on`,
      ),
    }),
    own: suspect('firewall.egress-reject', 'client', {
      because: 'a rule of this host can reset too',
      tellApart: ownRules,
    }),
  }
  const unseen = suspect('firewall.ingress-reject', 'server', {
    because: 'an ICMP error looks the same without the right to see it',
    tellApart: serverRules(port),
  })
  const byIcmp: readonly (readonly [CauseCode, Side])[] = [
    ['firewall.path-reject', 'path'],
    ['firewall.ingress-reject', 'server'],
  ]
  const { listener, server, path, own } = suspects
  const maker = soundings && makerOf(soundings)
  if (!soundings?.control || !maker)
    return {
      accuses: [listener, server, path, ...(icmpWatched ? [] : [unseen]), own],
      acquits: icmpWatched ? byIcmp.map(cleared('no ICMP error came, a reset did')) : [],
    }
  const told = byMaker(soundings.syn, soundings.control, maker, suspects)
  return { accuses: told.accuses, acquits: [...told.acquits, ...byIcmp.map(cleared(told.because))] }
}

/** The reset was compared with one that the host makes for certain. */
function byMaker(
  syn: Segment,
  control: Segment,
  maker: Maker,
  suspects: Readonly<Record<'listener' | 'server' | 'path' | 'target', Accusation>>,
): Suspicion & { readonly because: string } {
  const { listener, server, path, target } = suspects
  const from = `the reset of port ${syn.endpoint.port} is from ${describeReset(syn)}`
  const because = `${from}; port ${control.endpoint.port} resets from ${describeReset(control)}`
  const likely = (one: Accusation, reason: string): Accusation => ({
    ...one,
    weight: 'likely',
    because: `${because}: ${reason}`,
  })
  const own = ['firewall.egress-reject', 'client'] as const
  const atServer = ['firewall.ingress-reset', 'server'] as const
  const onPath = ['firewall.path-reset', 'path'] as const
  const [accuses, acquitted]: readonly [
    readonly Accusation[],
    readonly (readonly [CauseCode, Side])[],
  ] = {
    kernel: [
      [likely(listener, "the host's own kernel made it, and nothing listens"), target],
      [own, atServer, onPath],
    ] as const,
    firewall: [
      [likely(server, "a firewall made it, not the host's kernel"), path],
      [own, ['tcp.no-listener', 'server']],
    ] as const,
    nearer: [[likely(path, 'it was made on the way'), listener], [atServer]] as const,
    farther: [
      [likely(listener, 'nothing listens where the port leads'), target, path],
      [own, atServer],
    ] as const,
    host: [
      [likely(listener, 'it comes from the host'), server],
      [own, onPath],
    ] as const,
  }[maker]
  return { because, accuses, acquits: acquitted.map(cleared(because)) }
}

/** A refusal that comes after a second is an ICMP error: a reset is taken at once. */
export function suspectLateRefusal(visit: Visit): Accusation[] {
  const because = `${formatEndpoint(visit)} refuses only after a second, as an ICMP error does and a reset does not`
  return [
    suspect('firewall.ingress-reject', 'server', {
      because,
      weight: 'likely',
      tellApart: serverRules(visit.endpoint.port),
    }),
    suspect('firewall.path-reject', 'path', {
      because,
      tellApart: on('client', 'tcpdump -n icmp or icmp6', 'who sends the ICMP error'),
    }),
    suspect('firewall.egress-reject', 'client', { because, tellApart: ownRules }),
  ]
}

/** ICMP codes by what they mean, RFC 792, RFC 1812 §5.2.7.1, RFC 4443 §3.1. */
const NO_ROUTE = /^4 3\/(0|6)$|^6 1\/0$/
const NO_PORT = /^4 3\/3$|^6 1\/4$/
const NO_HOST = /^4 3\/(1|7)$|^6 1\/3$/
const EXPIRED = /^4 11\/|^6 3\//

/** An ICMP error about the connection was seen: who sent it decides the side. */
export function suspectByIcmp(
  message: IcmpSeen,
  visit: Visit,
  client: string | null,
  controls: Controls,
): Accusation[] {
  const { from, text } = message
  const { connect } = visit.exchange
  const kind = `${message.family} ${message.type}/${message.code}`
  const because = `${from} answers with ICMP ${message.type}/${message.code}, ${text}`
  const own = from === client || /^127\.|^::1$/.test(from)
  if (own)
    return NO_HOST.test(kind) && connect.tookMs > SLOW_ERROR_MS
      ? [suspect('link.neighbour-failed', 'client', { because, weight: 'likely' })]
      : [
          suspect('firewall.egress-reject', 'client', {
            because: `${because}: this host itself`,
            weight: 'likely',
          }),
        ]
  // A host says of UDP what it says of TCP by a reset (RFC 1122 §4.1.3.1).
  if (
    from === visit.endpoint.address &&
    NO_PORT.test(kind) &&
    message.quoted?.protocol === PROTOCOL.udp
  )
    return [
      suspect('udp.port-unreachable', 'server', {
        because: `${because}, as a host does where nothing listens`,
        weight: 'likely',
        tellApart: on('server', `ss -ulnp sport = :${visit.endpoint.port}`, 'no line'),
      }),
      suspect('firewall.ingress-reject', 'server', {
        because: 'a firewall of the server can say so too',
        tellApart: serverRules(visit.endpoint.port),
      }),
    ]
  // No host looks in vain for itself: with NO_HOST it forwards, or a rule says so.
  if (from === visit.endpoint.address && NO_HOST.test(kind)) {
    const forwards = connect.tookMs > SLOW_ERROR_MS
    const rejects = suspect('firewall.ingress-reject', 'server', {
      because: `${because}: a rule of the server may say so`,
      weight: forwards ? 'possible' : 'likely',
      tellApart: serverRules(visit.endpoint.port),
    })
    const led = forwardedToNobody(because, visit.endpoint.port, forwards ? 'likely' : 'possible')
    return forwards ? [led, rejects] : [rejects, led]
  }
  if (from === visit.endpoint.address)
    return [
      suspect('firewall.ingress-reject', 'server', {
        because: `${because}: the server itself rejects`,
        weight: 'proven',
      }),
    ]
  if (EXPIRED.test(kind))
    return [
      suspect('route.loop', 'path', {
        because: `${because}: the packets go in a circle`,
        weight: 'proven',
      }),
    ]
  const rejected = suspect('firewall.path-reject', 'path', { because, weight: 'proven' })
  if (!NO_ROUTE.test(kind) && !NO_HOST.test(kind))
    return [rejected, suspect('firewall.forward-reject', 'path', { because })]
  if (controls.alive)
    return [
      { ...rejected, because: `${because}, yet ${controls.aliveBy}: a filter, not the routing` },
    ]
  return NO_HOST.test(kind)
    ? nobodyThere(because, 'likely', connect.tookMs > SLOW_ERROR_MS)
    : [
        suspect('route.dead-end', 'path', {
          because: `${because}: it has no route`,
          weight: 'proven',
        }),
        { ...rejected, weight: 'possible' },
      ]
}

/**
 * Later than the first retransmission (1 s, RFC 6298 §2.1), by which a rule's error has surfaced:
 * somebody first asked for the neighbour.
 */
const SLOW_ERROR_MS = 1500

/** The far address takes the packets and passes them on to a host that does not answer. */
const forwardedToNobody = (because: string, port: number, weight: Weight): Accusation =>
  suspect('nat.wrong-target', 'path', {
    because: `${because}: the port is forwarded to a host that is not there`,
    weight,
    tellApart: on(
      'the host that forwards',
      'nft list ruleset; iptables -t nat -S PREROUTING',
      `a rule that sends port ${port} to a host that does not answer`,
    ),
  })

/** The last router finds nobody: the host is off, unplugged, down, or behind a dead port. */
const nobodyThere = (because: string, weight: Weight, slow = false): Accusation[] => [
  suspect('link.neighbour-failed', 'path', {
    because: `${because}: the last router finds nobody with that address`,
    weight,
    tellApart: on('the last router', 'ip neigh', 'FAILED for the address'),
  }),
  suspect('physical.no-carrier', 'server', {
    because: 'the server may be unplugged or off',
    tellApart: on('server', 'ip -br link', 'NO-CARRIER'),
  }),
  suspect('link.down', 'server', {
    because: "the server's interface may be down",
    tellApart: on('server', 'ip -br link', 'no UP among the flags'),
  }),
  // A rule rejects at once; a router that asks for a neighbour does so for three seconds.
  ...(slow
    ? []
    : [
        suspect('firewall.path-reject', 'path', {
          because: 'a router may only say so by a rule',
          tellApart: on(
            'the last router',
            'nft list ruleset; iptables -S FORWARD',
            'a rule that rejects',
          ),
        }),
      ]),
]

/** Unreachable, and no ICMP message could be seen. */
export function suspectUnreachable(visit: Visit, controls: Controls): Accusation[] {
  const { connect } = visit.exchange
  const told = controls.hops.find(({ error }) => error !== null)
  const because = `${formatEndpoint(visit)}: ${connect.errno} after ${(connect.tookMs / 1000).toFixed(1)} s${told ? `; ${told.from} says ${told.error}` : ''}`
  const possible = (cause: CauseCode, side: Side): Accusation => suspect(cause, side, { because })
  // Who looks for a neighbour of its own needs as long; a filter does not.
  if (controls.alive && connect.errno === 'EHOSTUNREACH' && connect.tookMs > SLOW_ERROR_MS)
    return [
      forwardedToNobody(`${because}, yet ${controls.aliveBy}`, visit.endpoint.port, 'likely'),
      possible('firewall.path-reject', 'path'),
    ]
  if (controls.alive)
    return [
      suspect('firewall.path-reject', 'path', {
        because: `${because}, yet ${controls.aliveBy}`,
        weight: 'likely',
      }),
      possible('firewall.ingress-reject', 'server'),
      possible('firewall.egress-reject', 'client'),
    ]
  if (connect.errno === 'EHOSTUNREACH')
    return connect.tookMs > SLOW_ERROR_MS
      ? nobodyThere(because, 'likely', true)
      : nobodyThere(because, 'possible')
  return [
    suspect('route.dead-end', 'path', { because, weight: told ? 'likely' : 'possible' }),
    possible('firewall.path-reject', 'path'),
    possible('firewall.ingress-reject', 'server'),
    possible('firewall.egress-reject', 'client'),
  ]
}

/** Nothing comes back. What works beside it narrows down where. */
export function suspectSilence(
  visit: Visit,
  controls: Controls,
  soundings: Soundings | null,
): Suspicion {
  const { port } = visit.endpoint
  if (!controls.alive) return { accuses: deadPath(visit, controls), acquits: [] }
  const silent = `${formatEndpoint(visit)} is silent, yet ${controls.aliveBy}`
  const lost = soundings?.lostAt
  const because = lost
    ? `${silent}; a SYN to it is lost before hop ${lost.ttl} (${lost.from})`
    : silent
  const server = suspect('firewall.ingress-drop', 'server', {
    because,
    tellApart: serverRules(port),
  })
  const path = suspect('firewall.path-drop', 'path', { because, tellApart: nothingArrives(port) })
  const own = suspect('firewall.egress-drop', 'client', { because, tellApart: ownRules })
  const queue = suspect('tcp.accept-queue-full', 'server', {
    because,
    tellApart: on('server', `ss -tln sport = :${port}`, 'Recv-Q greater than Send-Q'),
  })
  const replies = suspect('firewall.egress-drop', 'server', {
    because,
    tellApart: on('server', 'nft list ruleset; iptables -S OUTPUT', 'a rule that drops the reply'),
  })
  const behind: readonly (readonly [CauseCode, Side])[] = [
    ['firewall.ingress-drop', 'server'],
    ['firewall.egress-drop', 'server'],
    ['tcp.accept-queue-full', 'server'],
  ]
  if (lost)
    return { accuses: [{ ...path, weight: 'likely' }, own], acquits: behind.map(cleared(because)) }
  const reaches = soundings && ackReaches(soundings)
  if (reaches) {
    const answered = `${silent}; a stray ACK to it is answered with a reset: only connections are not taken`
    return {
      accuses: [{ ...queue, weight: 'likely', because: answered }, server, path],
      acquits: [cleared(answered)(['firewall.egress-drop', 'server'])],
    }
  }
  if (reaches === false) {
    const filtered = `a stray ACK to port ${port} is not answered, one to port ${soundings?.control?.endpoint.port} is: the port is filtered`
    return {
      accuses: [server, path, own, replies],
      acquits: [cleared(filtered)(['tcp.accept-queue-full', 'server'])],
    }
  }
  return { accuses: [server, path, own, queue, replies], acquits: [] }
}

/** What of the path the hops alone accuse, whatever was to be reached there. */
export const suspectPath = (visit: Visit, controls: Controls): Accusation[] =>
  controls.alive
    ? []
    : deadPath(visit, controls).filter(
        ({ side, weight }) => side === 'path' && weight !== 'possible',
      )

/** Two hops that answer twice, far enough apart, are a circle and not a retransmission. */
const circle = (hops: readonly Hop[]): string | null => {
  const addresses = hops.map(({ from }) => from)
  const again = addresses.find((from, at) => from !== null && addresses.lastIndexOf(from) - at >= 2)
  return hops.filter(({ from }) => from !== null).length >= 6 ? (again ?? null) : null
}

/** Nothing of the far host answers: the hops tell how far packets came. */
function deadPath(visit: Visit, controls: Controls): Accusation[] {
  const to = formatEndpoint(visit)
  const { port } = visit.endpoint
  const again = circle(controls.hops)
  if (again)
    return [
      suspect('route.loop', 'path', {
        because: `the path to ${to} comes back to ${again}`,
        weight: 'proven',
      }),
    ]
  const told = controls.hops.find(({ error }) => error !== null)
  if (told) {
    const because = `${told.from} says ${told.error} for ${to}`
    return /host|address/i.test(told.error ?? '')
      ? nobodyThere(because, 'likely')
      : [
          suspect('route.dead-end', 'path', { because, weight: 'likely' }),
          suspect('firewall.path-reject', 'path', { because }),
        ]
  }
  const last = controls.hops.filter(({ from }) => from !== null).at(-1)
  const because = last
    ? `no hop answers after ${last.from} (hop ${last.ttl}) on the way to ${to}`
    : `no hop answers on the way to ${to}, not even the first router`
  const drop = suspect('firewall.path-drop', 'path', { because, tellApart: nothingArrives(port) })
  const common = [
    suspect('firewall.ingress-drop', 'server', { because, tellApart: serverRules(port) }),
    suspect('route.return-missing', 'server', {
      because,
      tellApart: on('server', 'ip route get CLIENT', 'no route, or a dead gateway'),
    }),
  ]
  return last
    ? [
        ...common,
        drop,
        suspect('route.reverse-path-filter', 'server', {
          because,
          tellApart: on('server', 'nstat -azs TcpExtIPReversePathFilter', 'a counter that grows'),
        }),
        suspect('address.not-on-server', 'server', {
          because,
          tellApart: on('server', 'ip -br address', 'no such address'),
        }),
      ]
    : [
        suspect('route.forwarding-off', 'path', {
          because: controls.gatewayAnswers ? `${because}, though it answers for itself` : because,
          weight: controls.gatewayAnswers ? 'likely' : 'possible',
          tellApart: on('the first router', 'sysctl net.ipv4.ip_forward', '0'),
        }),
        drop,
        ...common,
      ]
}
