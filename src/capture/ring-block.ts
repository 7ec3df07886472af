/**
 * A block of the kernel's packet ring, TPACKET_V3 of include/uapi/linux/if_packet.h, as the kernel fills it in the machine's
 * byte order (all that rungs runs on are little-endian):
 *
 *    0  version 32 | 4  offset to private data 32
 *    8  status 32 | 12  packets 32 | 16  offset of the first packet 32 | 20  bytes 32
 *   24  sequence number 64 | first and last time 128
 *
 * and of each packet, from where the one before it says that it begins:
 *
 *    0  offset of the next 32 | 4  seconds 32 | 8  nanoseconds 32 | 12  captured 32 | 16  original 32
 *   20  status 32 | 24  offset of the link layer 16 | 26  offset of the network layer 16
 *   28  hash 32 | 32  VLAN tag 32 | 36  VLAN protocol 16
 *   48  sockaddr_ll: family 16 | protocol 16 (big-endian) | 52  interface 32
 *   56  hardware type 16 | packet type 8 | address length 8 | 60  address 64
 *
 * The packets stay where they are. Before each there is room (PACKET_RESERVE): what the kernel keeps beside a packet
 * and a capture has within it is written there.
 */
import { LINK_TYPE } from '../wire/link-type.ts'
import type { PacketBatch } from './packet.ts'

/** Bytes of room before a packet: a cooked header (LINKTYPE_LINUX_SLL2) takes 20, a VLAN tag 4. */
export const RESERVED_BYTES = 32

/** Where a block's status is: whether the kernel fills it, or it is there to be read. */
export const BLOCK_STATUS_AT = 8
export const BLOCK_IS_KERNELS = 0
export const BLOCK_IS_READY = 1

const COUNT_AT = 12
const FIRST_AT = 16

const HEADER_BYTES = 68
const ADDRESS_AT = 48

/** TP_STATUS_VLAN_VALID and TP_STATUS_VLAN_TPID_VALID. */
const TAGGED = 0x10
const PROTOCOL_TOLD = 0x40
const VLAN = 0x8100

/** PACKET_OUTGOING: what this host sent. */
const OUTGOING = 4

const ETHERNET_ADDRESSES = 12
const TAG_BYTES = 4
const COOKED_BYTES = 20

/** How the packets of a ring are to be taken. */
export type RingLink = {
  /** `LINK_TYPE.sll2` for the ring of all devices, whose packets have no link layer of their own. */
  readonly linkType: number
  /** The device on which each packet goes out and comes in, both of them seen; 0 where there is none. */
  readonly loopbackIndex: number
}

/** The packets of a block that have been taken, and where the next one is. */
export type RingPlace = { taken: number; at: number }

/** The place of a block's first packet. */
export const ringPlace = (view: DataView, blockAt: number): RingPlace => ({
  taken: 0,
  at: blockAt + view.getUint32(blockAt + FIRST_AT, true),
})

/**
 * Adds the packets of the block at `blockAt` to `batch`, as many as there is room for, from `place` on, which moves. Times count
 * from `epochSeconds`. True once all of them were taken. What lies outside of `view` is not read: it ends the block.
 */
export function readRingBlock(
  view: DataView,
  blockAt: number,
  place: RingPlace,
  link: RingLink,
  epochSeconds: number,
  batch: PacketBatch,
): boolean {
  const packets = view.getUint32(blockAt + COUNT_AT, true)
  const cooked = link.linkType === LINK_TYPE.sll2
  let { count } = batch
  let { at, taken } = place
  while (taken < packets && count < batch.capacity) {
    if (at + HEADER_BYTES > view.byteLength) return end(batch, count)
    const captured = view.getUint32(at + 12, true)
    const packetAt = at + view.getUint16(at + (cooked ? 26 : 24), true)
    const isPlaced = packetAt - COOKED_BYTES >= at + HEADER_BYTES
    if (!isPlaced || packetAt + captured > view.byteLength) return end(batch, count)
    taken++
    if (!isSeenTwice(view, at, link.loopbackIndex)) {
      const added = cooked
        ? writeCookedHeader(view, at, packetAt)
        : writeTag(view, at, packetAt, captured)
      batch.at[count] = packetAt - added
      batch.capturedBytes[count] = captured + added
      batch.originalBytes[count] = view.getUint32(at + 16, true) + added
      batch.timeNs[count] =
        (view.getUint32(at + 4, true) - epochSeconds) * 1e9 + view.getUint32(at + 8, true)
      batch.interfaceIndex[count] = 0
      count++
    }
    const next = view.getUint32(at, true)
    if (next === 0) taken = packets
    at += next
  }
  batch.count = count
  place.at = at
  place.taken = taken
  return taken >= packets
}

function end(batch: PacketBatch, count: number): boolean {
  batch.count = count
  return true
}

/** What goes out of the loopback device comes in again. */
const isSeenTwice = (view: DataView, at: number, loopbackIndex: number): boolean =>
  loopbackIndex > 0 &&
  view.getUint8(at + ADDRESS_AT + 10) === OUTGOING &&
  view.getInt32(at + ADDRESS_AT + 4, true) === loopbackIndex

/** The kernel keeps a VLAN tag beside the packet: it goes back to where it was on the wire. Gives the bytes that are added. */
function writeTag(view: DataView, at: number, packetAt: number, captured: number): number {
  const status = view.getUint32(at + 20, true)
  if ((status & TAGGED) === 0 || captured < ETHERNET_ADDRESSES) return 0
  const from = packetAt - TAG_BYTES
  for (let byte = 0; byte < ETHERNET_ADDRESSES; byte += 4)
    view.setUint32(from + byte, view.getUint32(packetAt + byte))
  const protocol = (status & PROTOCOL_TOLD) === 0 ? VLAN : view.getUint16(at + 36, true)
  view.setUint16(from + ETHERNET_ADDRESSES, protocol)
  view.setUint16(from + ETHERNET_ADDRESSES + 2, view.getUint32(at + 32, true))
  return TAG_BYTES
}

/** Protocol 16, 0 16, interface 32, hardware type 16, packet type 8, address length 8, address 64: all big-endian. */
function writeCookedHeader(view: DataView, at: number, packetAt: number): number {
  const address = at + ADDRESS_AT
  const from = packetAt - COOKED_BYTES
  view.setUint16(from, view.getUint16(address + 2))
  view.setUint16(from + 2, 0)
  view.setInt32(from + 4, view.getInt32(address + 4, true))
  view.setUint16(from + 8, view.getUint16(address + 8, true))
  view.setUint16(from + 10, view.getUint16(address + 10))
  view.setUint32(from + 12, view.getUint32(address + 12))
  view.setUint32(from + 16, view.getUint32(address + 16))
  return COOKED_BYTES
}
