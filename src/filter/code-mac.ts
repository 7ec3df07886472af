/** Link-layer addresses: `ether host`, `ether broadcast`, `ether multicast`. */

import { innerLayerCheck } from './code-link-type.ts'
import { bitsSet, bytesAre } from './code-load.ts'
import type { CodeState } from './code-state.ts'
import { macIsOfWifi, wifiMulticast } from './code-wifi.ts'
import { and, andMaybe, type Condition, or } from './condition.ts'
import { B } from './instruction.ts'
import type { Direction } from './tree.ts'

const BROADCAST = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
const ETHERNET = { source: 6, destination: 0 }
const ARCNET = { source: 0, destination: 1 }

/** Joins the tests of source and destination as the direction says. */
export function bySide(
  direction: 'src' | 'dst' | 'and' | 'or' | null,
  side: (which: 'src' | 'dst') => Condition,
): Condition {
  if (direction === 'src' || direction === 'dst') return side(direction)
  const source = side('src')
  const destination = side('dst')
  return direction === 'and' ? and(source, destination) : or(source, destination)
}

/** The link-layer address is `mac`. */
export function macIs(
  state: CodeState,
  mac: Uint8Array | readonly number[],
  direction: Direction | null,
): Condition {
  const { macs } = state.layer
  if (macs === 'wifi') return macIsOfWifi(state, mac, direction)
  if (macs === null || macs === 'arcnet')
    return state.refuse(`${state.layer.name} packets have no Ethernet addresses`)
  const inner = macs === 'ethernet' ? innerLayerCheck(state) : null
  return andMaybe(inner, plainMacIs(state, mac, direction, macs === 'ethernet' ? ETHERNET : macs))
}

/** The one-byte address of an ARCNET node. */
export function arcnetIs(
  state: CodeState,
  address: number,
  direction: Direction | null,
): Condition {
  if (state.layer.macs !== 'arcnet') return state.refuse('an address of one byte is ARCNET’s')
  return plainMacIs(state, [address], direction, ARCNET)
}

function plainMacIs(
  state: CodeState,
  mac: Uint8Array | readonly number[],
  direction: Direction | null,
  places: { readonly source: number; readonly destination: number },
): Condition {
  if (
    direction === 'src' ||
    direction === 'dst' ||
    direction === 'and' ||
    direction === 'or' ||
    direction === null
  )
    return bySide(direction, (side) =>
      bytesAre(state, 'link', side === 'src' ? places.source : places.destination, mac),
    )
  return state.refuse(`“${direction}” is an address of 802.11 frames, and these packets are none`)
}

/** The frame goes to everybody on the link. */
export function isLinkBroadcast(state: CodeState): Condition {
  if (state.layer.macs === null) return state.refuse(`${state.layer.name} knows no broadcast`)
  return state.layer.macs === 'arcnet' ? arcnetIs(state, 0, 'dst') : macIs(state, BROADCAST, 'dst')
}

/** The frame goes to a group: the lowest bit of the first byte. Null where the link type knows no groups. */
export function isLinkMulticast(state: CodeState): Condition | null {
  const { macs } = state.layer
  if (macs === null) return null
  if (macs === 'arcnet') return arcnetIs(state, 0, 'dst')
  if (macs === 'wifi') return wifiMulticast(state)
  if (macs !== 'ethernet') return bitsSet(state, 'link', macs.destination, B, 1)
  return andMaybe(innerLayerCheck(state), bitsSet(state, 'link', ETHERNET.destination, B, 1))
}
