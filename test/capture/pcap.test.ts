import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Epoch, PacketBatch, Tally } from '../../src/capture/packet.ts'
import { PCAP } from '../../src/capture/pcap.ts'
import { viewOf } from '../../src/wire/bytes.ts'
import { hex } from '../wire/hex.ts'
import { readWhole } from './whole.ts'

const bytesOf = (text: string): Uint8Array => {
  const view = hex(text)
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

/** As the draft draws them: magic, version 2.4, 8 unused bytes, snap length, link type. */
const LITTLE = 'd4c3b2a1 0200 0400 00000000 00000000 00000400 01000000'
const BIG = 'a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001'
const LITTLE_RECORD = '05000000 07000000 02000000 09000000 abcd'
const BIG_RECORD = '00000005 00000007 00000002 00000009 abcd'

test.each([
  ['little-endian, µs', LITTLE, LITTLE_RECORD, 7000],
  ['big-endian, µs', BIG, BIG_RECORD, 7000],
  ['little-endian, ns', LITTLE.replace('d4c3b2a1', '4d3cb2a1'), LITTLE_RECORD, 7],
  ['big-endian, ns', BIG.replace('a1b2c3d4', 'a1b23c4d'), BIG_RECORD, 7],
  [
    'Kuznetzov',
    LITTLE.replace('d4c3b2a1', '34cdb2a1'),
    `${LITTLE_RECORD.slice(0, -4)} 01000000 0800 00 00 abcd`,
    7000,
  ],
])('a file that is %s gives its packet', (kind, header, record, timeNs) => {
  const { packets, reader } = readWhole(PCAP, bytesOf(`${header} ${record} ${record}`))
  const packet = { bytes: Uint8Array.of(0xab, 0xcd), originalBytes: 9, timeNs, interfaceIndex: 0 }
  expect(packets).toEqual([packet, packet])
  expect(reader.interfaces).toEqual([
    {
      linkType: 1,
      snapBytes: 262_144,
      name: null,
      checkBytes: 0,
      bigEndian: kind.startsWith('big'),
    },
  ])
  expect(reader.epochSeconds).toBe(5)
  expect(reader.damages).toEqual([])
})

test('the upper bits of the link type tell the frame check sequence', () => {
  const file = bytesOf(LITTLE.replace('01000000', '01000024'))
  expect(readWhole(PCAP, file).reader.interfaces[0]).toMatchObject({ linkType: 1, checkBytes: 4 })
})

test('a packet past the snap length is cut to it, and a snap length of 0 cuts nothing', () => {
  const cut = bytesOf(`${LITTLE.replace('00000400', '01000000')} ${LITTLE_RECORD}`)
  expect(readWhole(PCAP, cut).packets[0]?.bytes).toEqual(Uint8Array.of(0xab))
  const none = bytesOf(`${LITTLE.replace('00000400', '00000000')} ${LITTLE_RECORD}`)
  expect(readWhole(PCAP, none).packets[0]?.bytes).toEqual(Uint8Array.of(0xab, 0xcd))
})

test('version 2.2 has its lengths the other way round', () => {
  const record = '05000000 07000000 09000000 02000000 abcd'
  const { packets } = readWhole(PCAP, bytesOf(`${LITTLE.replace('0400', '0200')} ${record}`))
  expect(packets[0]).toMatchObject({ bytes: Uint8Array.of(0xab, 0xcd), originalBytes: 9 })
})

test.each([
  ['of its file header', LITTLE.slice(0, 18), 0, /needs 24 bytes, 8 are there/],
  ['of a record header', `${LITTLE} ${LITTLE_RECORD} 0500`, 42, /needs 16 bytes, 2 are there/],
  ['of a packet', `${LITTLE} ${LITTLE_RECORD.slice(0, -2)}`, 24, /2 bytes, of which 1 are there/],
])('a file cut in the middle %s keeps what came before and says where it ends', (...row) => {
  const [, text, offset, reason] = row
  const { packets, reader } = readWhole(PCAP, bytesOf(text))
  expect(packets).toHaveLength(offset === 42 ? 1 : 0)
  expect(reader.damages).toHaveLength(1)
  expect(reader.damages[0]?.offset).toBe(offset)
  expect(reader.damages[0]?.reason).toMatch(reason)
  expect(reader.ended).toBe(true)
})

test('a record of 4 GiB ends the reading, with its offset', () => {
  const hostile = LITTLE_RECORD.replace('02000000', 'ffffffff')
  const { packets, reader } = readWhole(PCAP, bytesOf(`${LITTLE} ${LITTLE_RECORD} ${hostile}`))
  expect(packets).toHaveLength(1)
  expect(reader.damages).toEqual([
    { offset: 42, reason: expect.stringMatching(/4294967295 bytes, where 262144 are the most/) },
  ])
})

test('any pieces of any bytes give what the whole gives', () => {
  const file = fc
    .array(fc.oneof(fc.constant(bytesOf(LITTLE_RECORD)), fc.uint8Array({ maxLength: 20 })), {
      maxLength: 12,
    })
    .map((parts) => Uint8Array.from([bytesOf(LITTLE), ...parts].flatMap((part) => [...part])))
  fc.assert(
    fc.property(file, fc.infiniteStream(fc.nat(30)), fc.integer({ min: 1, max: 5 }), (...row) => {
      const [bytes, sizes, capacity] = row
      const whole = readWhole(PCAP, bytes)
      const pieces = readWhole(PCAP, bytes, () => 1 + (sizes.next().value ?? 0), capacity)
      expect(pieces.packets).toEqual(whole.packets)
      expect(pieces.reader.damages).toEqual(whole.reader.damages)
    }),
  )
})

test('no bytes make it throw', () => {
  const magic = fc.constantFrom('d4c3b2a1', 'a1b2c3d4', '4d3cb2a1', '34cdb2a1')
  fc.assert(
    fc.property(magic, fc.uint8Array({ maxLength: 200 }), (start, rest) => {
      const bytes = Uint8Array.from([...bytesOf(start), ...rest])
      expect(PCAP.sniff(viewOf(bytes), 0, bytes.length)).toBe(true)
      readWhole(PCAP, bytes)
    }),
  )
})

test('packets are counted where they lie: all, or those that are chosen by their bytes and lengths', () => {
  const record = (first: string) => `05000000 07000000 02000000 09000000 ${first}cd`
  const bytes = bytesOf(`${LITTLE} ${record('ab')} ${record('ac')} ${record('ab')} 05000000`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const told: number[][] = []
  const tallies = [
    new Tally(null),
    new Tally(({ linkType }) => (packet, at, captured, original) => {
      told.push([linkType, captured, original])
      return packet[at] === 0xab ? 1 : 0
    }),
  ]
  for (const tally of tallies) {
    const reader = PCAP.open(new Epoch())
    const batch = new PacketBatch()
    batch.tally = tally
    const end = reader.read(view, 0, bytes.length, true, batch)
    expect([end, batch.count]).toEqual([bytes.length - 4, 0])
    expect(reader.damages[0]?.reason).toContain('cut short')
  }
  expect(tallies.map(({ packets, chosen }) => [packets, chosen])).toEqual([
    [3, 3],
    [3, 2],
  ])
  expect(told).toEqual([
    [1, 2, 9],
    [1, 2, 9],
    [1, 2, 9],
  ])
})
