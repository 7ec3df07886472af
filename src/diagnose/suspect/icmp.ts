/** An ICMP error that was seen: who sent it decides the side, its code what is meant. */
import { PROTOCOL } from '../../wire/protocol.ts'
import type { Accusation } from '../check.ts'
import type { Controls } from '../controls.ts'
import type { IcmpSeen } from '../probes.ts'
import { on, serverRules, suspect } from '../suspicion.ts'
import type { Visit } from '../visit.ts'
import { forwardedToNobody, nobodyThere, SLOW_ERROR_MS } from './nobody.ts'

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
