import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PCAPNG } from '../../src/capture/pcapng.ts'
import { bytesBetween, joinBytes } from '../../src/wire/bytes.ts'
import { hex } from '../wire/hex.ts'
import { readWhole } from './whole.ts'

const bytesOf = (text: string): Uint8Array => {
  const view = hex(text)
  return bytesBetween(view, 0, view.byteLength)
}

/** As §4 draws them: a section, an interface of Ethernet, and a packet of two bytes at 5.000007 s. */
const SECTION = '0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c'
const INTERFACE = '00000001 00000014 0001 0000 00040000 00000014'
const PACKET = '00000006 00000024 00000000 00000000 004c4b47 00000002 00000009 abcd0000 00000024'
const packet = {
  bytes: Uint8Array.of(0xab, 0xcd),
  originalBytes: 9,
  timeNs: 7000,
  interfaceIndex: 0,
}

/** The same file in the other byte order, field for field. */
const LITTLE =
  '0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000' +
  '01000000 14000000 0100 0000 00000400 14000000' +
  '06000000 24000000 00000000 00000000 474b4c00 02000000 09000000 abcd0000 24000000'

test.each([
  ['big', SECTION + INTERFACE + PACKET],
  ['little', LITTLE],
])('a section in %s-endian order gives its packet', (order, text) => {
  const { packets, reader } = readWhole(PCAPNG, bytesOf(text))
  expect(packets).toEqual([packet])
  expect(reader.interfaces).toEqual([
    { linkType: 1, snapBytes: 262_144, name: null, checkBytes: 0, bigEndian: order === 'big' },
  ])
  expect(reader.epochSeconds).toBe(5)
  expect(reader.damages).toEqual([])
})

test('sections of both orders in one file keep their interfaces apart', () => {
  const { packets, reader } = readWhole(PCAPNG, bytesOf(SECTION + INTERFACE + PACKET + LITTLE))
  expect(packets).toEqual([packet, { ...packet, interfaceIndex: 1 }])
  expect(reader.interfaces).toHaveLength(2)
})

const resolution = (value: string): string =>
  `00000001 00000020 0001 0000 00040000 0009 0001 ${value}000000 0000 0000 00000020`
const timed = (high: string, low: string): string =>
  PACKET.replace('00000000 004c4b47', `${high} ${low}`)

test.each([
  // 1,700,000,000.123456789 s in nanoseconds is 0x1797_9cfe_3d85_cd15.
  ['nanoseconds', '09', '17979cfe', '3d85cd15', 1_700_000_000, 123_456_789],
  ['picoseconds', '0c', '00000001', '23456789', 0, 4_886_718],
  ['2⁻²⁰ seconds', '94', '00000000', '00180000', 1, 500_000_000],
  ['seconds', '00', '00000000', '6553f100', 1_700_000_000, 0],
])('times in %s keep what they tell', (_, value, high, low, seconds, timeNs) => {
  const file = bytesOf(SECTION + resolution(value) + timed(high, low))
  const { packets, reader } = readWhole(PCAPNG, file)
  expect([reader.epochSeconds, packets[0]?.timeNs]).toEqual([seconds, timeNs])
})

test('a time offset is added, and a resolution beyond all sense is survived', () => {
  const offset =
    '00000001 00000024 0001 0000 00040000 000e 0008 ffffffffffffffff 0000 0000 00000024'
  const moved = readWhole(PCAPNG, bytesOf(SECTION + offset + PACKET))
  expect([moved.reader.epochSeconds, moved.packets[0]?.timeNs]).toEqual([4, 7000])
  for (const value of ['7f', 'ff']) {
    const { packets } = readWhole(PCAPNG, bytesOf(SECTION + resolution(value) + PACKET))
    expect(packets).toHaveLength(1)
    expect(packets[0]?.timeNs).not.toBeNaN()
  }
})

test('simple packets, obsolete ones and blocks of no interest are read and passed over', () => {
  const simple = '00000003 00000014 00000002 abcd0000 00000014'
  const obsolete = PACKET.replace('00000006', '00000002').replace('00000000', '00000003')
  const secrets = '0000000a 00000014 544c534b 00000000 00000014'
  const custom = '00000bad 00000010 00001234 00000010'
  const file = SECTION + INTERFACE + obsolete + secrets + custom + simple
  const { packets, reader } = readWhole(PCAPNG, bytesOf(file))
  expect(packets).toEqual([packet, { ...packet, originalBytes: 2 }])
  expect(reader.damages).toEqual([])
})

test('statistics tell what was dropped, the last ones of an interface', () => {
  const statistics = (drops: string): string =>
    '00000005 00000040 00000000 0000000000000000 0004 0008 0000000000000064' +
    `0005 0008 00000000000000${drops} 0007 0008 0000000000000002 0000 0000 00000040`
  const text = SECTION + INTERFACE + statistics('01') + statistics('05')
  expect(readWhole(PCAPNG, bytesOf(text)).reader.statistics).toEqual([
    { interfaceIndex: 0, receivedPackets: 100, interfaceDrops: 5, systemDrops: 2 },
  ])
})

test.each([
  ['of no length', '00000006 00000000 00000000', /0 bytes: it needs 12/],
  ['of no multiple of 4', '00000006 0000000d 00000000 00', /13 bytes.*multiple of 4/],
  ['whose two lengths differ', PACKET.replace(/24$/, '28'), /36 bytes at its beginning and 40/],
  ['that is cut off', PACKET.slice(0, 30), /cut short: a block of 36 bytes, of which 13/],
  ['of 4 GiB of no interest', '00000bad fffffffc 00000000', /cut short: 4294967280 bytes of a/],
  ['of 4 GiB that should be a packet', '00000006 fffffffc 00000000', /passed over: too long/],
])('a block %s ends the reading, with its offset and the packets before it', (...row) => {
  const [, text, reason] = row
  const { packets, reader } = readWhole(PCAPNG, bytesOf(SECTION + INTERFACE + PACKET + text))
  expect(packets).toEqual([packet])
  expect(reader.damages[0]?.offset).toBeGreaterThanOrEqual(28 + 20 + 36)
  expect(reader.damages[0]?.reason).toMatch(reason)
  expect(reader.ended).toBe(true)
})

test.each([
  ['of an interface that was not told of', PACKET.replace('00000000', '00000001'), /interface 1/],
  ['longer than its block', PACKET.replace('00000002', 'ffffffff'), /4294967295 bytes in a block/],
])('a packet %s is passed over, and the next one read', (_, text, reason) => {
  const { packets, reader } = readWhole(PCAPNG, bytesOf(SECTION + INTERFACE + text + PACKET))
  expect(packets).toEqual([packet])
  expect(reader.damages).toEqual([{ offset: 48, reason: expect.stringMatching(reason) }])
})

const BLOCKS = [SECTION, INTERFACE, PACKET, resolution('09')].map(bytesOf)

test('any pieces of any bytes give what the whole gives, and nothing throws', () => {
  const part = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...BLOCKS) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
    {
      weight: 2,
      arbitrary: fc.tuple(fc.constantFrom(...BLOCKS), fc.nat(), fc.nat(255)).map(spoilt),
    },
  )
  const file = fc
    .array(part, { maxLength: 10 })
    .map((parts) => joinBytes(...BLOCKS.slice(0, 2), ...parts))
  const sizes = fc.infiniteStream(fc.nat(60))
  fc.assert(
    fc.property(file, sizes, fc.integer({ min: 1, max: 5 }), (bytes, stream, capacity) => {
      const whole = readWhole(PCAPNG, bytes)
      const pieces = readWhole(PCAPNG, bytes, () => 1 + (stream.next().value ?? 0), capacity)
      expect(pieces.packets).toEqual(whole.packets)
      expect(pieces.reader.damageCount).toBe(whole.reader.damageCount)
      expect(pieces.reader.interfaces).toEqual(whole.reader.interfaces)
    }),
    { numRuns: 500 },
  )
})

/** A block with one byte of it changed. */
function spoilt([block, place, value]: readonly [Uint8Array, number, number]): Uint8Array {
  const bytes = block.slice()
  bytes[place % bytes.length] = value
  return bytes
}
