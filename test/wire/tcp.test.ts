import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainStopped, isStopped } from '../../src/base/stopped.ts'
import { bytesBetween, viewOf } from '../../src/wire/bytes.ts'
import { checksum } from '../../src/wire/checksum.ts'
import {
  describeFlags,
  describeTcp,
  readTcp,
  TCP_FLAG,
  type TcpHeader,
  writeTcp,
} from '../../src/wire/tcp.ts'
import { ETHERNET, framesWith } from './frames.ts'
import { hex } from './hex.ts'

const sent = framesWith('tcp.srcport').filter(
  ({ number }) => number('ip.proto') === 6 || number('ipv6.nxt') === 6,
)

function read(view: DataView, at = 0, end = view.byteLength): TcpHeader {
  const header = readTcp(view, at, end)
  if (isStopped(header)) throw new Error(explainStopped(header))
  return header
}

const orNull = (number: number): number | null => (Number.isNaN(number) ? null : number)

test('every field and option of a whole connection is what tshark reads', () => {
  expect(sent.length).toBe(14)
  for (const { view, text, number } of sent) {
    const header = read(view, ETHERNET + (text('ipv6.src') === '' ? 20 : 40))
    const value = orNull(number('tcp.options.timestamp.tsval'))
    expect(header).toMatchObject({
      sourcePort: number('tcp.srcport'),
      destinationPort: number('tcp.dstport'),
      sequence: number('tcp.seq_raw'),
      acknowledgment: number('tcp.ack_raw'),
      headerBytes: number('tcp.hdr_len'),
      flags: number('tcp.flags'),
      window: number('tcp.window_size_value'),
      checksum: number('tcp.checksum'),
      damaged: null,
      options: {
        maximumSegmentBytes: orNull(number('tcp.options.mss_val')),
        windowShift: orNull(number('tcp.options.wscale.shift')),
        sackPermitted: text('tcp.options.sack_perm') !== '',
        timestamp: value === null ? null : { value, echo: number('tcp.options.timestamp.tsecr') },
      },
    })
  }
})

const plain = '0050 1f90 00000001 00000002'

test('SACK blocks are read as pairs of edges', () => {
  const header = read(hex(`${plain} 8010 0100 0000 0000 0101 050a 0000000a 00000014`))
  expect(header.options.sackBlocks).toEqual([[10, 20]])
  expect(header.payloadAt).toBe(32)
})

test('an option that runs past the header is reported, and those before it are kept', () => {
  const header = read(hex(`${plain} 7002 0100 0000 0000 020405b4 0822 0000`))
  expect(header.options.maximumSegmentBytes).toBe(1460)
  expect(header.damaged && explainStopped(header.damaged)).toBe(
    'tcp option at 24: needs 34 bytes, has 4',
  )
})

test('a header that is cut within its options keeps what it had', () => {
  const header = read(hex(`${plain} a002 0100 0000 0000 020405b4`))
  expect(header.options.maximumSegmentBytes).toBe(1460)
  expect(header.damaged && explainStopped(header.damaged)).toBe('tcp at 0: needs 40 bytes, has 24')
})

test.each([0, 19])('a header of %i bytes stops', (end) => {
  const result = readTcp(new DataView(new ArrayBuffer(20)), 0, end)
  expect(isStopped(result) && explainStopped(result)).toBe(`tcp at 0: needs 20 bytes, has ${end}`)
})

test('a written segment reads back and checks to zero', () => {
  const word = fc.nat(0xffff)
  const long = fc.nat(0xffffffff)
  fc.assert(
    fc.property(
      word,
      word,
      long,
      long,
      fc.nat(255),
      word,
      (sourcePort, destinationPort, sequence, acknowledgment, flags, window) => {
        const fields = { sourcePort, destinationPort, sequence, acknowledgment, flags, window }
        const bytes = writeTcp({ ...fields, maximumSegmentBytes: 1460 }, Uint8Array.of(1, 2), 77)
        const view = viewOf(bytes)
        const header = read(view)
        expect(header).toMatchObject({ ...fields, options: { maximumSegmentBytes: 1460 } })
        expect([...bytesBetween(view, header.payloadAt, view.byteLength)]).toEqual([1, 2])
        expect(checksum(view, 0, view.byteLength, 77)).toBe(0)
      },
    ),
  )
})

test('flags are written in tcpdump’s letters', () => {
  expect(describeFlags(TCP_FLAG.syn)).toBe('S')
  expect(describeFlags(TCP_FLAG.syn | TCP_FLAG.ack)).toBe('S.')
  expect(describeFlags(TCP_FLAG.psh | TCP_FLAG.ack)).toBe('P.')
  expect(describeFlags(TCP_FLAG.rst)).toBe('R')
  expect(describeFlags(0)).toBe('none')
})

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 18, maxLength: 70 }), fc.nat(15), (bytes, words) => {
      bytes[12] = words << 4
      const header = readTcp(viewOf(bytes), 0, bytes.length)
      if (!isStopped(header)) expect(describeTcp(header)).toContain('TCP')
    }),
  )
})
