import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readFrame, readPacket } from '../../src/wire/frame.ts'
import { HEADER_NOTE, Headers } from '../../src/wire/headers.ts'
import { LINK_TYPE } from '../../src/wire/link-type.ts'
import { ETHERNET, type Frame, frames, framesWith } from './frames.ts'
import { headersOf, SYN, SYN_4, SYN_6 } from './header-of.ts'
import { hex } from './hex.ts'

function read(view: DataView): Headers {
  const headers = new Headers()
  readFrame(view, 0, view.byteLength, view.byteLength, LINK_TYPE.ethernet, headers)
  return headers
}

/** An error quotes another packet; tshark lists its fields too, after the frame's own. */
const quotes = ({ number }: Frame): boolean =>
  number('icmp.type') === 3 || number('icmp.type') === 11 || number('icmpv6.type') < 128

test('TCP fields are what tshark reads', () => {
  for (const { view, number } of framesWith('tcp.srcport').filter((frame) => !quotes(frame))) {
    const headers = read(view)
    expect(headers).toMatchObject({
      protocol: 6,
      sourcePort: number('tcp.srcport'),
      destinationPort: number('tcp.dstport'),
      sequence: number('tcp.seq_raw') | 0,
      acknowledgment: number('tcp.ack_raw') | 0,
      flags: number('tcp.flags'),
      window: number('tcp.window_size_value'),
      notes: 0,
    })
    expect(headers.payloadAt - headers.transportAt).toBe(number('tcp.hdr_len'))
  }
})

test('UDP ports and the length of the datagram are what tshark reads', () => {
  expect(framesWith('udp.srcport').length).toBeGreaterThan(0)
  for (const { view, number } of framesWith('udp.srcport').filter((frame) => !quotes(frame))) {
    expect(read(view)).toMatchObject({
      protocol: 17,
      sourcePort: number('udp.srcport'),
      destinationPort: number('udp.dstport'),
      payloadBytes: number('udp.length') - 8,
    })
  }
})

test('the fields of IP are what tshark reads', () => {
  for (const { view, number } of framesWith('ip.src')) {
    expect(read(view)).toMatchObject({
      ipVersion: 4,
      networkAt: ETHERNET,
      hopLimit: number('ip.ttl'),
      identification: number('ip.id'),
      protocol: number('ip.proto'),
      sourceAddressAt: ETHERNET + 12,
    })
  }
  for (const { view, number } of framesWith('ipv6.src')) {
    expect(read(view)).toMatchObject({
      ipVersion: 6,
      hopLimit: number('ipv6.hlim'),
      trafficClass: number('ipv6.tclass'),
      identification: -1,
      destinationAddressAt: ETHERNET + 24,
    })
  }
})

test("an echo's identifier is what tshark reads", () => {
  for (const { view, number } of framesWith('icmp.ident').filter((frame) => !quotes(frame))) {
    expect(read(view).identifier).toBe(number('icmp.ident'))
  }
  for (const { view, number } of framesWith('icmpv6.echo.identifier').filter(
    (one) => !quotes(one),
  )) {
    expect(read(view).identifier).toBe(number('icmpv6.echo.identifier'))
  }
})

test('ARP has an EtherType and no IP', () => {
  for (const { view } of framesWith('arp.opcode')) {
    expect(read(view)).toMatchObject({ etherType: 0x0806, ipVersion: 0, protocol: -1, notes: 0 })
  }
})

test('a packet without a link layer is read by its first four bits', () => {
  for (const [digits, ipVersion] of [[SYN_4, 4] as const, [SYN_6, 6] as const]) {
    const view = hex(digits)
    const headers = new Headers()
    readPacket(view, 0, view.byteLength, view.byteLength, headers)
    expect(headers).toMatchObject({ ...SYN, ipVersion, etherAt: -1 })
    for (const linkType of [LINK_TYPE.raw, ipVersion === 4 ? LINK_TYPE.ipv4 : LINK_TYPE.ipv6]) {
      expect(headersOf(digits, linkType)).toMatchObject({ ...SYN, ipVersion })
    }
  }
})

test('a frame that was captured shorter keeps the length that it had', () => {
  const view = hex(SYN_4)
  const headers = new Headers()
  view.setUint16(2, 1500)
  readFrame(view, 0, view.byteLength, 1500, LINK_TYPE.raw, headers)
  expect(headers).toMatchObject({ notes: HEADER_NOTE.truncated, payloadBytes: 1460 })
  expect(headers.payloadEnd - headers.payloadAt).toBe(0)
})

test('a link type that is not read is noted, and nothing else is', () => {
  expect(headersOf(SYN_4, 189)).toMatchObject({
    notes: HEADER_NOTE.unknownLink,
    ipVersion: 0,
    etherType: 0,
  })
})

test('one record serves all frames: nothing of the last one stays', () => {
  const reused = new Headers()
  for (const { view } of [...frames, ...frames.toReversed()]) {
    readFrame(view, 0, view.byteLength, view.byteLength, LINK_TYPE.ethernet, reused)
    expect({ ...reused, view: null }).toEqual({ ...read(view), view: null })
  }
})

test('no bytes make it throw or read past their end', () => {
  const linkType = fc.constantFrom(...Object.values(LINK_TYPE), 147)
  const headers = new Headers()
  // A view that has nothing behind its end: whoever reads on there throws.
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), linkType, fc.nat(200), (bytes, type, more) => {
      const view = new DataView(bytes.slice().buffer)
      readFrame(view, 0, bytes.length, bytes.length + more, type, headers)
      expect(headers.payloadAt).toBeLessThanOrEqual(Math.max(headers.payloadEnd, bytes.length))
    }),
    { numRuns: 3000 },
  )
})

test('real frames with bytes changed or cut off make it neither throw nor read past their end', () => {
  const change = fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 6 })
  const headers = new Headers()
  fc.assert(
    fc.property(fc.constantFrom(...frames), change, fc.nat(150), ({ view }, changes, keep) => {
      const bytes = new Uint8Array(view.buffer).slice(0, keep)
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
      readFrame(new DataView(bytes.buffer), 0, bytes.length, view.byteLength, 1, headers)
      expect(headers.payloadEnd).toBeLessThanOrEqual(bytes.length)
    }),
    { numRuns: 3000 },
  )
})
