/** A path on which nothing of the far host answers: the hops tell how far packets came. */
import { formatEndpoint } from '../../wire/endpoint.ts'
import { type Accusation, placeOn } from '../check.ts'
import type { Controls, Hop } from '../controls.ts'
import { nothingArrives, on, serverRules, suspect } from '../suspicion.ts'
import type { Visit } from '../visit.ts'
import { nobodyThere } from './nobody.ts'

/** What of the path the hops alone accuse, whatever was to be reached there. */
export const suspectPath = (visit: Visit, controls: Controls): Accusation[] =>
  controls.alive
    ? []
    : suspectDeadPath(visit, controls).filter(
        ({ side, weight }) => side === 'path' && weight !== 'possible',
      )

/** Two hops that answer twice, far enough apart, are a circle and not a retransmission. */
const circle = (hops: readonly Hop[]): string | null => {
  const addresses = hops.map(({ from }) => from)
  const again = addresses.find((from, at) => from !== null && addresses.lastIndexOf(from) - at >= 2)
  return hops.filter(({ from }) => from !== null).length >= 6 ? (again ?? null) : null
}

/** Nothing of the far host answers: the hops tell how far pings came, and `reached` how far a SYN did. */
export function suspectDeadPath(
  visit: Visit,
  controls: Controls,
  reached: Hop | null = null,
): Accusation[] {
  const to = formatEndpoint(visit.endpoint)
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
  const pinged = controls.hops.filter(({ from }) => from !== null).at(-1)
  const bySyn = reached !== null && reached.ttl >= (pinged?.ttl ?? 0)
  const last = bySyn ? reached : pinged
  const because = bySyn
    ? `a SYN to ${to} comes as far as ${reached.from} (hop ${reached.ttl}), and no hop answers after it`
    : last
      ? `no hop answers after ${last.from} (hop ${last.ttl}) on the way to ${to}`
      : `no hop answers on the way to ${to}, not even the first router`
  const drop = {
    ...suspect('firewall.path-drop', 'path', { because, tellApart: nothingArrives(port) }),
    place: { ...placeOn('path'), hop: last?.ttl ?? null },
  }
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
