/**
 * Where on its way a connection meets a cause: the client's own devices and routes, the name, the
 * rules on the way out, the path, the server's rules, its listener, the reply's way, the session.
 * Of two faults at once, the one that is met first keeps the other from being felt.
 */
import { type CauseCode, causeLayer } from './cause.ts'
import type { Side } from './diagnosis.ts'

const STAGES = [
  'own',
  'name',
  'egress',
  'path',
  'arrival',
  'listener',
  'reply',
  'return',
  'conversation',
] as const

type Stage = (typeof STAGES)[number]

/** Felt only once the handshake is done. */
const AFTER_HANDSHAKE =
  /^(tcp\.(frozen|zero-window|stalled|idle-cut|reset)|service\.(slow-greeting|crash-loop|no-resources)|mtu\.)/

function stage(cause: CauseCode, side: Side): Stage {
  const layer = causeLayer(cause)
  if (cause.startsWith('dns.')) return 'name'
  if (AFTER_HANDSHAKE.test(cause)) return 'conversation'
  if (/^(tcp|udp)\.|^service\.stopped$/.test(cause) && side === 'server') return 'listener'
  if (layer >= 5) return 'conversation'
  if (side === 'path') return 'path'
  if (side === 'client') {
    if (layer < 4) return 'own'
    return cause.startsWith('firewall.ingress') ? 'return' : 'egress'
  }
  const replies = /^route\.|^firewall\.egress/.test(cause) && cause !== 'route.reverse-path-filter'
  return replies ? 'reply' : 'arrival'
}

/** The place of a cause on the way of a connection; what is met first has the smaller number. */
export const wayOf = (cause: CauseCode, side: Side): number =>
  STAGES.indexOf(stage(cause, side)) * 10 + causeLayer(cause)
