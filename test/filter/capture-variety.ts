/** Captures of each link type with packets of many kinds, as files of pcap that tcpdump reads. */

import { bytesOf, type Carried, packetVariety, u16, u32 } from './packet-variety.ts'

/** A packet as it lies in a file; `wireBytes` is how long it was before it was cut. */
export type Packet = { readonly bytes: Uint8Array; readonly wireBytes: number }

/** A capture before it is written. */
export type Capture = {
  readonly name: string
  readonly linkType: number
  readonly bigEndian: boolean
  readonly packets: readonly Packet[]
}

const A = '020000000001'
const B = '020000000002'
const ALL = 'ffffffffffff'
const GROUP = '01005e0000fb'

const isIp = ({ type }: Carried): boolean => type === 0x0800 || type === 0x86dd
const typeOrLength = ({ type, bytes }: Carried): number[] => u16(type ?? bytes.length)

/** Every sixth is cut somewhere, so that loads beyond the end occur. */
function cut(frames: readonly Uint8Array[]): Packet[] {
  return frames.flatMap((bytes, index) => {
    const whole = { bytes, wireBytes: bytes.length }
    if (index % 6 !== 0) return [whole]
    const most = Math.min(bytes.length, 12 + ((index * 7) % 40))
    return [whole, { bytes: bytes.slice(0, most), wireBytes: bytes.length }]
  })
}

function ethernet(carried: readonly Carried[]): Uint8Array[] {
  return carried.map((each, index) => {
    const destination = [B, B, ALL, A, GROUP, '333300000001'][index % 6] ?? B
    const source = index % 4 === 3 ? B : A
    return bytesOf(destination, source, typeOrLength(each), each.bytes)
  })
}

/** BSD's families of IPv4 and IPv6; the rest is something else. */
const family = ({ type }: Carried, index: number): number =>
  type === 0x0800 ? 2 : type === 0x86dd ? ([24, 28, 30, 10][index % 4] ?? 24) : 23

const swapped = (value: number): number => ((value & 0xff) << 24) >>> 0

const cookedType = ({ type }: Carried, index: number): number => type ?? (index % 3 === 0 ? 1 : 4)

/** To us, broadcast, multicast, to others, from us. */
const packetType = (index: number): number => index % 5

function ppp(carried: readonly Carried[]): Uint8Array[] {
  const numbers = new Map<number | null, number>([
    [0x0800, 0x21],
    [0x86dd, 0x57],
    [0x8847, 0x281],
    [0x8137, 0x2b],
    [0x6003, 0x27],
    [0x809b, 0x29],
    [null, 0x23],
  ])
  return carried.map((each, index) => {
    const { bytes } = each
    const osi = each.type === null && bytes[0] === 0xfe
    return bytesOf(
      index % 7 === 0 ? '0003' : 'ff03',
      u16(numbers.get(each.type) ?? 0xc021),
      osi ? bytes.slice(3) : bytes,
    )
  })
}

/** An LLC header, or LLC and SNAP before an EtherType. */
const llc = ({ type, bytes }: Carried): Uint8Array =>
  type === null ? bytes : bytesOf('aaaa03000000', u16(type), bytes)

function wifi(carried: readonly Carried[]): Uint8Array[] {
  const addresses = [A, B, '020000000003', '020000000004', ALL, GROUP]
  const address = (index: number): string => addresses[index % addresses.length] ?? A
  const data = carried.map((each, index) => {
    const direction = index % 4
    const qos = index % 3 === 0
    const four = direction === 3
    return bytesOf(
      qos ? 0x88 : 0x08,
      direction,
      '0000',
      address(index),
      address(index + 1),
      address(index + 2),
      '1000',
      four ? address(index + 3) : '',
      qos ? '0000' : '',
      llc(each),
    )
  })
  const management = [0x00, 0x10, 0x40, 0x50, 0x80, 0x90, 0xa0, 0xb0, 0xc0].map((first, index) =>
    bytesOf(
      first,
      0,
      '0000',
      address(index),
      address(index + 1),
      address(index + 2),
      '1000',
      new Uint8Array(30),
    ),
  )
  const control = [0xa4, 0xb4, 0xc4, 0xd4, 0xe4, 0xf4].map((first, index) =>
    bytesOf(first, 0, '0000', address(index), address(index + 1)),
  )
  const odd = [0x48, 0xc8, 0x98, 0x0c, 0x4c].map((first, index) =>
    bytesOf(first, index, '0000', A, B, address(index), '1000', new Uint8Array(20)),
  )
  return [...management, ...control, ...odd, ...data]
}

/** Radiotap headers: none of the fields, flags, time and flags, flags that tell of padding, more words, longer ones. */
function radiotap(frames: readonly Uint8Array[]): Uint8Array[] {
  const headers = [
    '0000 0800 00000000',
    '0000 0900 02000000 00',
    '0000 0900 02000000 20',
    '0000 1100 03000000 0000000000000000 00',
    '0000 1100 03000000 0000000000000000 20',
    '0000 0e00 02000080 02000000 2000',
    `0000 2401 00000000 ${'00'.repeat(0x124 - 8)}`,
  ]
  return frames.map((frame, index) => bytesOf(headers[index % headers.length] ?? '', frame))
}

/** One capture of each link type. */
export function captureVariety(): Capture[] {
  const all = packetVariety()
  const ip = all.filter(isIp)
  const frames = wifi(all.filter((_, index) => index % 2 === 0))
  const capture = (
    name: string,
    linkType: number,
    packets: readonly Uint8Array[],
    bigEndian = false,
  ): Capture => {
    return { name, linkType, bigEndian, packets: cut(packets) }
  }
  const loopback = (order: (value: number) => number): Uint8Array[] =>
    all.map((each, index) => bytesOf(u32(order(family(each, index))), each.bytes))
  return [
    capture('ethernet', 1, ethernet(all)),
    capture(
      'raw',
      101,
      ip.map(({ bytes }) => bytes),
    ),
    capture(
      'ipv4',
      228,
      ip.map(({ bytes }) => bytes),
    ),
    capture(
      'ipv6',
      229,
      ip.map(({ bytes }) => bytes),
    ),
    capture('null', 0, loopback(swapped)),
    capture(
      'null-big-endian',
      0,
      loopback((value) => value),
      true,
    ),
    capture(
      'loop',
      108,
      loopback((value) => value),
    ),
    capture(
      'sll',
      113,
      all.map((each, index) =>
        bytesOf(
          u16(packetType(index)),
          '0001 0006',
          index % 2 === 0 ? A : B,
          '0000',
          u16(cookedType(each, index)),
          each.bytes,
        ),
      ),
    ),
    capture(
      'sll2',
      276,
      all.map((each, index) =>
        bytesOf(
          u16(cookedType(each, index)),
          '0000',
          u32(1 + (index % 3)),
          '0001',
          packetType(index),
          '06',
          index % 2 === 0 ? A : B,
          '0000',
          each.bytes,
        ),
      ),
    ),
    capture('ppp', 9, ppp(all)),
    capture('wifi', 105, frames),
    capture('radiotap', 127, radiotap(frames)),
  ]
}

/** The capture as a file; each packet's second is its index. */
export function writeCapture({ linkType, bigEndian, packets }: Capture): Uint8Array {
  const word = (value: number): number[] => (bigEndian ? u32(value) : u32(value).toReversed())
  const half = (value: number): number[] => (bigEndian ? u16(value) : u16(value).toReversed())
  const head = bytesOf(
    word(0xa1b2_c3d4),
    half(2),
    half(4),
    word(0),
    word(0),
    word(262_144),
    word(linkType),
  )
  return Buffer.concat([
    head,
    ...packets.map(({ bytes, wireBytes }, index) =>
      bytesOf(word(index), word(0), word(bytes.length), word(wireBytes), bytes),
    ),
  ])
}
