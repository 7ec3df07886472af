/**
 * What a rule writes on its way to its verdict: marks (net/netfilter/nft_meta.c, nft_ct.c, xt_mark.c,
 * xt_connmark.c), headers, conntrack's blindness, sets.
 */
import type { Change, Place } from '../facts/rule-set.ts'
import type { Packet } from './packet.ts'
import type { World } from './world.ts'

/** False where a mark shall be made of a connection's that there is not: nft leaves the rule then. */
export const isPossible = (world: World, change: Change): boolean =>
  change.kind !== 'mark' || change.connection === 0 || world.tracking === 'tracked'

/**
 * iptables leaves alone what has been attached, nft only what has an entry (xt_CT.c, nft_ct.c); what
 * conntrack has found invalid has none, and is then untracked.
 */
const canBeUntracked = ({ tracking }: World, { backend }: Place): boolean =>
  tracking === 'unseen' || tracking === 'invalid' || (tracking === 'attached' && backend === 'nft')

/** The world after one change of the rule at `place`. */
export function withChange(world: World, change: Change, place: Place): World {
  switch (change.kind) {
    case 'untrack':
      return canBeUntracked(world, place)
        ? { ...world, tracking: 'untracked', packet: { ...world.packet, state: 'untracked' } }
        : world
    case 'mark': {
      const { mark, connection } = world
      if (!isPossible(world, change)) return world
      const needsMark = change.packet !== 0
      const needsConnection = change.connection !== 0
      const value =
        (needsMark && mark === null) || (needsConnection && connection.mark === null)
          ? null
          : (((mark ?? 0) & change.packet) ^
              ((connection.mark ?? 0) & change.connection) ^
              change.flip) >>>
            0
      if (change.target === 'packet') return { ...world, mark: value }
      return world.tracking === 'tracked'
        ? { ...world, connection: { ...connection, mark: value } }
        : world
    }
    case 'rewrite':
      return { ...world, packet: rewritten(world.packet, change) }
    case 'remember':
      return { ...world, changedSets: [...world.changedSets, change.set] }
    case 'divert':
      return { ...world, turnedBy: place }
    case 'unknown':
      return { ...world, mark: null, connection: { ...world.connection, mark: null } }
  }
}

/** The packet with another address or port; empty or null where it is not known which. */
function rewritten(packet: Packet, { field, value }: Change & { kind: 'rewrite' }): Packet {
  const text = value?.kind === 'one' ? value.value : null
  switch (field) {
    case 'source':
    case 'destination':
      return { ...packet, [field]: text ?? '' }
    case 'sourcePort':
    case 'destinationPort':
      return {
        ...packet,
        [field]: text === null || Number.isNaN(Number(text)) ? null : Number(text),
      }
    default:
      return packet
  }
}
