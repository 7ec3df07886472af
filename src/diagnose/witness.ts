/**
 * The witness: everything that a check may ask. Shallow questions are asked once and shared;
 * deeper ones (the trial, the positive controls) only when a check wants them.
 */

import { redirectTarget } from '../dialog/http.ts'
import { type Interface, interfaces } from '../facts/ip-address.ts'
import { type RouteLookup, routeTo } from '../facts/ip-route-get.ts'
import { type NamedProxy, proxyFor } from '../facts/proxy-environment.ts'
import { familyOf } from '../wire/address.ts'
import { formatHost } from '../wire/endpoint.ts'
import { askControls, askOtherPorts, type Controls } from './controls.ts'
import { asVisit, knockByDns, visitNameServer } from './dns-visit.ts'
import type { Answer, Inquiry } from './host.ts'
import type { KernelWord } from './kernel-word.ts'
import { type Names, resolveTarget } from './names.ts'
import { measurePace, type Pace } from './pace.ts'
import type { Connect, Echo, Endpoint, Family, NeighbourReply, Probes } from './probes.ts'
import { type Detour, leadsThere, takeDetour } from './proxy.ts'
import { type Soundings, takeSoundings } from './soundings.ts'
import type { Tap, Tapped } from './tap.ts'
import { parseTarget, type Target } from './target.ts'
import { holdTrial, type Knock, SPEAKING, type Trial } from './trial.ts'
import {
  CONNECT_TIMEOUT_MS,
  type Errand,
  holds,
  type Purpose,
  speaksHttp,
  type Visit,
  visit,
} from './visit.ts'

/** An address that is not visited, and why. */
export type Passed = { readonly address: string; readonly family: Family; readonly because: string }

export type Visits = {
  /** One for each address, in the order of the addresses. */
  readonly all: readonly Visit[]
  readonly passed: readonly Passed[]
  /** The visit whose answer is taken: the best one. Null where there is no address. */
  readonly used: Visit | null
  /** Where redirects led, each with its own visit. */
  readonly redirects: readonly Visit[]
  /** True where the redirects came back to where they had been, or were too many. */
  readonly circle: boolean
  /** A host that a redirect leads to and that does not resolve. */
  readonly lost: string | null
  /** The last word: the end of the redirects, or the used visit. */
  readonly last: Visit | null
}

export type Witness = {
  readonly target: Target | null
  readonly family: Family | null
  readonly client: Inquiry
  readonly server: Inquiry | null
  readonly routers: readonly Inquiry[]
  readonly probes: Probes
  readonly timeoutMs: number
  /** For how long a connection is to rest before it is used; null where that is not asked. */
  readonly idleMs: number | null
  /** The word that marks what this check sends, to be found again in a server's log. */
  readonly token: string
  readonly names: () => Promise<Names | null>
  readonly visits: () => Promise<Visits>
  /** The way by the proxy that the environment names for the target; null where it names none. */
  readonly detour: () => Promise<Detour | null>
  /** The way by another proxy. */
  readonly detourBy: (named: NamedProxy) => Promise<Detour>
  /**
   * The visit that did not hold, the first of the best family; null when all is well, and where
   * programs get what was expected by their proxy.
   */
  readonly failing: () => Promise<Visit | null>
  /** The address whose connection hangs, known long before its visit fails; else null. */
  readonly suspected: () => Promise<Endpoint | null>
  /** What is in question: the failing visit, or where no name resolves, the mute name server. */
  readonly concern: () => Promise<Visit | null>
  /** The kernel's choice of a route on a host. */
  readonly route: (inquiry: Inquiry, address: string) => Promise<Answer<RouteLookup>>
  readonly interfaces: (inquiry: Inquiry) => Promise<Answer<readonly Interface[]>>
  /** Connections tried again with every counter read; only worth asking after a failure. */
  readonly trial: (visit: Pick<Visit, 'endpoint' | 'errand'>) => Promise<Trial>
  /** The visit's dialog held again, with every counter read: for what goes wrong after the handshake. */
  readonly dialogTrial: (visit: Visit) => Promise<Trial>
  /** The visit once more, with segments so small that any path carries them. */
  readonly inSmallSegments: (visit: Visit) => Promise<Visit>
  /** The endpoint visited on another errand than the target's. */
  readonly visitAs: (errand: Errand, endpoint: Endpoint, purpose?: Purpose) => Promise<Visit>
  /** How fast the path to an address is; worth asking only after a visit that was slow. */
  readonly pace: (address: string) => Promise<Pace>
  /** A ping of the usual size. */
  readonly echo: (address: string) => Promise<Echo>
  /** Who answers for a neighbour, asked by a packet of our own. */
  readonly neighbour: (hop: { address: string; device: string }) => Promise<NeighbourReply>
  /** What else works from here: the positive controls of rule 4. */
  readonly controls: (visit: Pick<Visit, 'endpoint'>) => Promise<Controls>
  /** Other ports of an address that has refused. */
  readonly otherPorts: (visit: Pick<Visit, 'endpoint'>) => Promise<readonly Connect[]>
  /** What was seen of the attempts on the wire of every host, once they are over; null where nothing captures. */
  readonly tapped: (visit: Visit) => Promise<Tapped | null>
  /** Single segments to the port and beside it; null without the right to send any. */
  readonly soundings: (visit: Visit) => Promise<Soundings | null>
}

/** More addresses than this are not visited. */
const MOST_ADDRESSES = 8
/** curl follows 50, browsers 20; more than 10 is a mistake. */
const MOST_REDIRECTS = 10
/** A connection that hangs this long is suspected before it has failed. */
const SUSPICION_MS = 500

/** Longer than any usual round trip. */
const ECHO_TIMEOUT_MS = 1000

/** A path that carries small segments answers well within this. */
const SMALL_PATIENCE_MS = 2500

/** What is not known by now is done without: a tool that hangs must not hold up the visits. */
const SOON_MS = 1500

const soon = <T>(promise: Promise<T>): Promise<T | null> =>
  Promise.race([
    promise,
    new Promise<null>((resolve) => {
      setTimeout(() => resolve(null), SOON_MS)
    }),
  ])

/** Remembers the promise of the first call. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | null = null
  return () => {
    known ??= make()
    return known
  }
}

const remember = <K, T>(key: (input: K) => string, make: (input: K) => Promise<T>) => {
  const known = new Map<string, Promise<T>>()
  return (input: K): Promise<T> => {
    const name = key(input)
    const value = known.get(name) ?? make(input)
    known.set(name, value)
    return value
  }
}

/** An address that other hosts can be reached from, of that family. */
export const usableAddresses = (links: readonly Interface[], family: Family): string[] =>
  links
    .filter(({ linkType, flags }) => linkType !== 'loopback' && !flags.includes('LOOPBACK'))
    .flatMap((link) => link.addresses)
    .filter((address) => address.family === family)
    .filter(
      ({ scope, address }) => scope !== 'link' && scope !== 'host' && !/^fe[89ab]/i.test(address),
    )
    .map(({ address }) => address)

/** Better visits first: how far each came decides. */
const RANK: Readonly<Record<Visit['stage'], number>> = {
  answered: 0,
  refusal: 1,
  failure: 2,
  protocol: 3,
  tls: 4,
  closed: 5,
  silent: 6,
  connect: 7,
}

const best = (visits: readonly Visit[]): Visit | null =>
  [...visits].sort((a, b) => RANK[a.stage] - RANK[b.stage])[0] ?? null

export type WitnessOptions = {
  readonly target: Target | null
  readonly family: Family | null
  readonly client: Inquiry
  readonly server: Inquiry | null
  readonly routers: readonly Inquiry[]
  readonly probes: Probes
  readonly tap?: Tap | null
  /** The kernels of these hosts; absent where they are not to be listened to. */
  readonly kernel?: KernelWord | null
  readonly timeoutMs: number
  readonly idleMs?: number | null
  /** How the probe calls itself in requests: `rungs/0.1.0 (TOKEN)`. */
  readonly userAgent: string
  readonly token: string
}

/** Opens the witness of one check. */
export function openWitness(options: WitnessOptions): Witness {
  const { target, family, client, server, routers, probes, timeoutMs, userAgent, token } = options
  const { tap = null } = options
  const startedAt = probes.now()
  const leftMs = (): number => Math.max(300, timeoutMs - (probes.now() - startedAt) - 700)

  const names = once(async () => (target ? resolveTarget(target, client, probes) : null))

  const go = (errand: Errand, endpoint: Endpoint): Promise<Visit> =>
    errand.scheme === 'dns'
      ? visitNameServer(errand, endpoint, probes, Math.min(CONNECT_TIMEOUT_MS, leftMs()))
      : visit(errand, endpoint, probes, {
          userAgent,
          token,
          timeoutMs: leftMs(),
          onConnected: () => connected.add(endpoint),
        })
  /** Where a connection stands already. */
  const connected = new Set<Endpoint>()

  /** Splits the addresses into those to visit and those that this host has no family for. */
  const choose = async (found: Names): Promise<{ go: Endpoint[]; passed: Passed[] }> => {
    const port = target?.port ?? 0
    const wanted = found.addresses.filter((address) => family === null || address.family === family)
    const links = await soon(client.ask(interfaces))
    const lacks = (one: Family): boolean =>
      !found.literal &&
      links?.known === true &&
      usableAddresses(links.value, one).length === 0 &&
      wanted.some((address) => address.family !== one) &&
      !wanted.every(({ address }) => address === '::1' || address.startsWith('127.'))
    const passed = wanted
      .filter((address) => lacks(address.family))
      .map((address) => ({ ...address, because: `this host has no IPv${address.family} address` }))
    const rest = wanted.filter((address) => !lacks(address.family))
    return {
      go: rest
        .slice(0, MOST_ADDRESSES)
        .map(({ address, family: f }) => ({ address, family: f, port })),
      passed,
    }
  }

  /** Follows the redirects from `first`; to the same host by the same address. */
  const follow = async (first: Visit): Promise<Pick<Visits, 'redirects' | 'circle' | 'lost'>> => {
    const redirects: Visit[] = []
    const seen = new Set<string>()
    let at = first
    for (;;) {
      const url = `${at.errand.scheme}://${formatHost(at.errand.host)}:${at.errand.port}${at.errand.path}`
      const status = at.head?.status ?? 0
      const next = at.head && status >= 300 && status < 400 ? redirectTarget(at.head, url) : null
      if (!next || at.stage !== 'answered') return { redirects, circle: false, lost: null }
      seen.add(new URL(url).href)
      if (seen.has(new URL(next).href) || redirects.length >= MOST_REDIRECTS)
        return { redirects, circle: true, lost: null }
      const errand = parseTarget(next)
      if ('error' in errand || !speaksHttp(errand.scheme))
        return { redirects, circle: false, lost: null }
      const address =
        errand.host === at.errand.host ? at.endpoint.address : await lookUp(errand.host)
      const addressFamily = address ? familyOf(address) : null
      if (!address || !addressFamily) return { redirects, circle: false, lost: errand.host }
      at = await go(errand, { address, family: addressFamily, port: errand.port })
      redirects.push(at)
    }
  }

  const lookUp = async (host: string): Promise<string | null> => {
    if (familyOf(host)) return host
    const found = await probes.lookup(host, Math.min(3000, leftMs()))
    return found.addresses.find((a) => family === null || a.family === family)?.address ?? null
  }

  const chosen = once(async () => {
    const found = await names()
    return found ? choose(found) : { go: [], passed: [] }
  })
  const started = once(async () => {
    const [{ go: endpoints }, found] = await Promise.all([chosen(), names()])
    if (tap && endpoints.length > 0) await soon(tap.watch(endpoints).near)
    // Of mail for a domain, its exchanger is the peer whose name the certificate holds.
    const errand = target?.scheme === 'smtp' && found ? { ...target, host: found.name } : target
    return endpoints.map((endpoint) => go(errand as Target, endpoint))
  })

  /** The first address whose connection neither stands nor failed. */
  const hanging = async (running: readonly Promise<Visit>[]): Promise<Endpoint | null> => {
    const done = await Promise.all(running.map((one) => Promise.race([one, null])))
    const { go: endpoints } = await chosen()
    return endpoints.find((one, index) => done[index] === null && !connected.has(one)) ?? null
  }

  let suspect: (endpoint: Endpoint | null) => void = () => {}
  const suspected = new Promise<Endpoint | null>((resolve) => {
    suspect = resolve
  })

  const visits = once(async (): Promise<Visits> => {
    const { passed } = await chosen()
    const running = await started()
    // A suspected address is put on trial while its first attempt still hangs: both then end
    // together instead of one after the other.
    const suspicion = setTimeout(async () => {
      const endpoint = (await isLedThere()) ? null : await hanging(running)
      suspect(endpoint)
      if (!endpoint) return
      await tryAgain({ endpoint, errand: target as Target })
      await controls({ endpoint })
      if (target?.scheme !== 'dns') await silentSoundings({ endpoint })
    }, SUSPICION_MS)
    const all = await Promise.all(running)
    clearTimeout(suspicion)
    suspect(null)
    const used = best(all)
    const led = used ? await follow(used) : { redirects: [], circle: false, lost: null }
    return { all, passed, used, ...led, last: led.redirects.at(-1) ?? used }
  })

  const detourBy = (named: NamedProxy): Promise<Detour> =>
    takeDetour(target as Target, named, probes, { userAgent, token, timeoutMs: leftMs() })
  const detour = once(async () => {
    const named = target && speaksHttp(target.scheme) ? proxyFor(target, probes.environment) : null
    return named ? detourBy(named) : null
  })
  const isLedThere = once(async () => {
    const found = await detour()
    return found !== null && leadsThere(found)
  })

  const failing = once(async () => {
    if (await isLedThere()) return null
    const { last, all } = await visits()
    if (last && !holds(last)) return last
    return all.find((one) => !holds(one)) ?? null
  })

  const concern = once(async () => {
    const failed = await failing()
    const found = failed ? null : await names()
    if (!found || found.addresses.length > 0) return failed
    const mute = found.resolvers
      .flatMap(({ replies }) => replies)
      .find(({ outcome }) => outcome !== 'answer')
    const server = mute ? familyOf(mute.query.server) : null
    if (
      !mute ||
      !server ||
      found.resolvers.some(({ replies }) => replies.some(({ outcome }) => outcome === 'answer'))
    )
      return null
    const { server: address, port } = mute.query
    const errand = { scheme: 'dns', host: address, port, path: `/${found.name}` } as const
    return asVisit(errand, { address, family: server, port }, mute)
  })

  const tryAgain = remember(
    ({ endpoint }: Pick<Visit, 'endpoint' | 'errand'>) => `${endpoint.address}|${endpoint.port}`,
    async ({ endpoint, errand }) => {
      // What a far host sees of it counts only if it watches by then.
      if (tap) await soon(tap.watch([endpoint]).all)
      return errand.scheme === 'dns'
        ? holdTrial(endpoint, 'udp', knockByDns(errand, probes), probes, options)
        : holdTrial(endpoint, 'tcp', probes.connect, probes, options)
    },
  )

  const speakAgain = remember(
    ({ endpoint }: Visit) => `${endpoint.address}|${endpoint.port}`,
    ({ endpoint, errand }) => {
      const speak: Knock = async (to, patienceMs) => {
        const manner = { userAgent, token, timeoutMs: patienceMs, patienceMs }
        return (await visit(errand, to, probes, manner)).exchange.connect
      }
      return holdTrial(endpoint, 'tcp', speak, probes, options, SPEAKING)
    },
  )

  const route = (inquiry: Inquiry, address: string): Promise<Answer<RouteLookup>> =>
    inquiry.ask(routeTo(address))

  const controls = remember(
    ({ endpoint }: Pick<Visit, 'endpoint'>) => `${endpoint.address}|${endpoint.port}`,
    async ({ endpoint }) => {
      const known = await route(client, endpoint.address)
      return askControls(endpoint, known.known ? known.value.gateway : null, probes)
    },
  )

  const silentSoundings = remember(
    ({ endpoint }: Pick<Visit, 'endpoint'>) => `${endpoint.address}|${endpoint.port}`,
    async ({ endpoint }) => {
      const known = await controls({ endpoint })
      return takeSoundings(endpoint, known, probes)
    },
  )
  const refusedSoundings = remember(
    ({ endpoint }: Pick<Visit, 'endpoint'>) => `${endpoint.address}|${endpoint.port}`,
    ({ endpoint }) => takeSoundings(endpoint, null, probes),
  )

  return {
    target,
    family,
    client,
    server,
    routers,
    probes,
    timeoutMs,
    idleMs: options.idleMs ?? null,
    token,
    names,
    visits,
    detour,
    detourBy,
    failing,
    suspected: async () => {
      void visits().catch(() => suspect(null))
      return suspected
    },
    concern,
    route,
    interfaces: (inquiry) => inquiry.ask(interfaces),
    trial: tryAgain,
    dialogTrial: speakAgain,
    pace: remember(String, (address) => measurePace(address, probes, options)),
    visitAs: (errand, endpoint, purpose = {}) =>
      visit(errand, endpoint, probes, {
        ...purpose,
        userAgent,
        token,
        timeoutMs: leftMs(),
        patienceMs: SMALL_PATIENCE_MS,
      }),
    echo: remember(String, (address) => probes.ping(address, { timeoutMs: ECHO_TIMEOUT_MS })),
    neighbour: remember(
      ({ address, device }) => `${address}|${device}`,
      ({ address, device }) => probes.neighbour(address, device, ECHO_TIMEOUT_MS),
    ),
    inSmallSegments: remember(
      ({ endpoint }: Visit) => `${endpoint.address}|${endpoint.port}`,
      ({ errand, endpoint }) =>
        visit(errand, endpoint, probes, {
          userAgent,
          token,
          timeoutMs: leftMs(),
          patienceMs: SMALL_PATIENCE_MS,
          maxSegmentBytes: endpoint.family === 4 ? 512 : 1200,
        }),
    ),
    controls,
    tapped: remember(
      ({ endpoint }: Visit) => `${endpoint.address}|${endpoint.port}`,
      async (visited) => {
        if (!tap) return null
        if (visited.stage === 'connect') await tryAgain(visited)
        return tap.collect()
      },
    ),
    otherPorts: remember(
      ({ endpoint }: Pick<Visit, 'endpoint'>) => `${endpoint.address}|${endpoint.port}`,
      ({ endpoint }) => askOtherPorts(endpoint, probes),
    ),
    soundings: async (visited) => {
      // Segments of TCP tell nothing of a port of UDP.
      if (visited.errand.scheme === 'dns') return null
      return visited.exchange.connect.outcome === 'refused'
        ? refusedSoundings(visited)
        : silentSoundings(visited)
    },
  }
}
