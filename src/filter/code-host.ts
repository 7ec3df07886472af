/** `host` and `net`: addresses of IPv4, ARP, RARP, IPv6 and DECnet. */

import { carries } from './code-link-type.ts'
import { fieldIs } from './code-load.ts'
import { bySide } from './code-mac.ts'
import type { CodeState } from './code-state.ts'
import { and, type Condition, or } from './condition.ts'
import { B, H, W } from './instruction.ts'
import type { Protocol } from './keyword.ts'
import { ETHERTYPE } from './protocol-number.ts'
import type { Direction } from './tree.ts'

type Sides = 'src' | 'dst' | 'and' | 'or' | null

/** Where source and destination lie in the headers that have them. */
const PLACES = {
  ip: { type: ETHERTYPE.ip, src: 12, dst: 16 },
  arp: { type: ETHERTYPE.arp, src: 14, dst: 24 },
  rarp: { type: ETHERTYPE.rarp, src: 14, dst: 24 },
} as const

function sidesOf(state: CodeState, direction: Direction | null): Sides {
  if (direction === null) return null
  if (direction === 'src' || direction === 'dst' || direction === 'and' || direction === 'or')
    return direction
  return state.refuse(`“${direction}” is an address of 802.11 frames; this is none`)
}

/** An IPv4 address, or a network with its mask, in what `protocol` says: by itself IPv4, ARP and RARP. */
export function ip4Is(
  state: CodeState,
  address: number,
  mask: number,
  protocol: Protocol | null,
  direction: Direction | null,
  what: 'host' | 'net',
): Condition {
  switch (protocol) {
    case null: {
      const ip = ip4Is(state, address, mask, 'ip', direction, what)
      if (state.mplsLabels > 0) return ip
      const arp = or(ip, ip4Is(state, address, mask, 'arp', direction, what))
      return or(arp, ip4Is(state, address, mask, 'rarp', direction, what))
    }
    case 'ip':
    case 'arp':
    case 'rarp': {
      const sides = sidesOf(state, direction)
      return bySide(sides, (side) => {
        const carried = carries(state, PLACES[protocol].type)
        return and(carried, fieldIs(state, 'network', PLACES[protocol][side], W, address, mask))
      })
    }
    case 'decnet':
      return decnetIs(state, address, sidesOf(state, direction))
    default:
      return state.refuse(
        protocol === 'ip6'
          ? 'an address of IPv4 is none of IPv6'
          : `“${what}” cannot stand behind “${protocolWord(protocol)}”; join both with “and”`,
        protocol === 'ip6' ? null : `${protocolWord(protocol)} and ${what} …`,
      )
  }
}

const protocolWord = (protocol: Protocol): string => (protocol === 'link' ? 'ether' : protocol)

/** An IPv6 address, or a network with its mask; 16 bytes each. */
export function ip6Is(
  state: CodeState,
  address: Uint8Array,
  mask: Uint8Array,
  protocol: Protocol | null,
  direction: Direction | null,
  what: 'host' | 'net',
): Condition {
  if (protocol !== null && protocol !== 'ip6')
    return state.refuse(
      `“${protocolWord(protocol)}” has no addresses of IPv6`,
      protocol === 'ip' || protocol === 'arp' || protocol === 'rarp' || protocol === 'link'
        ? `ip6 ${what} …`
        : `${protocolWord(protocol)} and ${what} …`,
    )
  return bySide(sidesOf(state, direction), (side) => {
    const at = side === 'src' ? 8 : 24
    const wordIs = (word: number): Condition =>
      fieldIs(state, 'network', at + 4 * word, W, wordOf(address, word), wordOf(mask, word))
    let condition = wordIs(3)
    for (const word of [2, 1, 0]) condition = and(wordIs(word), condition)
    return and(carries(state, ETHERTYPE.ip6), condition)
  })
}

const wordOf = (bytes: Uint8Array, word: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4 * word)

/** Two bytes in DECnet's little-endian order. */
const swapped = (value: number): number => ((value & 0xff) << 8) | ((value >> 8) & 0xff)

/** Data packets of DECnet phase IV with long or short header, behind at most one byte of padding. */
function decnetIs(state: CodeState, address: number, sides: Sides): Condition {
  return bySide(sides, (side) => {
    const carried = carries(state, ETHERTYPE.decnet)
    const [long, short] = side === 'dst' ? [7, 1] : [15, 3]
    const isAt = (at: number): Condition => fieldIs(state, 'network', at, H, swapped(address))
    const paddedFlags = (flags: number): Condition =>
      fieldIs(state, 'network', 2, H, swapped(flags), swapped(0x07ff))
    const flags = (value: number): Condition => fieldIs(state, 'network', 2, B, value, 0x7)
    const paddedLong = and(paddedFlags(0x0681), isAt(3 + long))
    const plainLong = and(flags(0x06), isAt(2 + long))
    const anyLong = or(plainLong, paddedLong)
    const paddedShort = or(and(paddedFlags(0x0281), isAt(3 + short)), anyLong)
    const plainShort = and(flags(0x02), isAt(2 + short))
    return and(carried, or(plainShort, paddedShort))
  })
}
