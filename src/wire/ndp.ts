/**
 * IPv6 neighbour discovery, RFC 4861 §4.3 and §4.4, as ICMPv6 messages. Both have this shape:
 *
 *    0  type 8 | code 8 | checksum 16
 *    4  flags 3 (router, solicited, override; only in an advertisement), reserved 29
 *    8  target 128
 *   24  options: type 8 | length in eight bytes 8 | …
 */
import type { Stopped } from '../base/stopped.ts'
import { type Address, formatAddress } from './address.ts'
import { bytesBetween, joinBytes, stoppedAt, viewOf } from './bytes.ts'
import { checksum, pseudoHeaderSum } from './checksum.ts'
import { formatMac } from './mac.ts'
import { PROTOCOL } from './protocol.ts'

/** The ICMPv6 types, RFC 4861 §4.3 and §4.4. */
export const NDP_TYPE: { readonly solicitation: 135; readonly advertisement: 136 } = {
  solicitation: 135,
  advertisement: 136,
}

/** The hop limit that both are sent with, and without which they are dropped (§7.1). */
export const NDP_HOP_LIMIT = 255

const TARGET_AT = 8
const OPTIONS_AT = 24
const SOURCE_LINK_LAYER = 1
const TARGET_LINK_LAYER = 2

/** An answer to who has an address. */
export type NeighbourAdvertisement = {
  readonly target: Address
  readonly router: boolean
  readonly solicited: boolean
  readonly override: boolean
  /** The target's link-layer address (six bytes), if told. */
  readonly mac: Uint8Array | null
  /** Why the options could not be read to their end. */
  readonly damaged: Stopped | null
}

/** The group that the owner of `address` listens to: ff02::1:ffXX:XXXX, RFC 4291 §2.7.1. */
export function solicitedNode(address: Address): Address {
  const head = [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff]
  return { family: 6, bytes: Uint8Array.from([...head, ...address.bytes.slice(13)]), zone: null }
}

/** The Ethernet address that a multicast group is sent to: 33:33 and its last 32 bits, RFC 2464 §7. */
export const multicastMac = (group: Address): Uint8Array =>
  Uint8Array.from([0x33, 0x33, ...group.bytes.slice(12)])

/** A solicitation with its checksum; `destination` is the solicited-node group unless said otherwise. */
export function writeNeighbourSolicitation(
  target: Address,
  source: Address,
  sourceMac: Uint8Array,
  destination: Address = solicitedNode(target),
): Uint8Array {
  const option = Uint8Array.from([SOURCE_LINK_LAYER, 1, ...sourceMac])
  const message = joinBytes(new Uint8Array(TARGET_AT), target.bytes, option)
  const view = viewOf(message)
  view.setUint8(0, NDP_TYPE.solicitation)
  const pseudoSum = pseudoHeaderSum(source, destination, PROTOCOL.icmpv6, message.length)
  view.setUint16(2, checksum(view, 0, message.length, pseudoSum))
  return message
}

function readTargetMac(
  view: DataView,
  from: number,
  end: number,
): Pick<NeighbourAdvertisement, 'mac' | 'damaged'> {
  let at = from
  while (at < end) {
    // A length of 0 is invalid (§4.6); no option can be shorter than its first eight bytes.
    const bytes = end - at < 2 ? 8 : Math.max(1, view.getUint8(at + 1)) * 8
    if (end - at < bytes) return { mac: null, damaged: stoppedAt('ndp option', at, bytes, end) }
    if (view.getUint8(at) === TARGET_LINK_LAYER) {
      return { mac: bytesBetween(view, at + 2, at + 8), damaged: null }
    }
    at += bytes
  }
  return { mac: null, damaged: null }
}

/** Reads the advertisement at `at`; a message of another type stops with nothing that fits. */
export function readNeighbourAdvertisement(
  view: DataView,
  at: number,
  end: number,
): NeighbourAdvertisement | Stopped {
  if (end - at < OPTIONS_AT) return stoppedAt('neighbour advertisement', at, OPTIONS_AT, end)
  if (view.getUint8(at) !== NDP_TYPE.advertisement) {
    return stoppedAt('neighbour advertisement', at, OPTIONS_AT, at)
  }
  const flags = view.getUint8(at + 4)
  return {
    target: { family: 6, bytes: bytesBetween(view, at + TARGET_AT, at + OPTIONS_AT), zone: null },
    router: (flags & 0x80) !== 0,
    solicited: (flags & 0x40) !== 0,
    override: (flags & 0x20) !== 0,
    ...readTargetMac(view, at + OPTIONS_AT, end),
  }
}

/** One line: `2001:db8::1 is at 02:00:00:00:00:01 (router)`. */
export function describeNeighbourAdvertisement(message: NeighbourAdvertisement): string {
  const place = message.mac === null ? 'its sender' : formatMac(message.mac)
  return `${formatAddress(message.target)} is at ${place}${message.router ? ' (router)' : ''}`
}
