/**
 * Contrasts: what works beside what fails, from the same host at the same time. Where two attempts
 * differ in one thing only, that thing is where to look; it is the positive control of rule 4. Made
 * of what was asked anyway: nothing is sent for their sake but, after a refusal, to other ports.
 */
import type { Controls } from './controls.ts'
import type { Contrast } from './diagnosis.ts'
import type { Names, ResolverView } from './names.ts'
import { addressesIn } from './names.ts'
import type { Connect, Echo } from './probes.ts'
import { type Detour, formatProxy } from './proxy.ts'
import { ackReaches, type Soundings } from './soundings.ts'
import { holds, type Visit } from './visit.ts'

/** `203.0.113.80 port 443`. */
const place = ({ endpoint }: Pick<Visit, 'endpoint'>): string =>
  `${endpoint.address} port ${endpoint.port}`

const ENDINGS: Readonly<Record<Connect['outcome'], string>> = {
  connected: 'accepts',
  refused: 'refuses',
  timeout: 'times out',
  unreachable: 'is unreachable',
  denied: 'is denied by this host',
  error: 'fails',
}

const STAGES: Readonly<Record<Visit['stage'], string>> = {
  connect: 'fails',
  closed: 'accepts and closes',
  silent: 'accepts and is silent',
  tls: 'fails in TLS',
  protocol: 'answers as another service',
  failure: 'answers with an error',
  refusal: 'answers',
  answered: 'answers as expected',
}

const ending = (visit: Visit): string =>
  visit.stage === 'connect' ? ENDINGS[visit.exchange.connect.outcome] : STAGES[visit.stage]

const failure = (visit: Visit): string => `${place(visit)} ${ending(visit)}`

/** Of several addresses of the name, one works and another does not. */
export function amongAddresses(all: readonly Visit[]): Contrast[] {
  const connects = ({ stage }: Visit): boolean => stage !== 'connect'
  const works = all.find(holds) ?? all.find(connects)
  const fails = all.find((one) => !holds(one) && (!connects(one) || (works && holds(works))))
  if (!fails || !works) return []
  const families = works.endpoint.family !== fails.endpoint.family
  return [
    {
      works: failure(works),
      fails: failure(fails),
      tells: families
        ? `the service runs: what differs is IPv${fails.endpoint.family}, its way or who listens on it`
        : 'the name and the service are right: one address, or the machine behind it, is not',
    },
  ]
}

/** Another port of the same address answers. */
export function amongPorts(visit: Visit, ports: readonly Connect[]): Contrast[] {
  const other =
    ports.find(({ outcome }) => outcome === 'connected') ??
    ports.find(({ outcome }) => outcome === 'refused')
  const { outcome } = visit.exchange.connect
  if (visit.stage !== 'connect' || !other || other.outcome === outcome) return []
  return [
    {
      works: `port ${other.endpoint.port} of the same address ${ENDINGS[other.outcome]}`,
      fails: failure(visit),
      tells:
        outcome === 'refused'
          ? 'the host is up and the way is open: this service, or what stands before its port'
          : 'the host is up: a firewall or the service, not the path as a whole',
    },
  ]
}

/** A ping is answered where the connection is not. */
export const byPing = (visit: Visit, echo: Echo): Contrast[] =>
  visit.stage === 'connect' && echo.received > 0 && visit.exchange.connect.outcome !== 'refused'
    ? [
        {
          works: `${echo.address} answers ping`,
          fails: failure(visit),
          tells: 'the way there and back is open to ICMP: what differs is TCP, or its port',
        },
      ]
    : []

/** A segment outside any connection fares otherwise than the connection. */
export function bySegments(visit: Visit, soundings: Soundings): Contrast[] {
  const fails = failure(visit)
  const { lostAt, control } = soundings
  if (visit.exchange.connect.outcome === 'refused') return []
  if (lostAt)
    return [
      {
        works: `a ping comes as far as hop ${lostAt.ttl} (${lostAt.from})`,
        fails: `a SYN to port ${visit.endpoint.port} is lost before it`,
        tells: 'a filter on the way, before that hop',
      },
    ]
  if (ackReaches(soundings))
    return [
      {
        works: `a stray ACK to port ${visit.endpoint.port} is answered`,
        fails,
        tells: 'packets reach the port: only new connections are not taken',
      },
    ]
  return control
    ? [
        {
          works: `a stray ACK to port ${control.endpoint.port} is answered`,
          fails: `one to port ${visit.endpoint.port} is not`,
          tells: 'a filter by port, not a queue that is full',
        },
      ]
    : []
}

const answers = ({ replies }: ResolverView): string[] => replies.flatMap(addressesIn)

/** One way to resolve the name gives addresses, another gives none. */
export function amongResolvers(names: Names, all: readonly ResolverView[]): Contrast[] {
  const giving = all.find((view) => answers(view).length > 0)
  const mute = all.find(
    ({ replies }) => replies.length > 0 && replies.every(({ outcome }) => outcome !== 'answer'),
  )
  if (!giving) return []
  const works = `${giving.server} gives ${answers(giving)[0]} for ${names.name}`
  const system = names.lookup
  const differing = [
    ...(mute
      ? [
          {
            works,
            fails: `${mute.server} gives no answer`,
            tells: 'DNS passes from here: that name server, or the way to it',
          },
        ]
      : []),
    ...(system && system.addresses.length === 0
      ? [
          {
            works,
            fails: `the system's resolver gives nothing (${system.errno})`,
            tells: "the name exists: this host's own resolver does not ask, or does not take it",
          },
        ]
      : []),
  ]
  return differing
}

/** The direct way beside the one by a proxy. */
export function byProxy(direct: Visit | null, detour: Detour | null): Contrast[] {
  const { proxy = null, visit = null } = detour ?? {}
  if (!direct || !proxy || !visit || holds(direct) === holds(visit)) return []
  const words = (way: Visit, name: string): string => `${name} the target ${ending(way)}`
  const here = words(direct, 'directly')
  const there = words(visit, `by the proxy ${formatProxy(proxy)}`)
  return holds(direct)
    ? [{ works: here, fails: there, tells: 'the target is up: the proxy, or what it may do' }]
    : [{ works: there, fails: here, tells: 'the target is up: only the direct way is closed' }]
}

/** What the controls of a silent or refused connection tell. */
export const besidePort = (
  visit: Visit,
  beside: Pick<Controls, 'ports' | 'echo'>,
  soundings: Soundings | null,
): Contrast[] => [
  ...amongPorts(visit, beside.ports),
  ...byPing(visit, beside.echo),
  ...(soundings ? bySegments(visit, soundings) : []),
]
