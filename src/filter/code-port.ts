/** `port` and `portrange`: TCP, UDP and SCTP over IPv4, of which only the first fragment has ports, and over IPv6 without extension headers. */

import { carries } from './code-link-type.ts'
import { bitsSet, fieldCompares, fieldIs } from './code-load.ts'
import { bySide } from './code-mac.ts'
import type { CodeState } from './code-state.ts'
import { and, type Condition, not, or } from './condition.ts'
import { B, H } from './instruction.ts'
import { ETHERTYPE, IP_PROTOCOL } from './protocol-number.ts'
import type { Direction } from './tree.ts'

/** What has ports; null is each of them. */
export type PortProtocol = 'tcp' | 'udp' | 'sctp' | null

/** One port, or a range of them; `one` is false where a range is written, even of one port. */
export type Ports = { readonly first: number; readonly last: number; readonly one: boolean }

type Version = 4 | 6

/** Not a fragment, or the first one. */
export const isFirstFragment = (state: CodeState): Condition =>
  not(bitsSet(state, 'network', 6, H, 0x1fff))

/** The ports lie in that range. */
export function portIs(
  state: CodeState,
  ports: Ports,
  protocol: PortProtocol,
  direction: Direction | null,
): Condition {
  const [first, last] = [ports.first, ports.last].toSorted((one, other) => one - other)
  const range = { first: first ?? 0, last: last ?? 0, one: ports.one }
  const sides = sidesOf(state, direction)
  const overIp = portOver(state, 4, range, protocol, sides)
  return or(portOver(state, 6, range, protocol, sides), overIp)
}

function sidesOf(state: CodeState, direction: Direction | null): 'src' | 'dst' | 'and' | 'or' {
  if (direction === null) return 'or'
  if (direction === 'src' || direction === 'dst' || direction === 'and' || direction === 'or')
    return direction
  return state.refuse(`“${direction}” is an address of 802.11 frames, and ports have none`)
}

/** The ports lie in that range, over one version of IP. */
export function portOver(
  state: CodeState,
  version: Version,
  ports: Ports,
  protocol: PortProtocol,
  sides: 'src' | 'dst' | 'and' | 'or',
): Condition {
  const carried = carries(state, version === 4 ? ETHERTYPE.ip : ETHERTYPE.ip6)
  const of = (each: 'tcp' | 'udp' | 'sctp'): Condition =>
    portOf(state, version, ports, IP_PROTOCOL[each], sides)
  if (protocol !== null) return and(carried, of(protocol))
  const tcp = of('tcp')
  const tcpOrUdp = or(tcp, of('udp'))
  return and(carried, or(of('sctp'), tcpOrUdp))
}

function portOf(
  state: CodeState,
  version: Version,
  ports: Ports,
  protocol: number,
  sides: 'src' | 'dst' | 'and' | 'or',
): Condition {
  const is = fieldIs(state, 'network', version === 4 ? 9 : 6, B, protocol)
  const carried = version === 4 ? and(is, isFirstFragment(state)) : is
  const from = version === 4 ? 'behind-ip' : 'behind-ip6'
  const lies = bySide(sides, (side) => {
    const at = side === 'src' ? 0 : 2
    if (ports.one) return fieldIs(state, from, at, H, ports.first)
    const least = fieldCompares(state, from, at, H, '>=', ports.first)
    return and(least, fieldCompares(state, from, at, H, '<=', ports.last))
  })
  return and(carried, lies)
}
