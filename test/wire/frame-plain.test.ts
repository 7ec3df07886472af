import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Epoch, PacketBatch } from '../../src/capture/packet.ts'
import { PCAP } from '../../src/capture/pcap.ts'
import { readLayers } from '../../src/wire/frame.ts'
import { readPlainFrame } from '../../src/wire/frame-plain.ts'
import { Headers } from '../../src/wire/headers.ts'
import { LINK_TYPE } from '../../src/wire/link-type.ts'

const folder = join(import.meta.dirname, '../capture/data')

/** Every frame of Ethernet in the captures of the tests. */
const frames: Uint8Array[] = readdirSync(folder)
  .filter((name) => name.endsWith('.pcap'))
  .flatMap((name) => {
    const bytes = new Uint8Array(readFileSync(join(folder, name)))
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const batch = new PacketBatch(100_000)
    if (!PCAP.sniff(view, 0, bytes.length)) return []
    const reader = PCAP.open(new Epoch())
    reader.read(view, 0, bytes.length, true, batch)
    if (reader.interfaces[0]?.linkType !== LINK_TYPE.ethernet) return []
    return Array.from({ length: batch.count }, (_, index) => {
      const at = batch.at[index] ?? 0
      return bytes.slice(at, at + (batch.capturedBytes[index] ?? 0))
    })
  })

/** Both readings of `frame` as it lies between other bytes, cut to `length`; null where it is not a plain one. */
function readBoth(frame: Uint8Array, length: number, originalBytes: number) {
  const bytes = new Uint8Array(frame.length + 16).fill(0xa5)
  bytes.set(frame, 8)
  const view = new DataView(bytes.buffer)
  const [plain, layers] = [new Headers(), new Headers()]
  plain.vlan = layers.vlan = 7
  if (!readPlainFrame(view, 8, 8 + length, originalBytes, plain)) return null
  readLayers(view, 8, 8 + length, originalBytes, LINK_TYPE.ethernet, layers)
  return { plain, layers }
}

test('most frames of TCP are plain, and read as they are layer by layer', () => {
  let plain = 0
  for (const frame of frames) {
    const both = readBoth(frame, frame.length, frame.length)
    if (both === null) continue
    plain++
    expect(both.plain).toEqual(both.layers)
  }
  expect(plain).toBeGreaterThan(frames.length / 3)
})

test('damaged and cut ones read as they are layer by layer, or are left', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...frames),
      fc.array(fc.tuple(fc.integer({ min: 12, max: 60 }), fc.integer({ min: 0, max: 255 })), {
        maxLength: 3,
      }),
      fc.nat({ max: 40 }),
      fc.nat({ max: 40 }),
      (frame, changes, cut, missing) => {
        const damaged = frame.slice()
        for (const [at, byte] of changes) damaged[at] = byte
        const length = Math.max(0, damaged.length - cut)
        const both = readBoth(damaged, length, length + missing)
        if (both !== null) expect(both.plain).toEqual(both.layers)
      },
    ),
    { numRuns: 5000 },
  )
})
