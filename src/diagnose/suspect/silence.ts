/** Silence: the host is alive and the port is mute, or nothing of it answers at all. */
import { formatEndpoint } from '../../wire/endpoint.ts'
import type { CauseCode } from '../cause.ts'
import { type Accusation, placeOn } from '../check.ts'
import type { Controls } from '../controls.ts'
import type { Side } from '../diagnosis.ts'
import { ackReaches, describeReach, lastReached, type Soundings } from '../soundings.ts'
import {
  cleared,
  nothingArrives,
  on,
  ownRules,
  type Suspicion,
  serverRules,
  suspect,
} from '../suspicion.ts'
import type { Visit } from '../visit.ts'
import { suspectDeadPath } from './dead-path.ts'

/** Nothing comes back. What works beside it narrows down where. */
export function suspectSilence(
  visit: Visit,
  controls: Controls,
  soundings: Soundings | null,
): Suspicion {
  const { port } = visit.endpoint
  const lost = soundings?.lostAt
  if (!controls.alive && !lost)
    return {
      accuses: suspectDeadPath(visit, controls, soundings && lastReached(soundings)),
      acquits: [],
    }
  const to = formatEndpoint(visit.endpoint)
  const beside = controls.alive ? `yet ${controls.aliveBy}` : `though a ping comes on its way`
  const reach = soundings && describeReach(soundings)
  const end =
    lost && `${reach ? 'it' : 'a SYN to it'} is lost before hop ${lost.ttl} (${lost.from})`
  const because = [`${to} is silent, ${beside}`, reach, end].filter(Boolean).join('; ')
  const server = suspect('firewall.ingress-drop', 'server', {
    because,
    tellApart: serverRules(port),
  })
  const reached = soundings && lastReached(soundings)
  const path = {
    ...suspect('firewall.path-drop', 'path', { because, tellApart: nothingArrives(port) }),
    place: { ...placeOn('path'), hop: reached?.ttl ?? null },
  }
  // What comes to a hop has left this host.
  const own: readonly Accusation[] = reached
    ? []
    : [suspect('firewall.egress-drop', 'client', { because, tellApart: ownRules })]
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
    return {
      accuses: [{ ...path, weight: 'likely' }, ...own],
      acquits: behind.map(cleared(because)),
    }
  const reaches = soundings && ackReaches(soundings)
  if (reaches) {
    const answered = `${because}; a stray ACK to it is answered with a reset: only connections are not taken`
    return {
      accuses: [{ ...queue, weight: 'likely', because: answered }, server, path],
      acquits: [cleared(answered)(['firewall.egress-drop', 'server'])],
    }
  }
  if (reaches === false) {
    const filtered = `a stray ACK to port ${port} is not answered, one to port ${soundings?.control?.endpoint.port} is: the port is filtered`
    return {
      accuses: [server, path, ...own, replies],
      acquits: [cleared(filtered)(['tcp.accept-queue-full', 'server'])],
    }
  }
  return { accuses: [server, path, ...own, queue, replies], acquits: [] }
}
