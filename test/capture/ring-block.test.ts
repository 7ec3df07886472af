import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PacketBatch } from '../../src/capture/packet.ts'
import {
  RESERVED_BYTES,
  type RingLink,
  readRingBlock,
  ringPlace,
} from '../../src/capture/ring-block.ts'
import { LINK_TYPE } from '../../src/wire/link-type.ts'

const ETHERNET: RingLink = { linkType: LINK_TYPE.ethernet, loopbackIndex: 1 }
const ALL: RingLink = { linkType: LINK_TYPE.sll2, loopbackIndex: 1 }

/** struct tpacket_block_desc and struct tpacket3_hdr with its sockaddr_ll, as if_packet.h has them. */
type Packet = {
  readonly bytes: readonly number[]
  readonly tag?: number
  readonly type?: number
  readonly index?: number
}

function block(packets: readonly Packet[]): DataView {
  const view = new DataView(new ArrayBuffer(4096))
  view.setUint32(12, packets.length, true)
  view.setUint32(16, 48, true)
  let at = 48
  for (const [number, { bytes, tag, type = 0, index = 7 }] of packets.entries()) {
    const packetAt = 96 + RESERVED_BYTES
    const next = (packetAt + bytes.length + 15) & ~15
    view.setUint32(at, number === packets.length - 1 ? 0 : next, true)
    view.setUint32(at + 4, 1_000_000_002, true)
    view.setUint32(at + 8, 345, true)
    view.setUint32(at + 12, bytes.length, true)
    view.setUint32(at + 16, bytes.length + 1000, true)
    view.setUint32(at + 20, 1 | (tag === undefined ? 0 : 0x50), true)
    view.setUint16(at + 24, packetAt, true)
    view.setUint16(at + 26, packetAt, true)
    view.setUint32(at + 32, tag ?? 0, true)
    view.setUint16(at + 36, 0x88a8, true)
    view.setUint16(at + 48, 17, true)
    view.setUint16(at + 50, 0x0800)
    view.setInt32(at + 52, index, true)
    view.setUint16(at + 56, 1, true)
    view.setUint8(at + 58, type)
    view.setUint8(at + 59, 6)
    for (const [place, byte] of [2, 0, 0, 0, 0, 9].entries()) view.setUint8(at + 60 + place, byte)
    for (const [place, byte] of bytes.entries()) view.setUint8(at + packetAt + place, byte)
    at += next
  }
  return view
}

function packetsOf(view: DataView, link = ETHERNET, capacity = 100): number[][] {
  const found: number[][] = []
  const place = ringPlace(view, 0)
  for (let isDone = false; !isDone; ) {
    const batch = new PacketBatch(capacity)
    isDone = readRingBlock(view, 0, place, link, 1_000_000_000, batch)
    for (let index = 0; index < batch.count; index++) {
      const at = batch.at[index] ?? 0
      expect(batch.timeNs[index]).toBe(2e9 + 345)
      expect(batch.originalBytes[index]).toBe(1000 + (batch.capturedBytes[index] ?? 0))
      found.push([...new Uint8Array(view.buffer, at, batch.capturedBytes[index])])
    }
  }
  return found
}

const FRAME = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 8, 0, 0x45, 0]

test('the packets of a block come in their order, in as many batches as it takes', () => {
  const packets = [FRAME, [...FRAME, 1], [...FRAME, 2, 2]]
  const view = () => block(packets.map((bytes) => ({ bytes })))
  expect(packetsOf(view())).toEqual(packets)
  expect(packetsOf(view(), ETHERNET, 1)).toEqual(packets)
})

test('a VLAN tag that the kernel keeps beside the packet goes back to where it was', () => {
  expect(packetsOf(block([{ bytes: FRAME, tag: 0x6005 }]))).toEqual([
    [...FRAME.slice(0, 12), 0x88, 0xa8, 0x60, 0x05, ...FRAME.slice(12)],
  ])
})

test('packets of all devices get the header of LINKTYPE_LINUX_SLL2', () => {
  expect(packetsOf(block([{ bytes: [0x45, 0], type: 4 }]), ALL)).toEqual([
    [8, 0, 0, 0, 0, 0, 0, 7, 0, 1, 4, 6, 2, 0, 0, 0, 0, 9, 0, 0, 0x45, 0],
  ])
})

test('what goes over the loopback device is seen once', () => {
  const both = [4, 0].map((type) => ({ bytes: FRAME, type, index: 1 }))
  expect(packetsOf(block(both))).toHaveLength(1)
  expect(packetsOf(block(both.map((packet) => ({ ...packet, index: 7 }))))).toHaveLength(2)
})

test('any bytes are read to an end, and nothing beyond them', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 48, maxLength: 400 }),
      fc.constantFrom(ETHERNET, ALL),
      (bytes, link) => {
        const view = new DataView(bytes.buffer)
        view.setUint32(16, view.getUint32(16, true) % bytes.length, true)
        view.setUint32(12, view.getUint32(12, true) % 50, true)
        const place = ringPlace(view, 0)
        for (let rounds = 0; rounds < 60; rounds++) {
          const batch = new PacketBatch(4)
          const isDone = readRingBlock(view, 0, place, link, 0, batch)
          for (let index = 0; index < batch.count; index++)
            expect((batch.at[index] ?? 0) + (batch.capturedBytes[index] ?? 0)).toBeLessThanOrEqual(
              bytes.length,
            )
          if (isDone) return
        }
        throw new Error('no end')
      },
    ),
    { numRuns: 2000 },
  )
})
