/**
 * A refused connection: nobody listens, a firewall resets, or something on the path does. Who made
 * the reset shows beside one that the host makes for certain.
 */
import { formatEndpoint } from '../../wire/endpoint.ts'
import type { CauseCode } from '../cause.ts'
import type { Accusation } from '../check.ts'
import type { Side } from '../diagnosis.ts'
import type { Segment } from '../probes.ts'
import { describeReset, type Maker, makerOf, type Soundings } from '../soundings.ts'
import {
  type Because,
  cleared,
  nothingArrives,
  on,
  ownRules,
  type Suspicion,
  serverRules,
  suspect,
} from '../suspicion.ts'
import type { Visit } from '../visit.ts'

/** A reset came, or, where nobody listened for ICMP errors, perhaps one of these. */
export function suspectRefusal(
  visit: Visit,
  icmpWatched: boolean,
  soundings: Soundings | null,
): Suspicion {
  const { port } = visit.endpoint
  const noListener: Because = {
    because: `${formatEndpoint(visit.endpoint)} answers with a reset, as a host does where nothing listens`,
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
  const because = `${formatEndpoint(visit.endpoint)} refuses only after a second, as an ICMP error does and a reset does not`
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
