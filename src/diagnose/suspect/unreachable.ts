/** A host that is unreachable, while no ICMP error could be seen that says by whom. */
import { formatEndpoint } from '../../wire/endpoint.ts'
import type { CauseCode } from '../cause.ts'
import type { Accusation } from '../check.ts'
import type { Controls } from '../controls.ts'
import type { Side } from '../diagnosis.ts'
import { suspect } from '../suspicion.ts'
import type { Visit } from '../visit.ts'
import { forwardedToNobody, nobodyThere, SLOW_ERROR_MS } from './nobody.ts'

/** Unreachable, and no ICMP message could be seen. */
export function suspectUnreachable(visit: Visit, controls: Controls): Accusation[] {
  const { connect } = visit.exchange
  const told = controls.hops.find(({ error }) => error !== null)
  const because = `${formatEndpoint(visit.endpoint)}: ${connect.errno} after ${(connect.tookMs / 1000).toFixed(1)} s${told ? `; ${told.from} says ${told.error}` : ''}`
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
