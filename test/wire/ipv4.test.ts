import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainStopped, isStopped } from '../../src/base/stopped.ts'
import { formatAddress, parseAddress } from '../../src/wire/address.ts'
import { bytesBetween, viewOf } from '../../src/wire/bytes.ts'
import { checksum } from '../../src/wire/checksum.ts'
import { describeIpv4, type Ipv4Header, readIpv4, writeIpv4 } from '../../src/wire/ipv4.ts'
import { ETHERNET, type Frame, framesWith } from './frames.ts'
import { hex } from './hex.ts'

const sent = framesWith('ip.src')

function read(frame: Frame): Ipv4Header {
  const header = readIpv4(frame.view, ETHERNET, frame.view.byteLength)
  if (isStopped(header)) throw new Error(explainStopped(header))
  return header
}

test('every field is what tshark reads', () => {
  expect(sent.length).toBeGreaterThan(10)
  for (const frame of sent) {
    const header = read(frame)
    expect(header).toMatchObject({
      headerBytes: frame.number('ip.hdr_len'),
      totalBytes: frame.number('ip.len'),
      id: frame.number('ip.id'),
      dontFragment: frame.text('ip.flags.df') === '1',
      fragmentOffsetBytes: frame.number('ip.frag_offset') * 8,
      ttl: frame.number('ip.ttl'),
      protocol: frame.number('ip.proto'),
      checksum: frame.number('ip.checksum'),
    })
    expect((header.dscp << 2) | header.ecn).toBe(frame.number('ip.dsfield'))
    expect(formatAddress(header.source)).toBe(frame.text('ip.src'))
    expect(formatAddress(header.destination)).toBe(frame.text('ip.dst'))
  }
})

test('what Linux sent is written again byte for byte', () => {
  for (const frame of sent) {
    const header = read(frame)
    const payload = bytesBetween(frame.view, header.payloadAt, header.payloadEnd)
    const packet = bytesBetween(frame.view, ETHERNET, header.payloadEnd)
    expect(writeIpv4(header, payload)).toEqual(new Uint8Array(packet))
  }
})

test.each([0, 1, 19])('a header of %i bytes stops', (end) => {
  const result = readIpv4(new DataView(new ArrayBuffer(20)), 0, end)
  expect(isStopped(result) && explainStopped(result)).toBe(`ipv4 at 0: needs 20 bytes, has ${end}`)
})

test('a header length that the bytes do not hold stops', () => {
  const options = hex('4f00 003c 0000 0000 4001 0000 c0000201 c0000202')
  const result = readIpv4(options, 0, 20)
  expect(isStopped(result) && explainStopped(result)).toBe('ipv4 at 0: needs 60 bytes, has 20')
})

test('padding after the packet is not payload, and a length of zero means all there is', () => {
  const bytes = writeIpv4(
    { ttl: 1, protocol: 17, source: address('192.0.2.1'), destination: address('192.0.2.2') },
    new Uint8Array(3),
  )
  const padded = viewOf(Uint8Array.from([...bytes, 0, 0, 0]))
  expect(readIpv4(padded, 0, padded.byteLength)).toMatchObject({ payloadAt: 20, payloadEnd: 23 })
  padded.setUint16(2, 0)
  expect(readIpv4(padded, 0, padded.byteLength)).toMatchObject({ payloadEnd: 26 })
})

function address(text: string): NonNullable<ReturnType<typeof parseAddress>> {
  const parsed = parseAddress(text)
  if (parsed === null) throw new Error(text)
  return parsed
}

test('a written header checks to zero and reads back', () => {
  const four = fc.uint8Array({ minLength: 4, maxLength: 4 })
  fc.assert(
    fc.property(
      four,
      four,
      fc.nat(255),
      fc.nat(255),
      fc.nat(63),
      (from, to, ttl, protocol, dscp) => {
        const source = { family: 4, bytes: from, zone: null } as const
        const destination = { family: 4, bytes: to, zone: null } as const
        const fields = {
          source,
          destination,
          ttl,
          protocol,
          dscp,
          ecn: 2,
          id: 7,
          dontFragment: true,
        }
        const view = viewOf(writeIpv4(fields, new Uint8Array(5)))
        expect(checksum(view, 0, 20)).toBe(0)
        expect(readIpv4(view, 0, view.byteLength)).toMatchObject(fields)
      },
    ),
  )
})

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      const header = readIpv4(viewOf(bytes), 0, bytes.length)
      if (!isStopped(header)) expect(describeIpv4(header)).toContain(' > ')
    }),
  )
})
