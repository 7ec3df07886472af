import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { explainStopped, isStopped } from '../../src/base/stopped.ts'
import { formatAddress, parseAddress } from '../../src/wire/address.ts'
import { bytesBetween, viewOf } from '../../src/wire/bytes.ts'
import { pseudoHeaderSum } from '../../src/wire/checksum.ts'
import {
  describeIcmp,
  explainIcmp,
  type IcmpMessage,
  readIcmp,
  writeEchoRequest,
} from '../../src/wire/icmp.ts'
import { readIpv4 } from '../../src/wire/ipv4.ts'
import { readIpv6 } from '../../src/wire/ipv6.ts'
import { ETHERNET, type Frame, framesWith } from './frames.ts'

const four = framesWith('icmp.type')
const six = framesWith('icmpv6.type').filter(({ number }) => number('ipv6.nxt') === 58)

function read(frame: Frame, family: 4 | 6): IcmpMessage {
  const at = ETHERNET + (family === 4 ? 20 : 40)
  const message = readIcmp(frame.view, at, frame.view.byteLength, family)
  if (isStopped(message)) throw new Error(explainStopped(message))
  return message
}

test('types, codes, checksums and MTUs are what tshark reads', () => {
  expect(four.length).toBeGreaterThan(8)
  expect(six.length).toBeGreaterThan(8)
  for (const frame of four) {
    const message = read(frame, 4)
    expect(message.type).toBe(frame.number('icmp.type'))
    expect(message.code).toBe(frame.number('icmp.code'))
    expect(message.checksum).toBe(frame.number('icmp.checksum'))
    expect(message.mtuBytes ?? 0).toBe(frame.number('icmp.mtu') || 0)
  }
  for (const frame of six) {
    const message = read(frame, 6)
    expect(message.type).toBe(frame.number('icmpv6.type'))
    expect(message.code).toBe(frame.number('icmpv6.code'))
    expect(message.checksum).toBe(frame.number('icmpv6.checksum'))
    expect(message.mtuBytes ?? 0).toBe(frame.number('icmpv6.mtu') || 0)
  }
})

test('an echo request of ping is read, and written again byte for byte', () => {
  const requests = four.filter(({ number }) => number('icmp.type') === 8)
  expect(requests.length).toBeGreaterThan(1)
  for (const frame of requests) {
    const { echo } = read(frame, 4)
    expect(echo).toEqual({ reply: false, id: frame.number('icmp.ident'), sequence: 1 })
    const sent = bytesBetween(frame.view, ETHERNET + 20, frame.view.byteLength)
    expect(writeEchoRequest(4, echo?.id ?? 0, 1, sent.slice(8))).toEqual(new Uint8Array(sent))
  }
})

test('an ICMPv6 echo request carries the checksum over its pseudo-header', () => {
  const requests = six.filter(({ number }) => number('icmpv6.type') === 128)
  expect(requests.length).toBeGreaterThan(1)
  for (const frame of requests) {
    const sent = bytesBetween(frame.view, ETHERNET + 40, frame.view.byteLength)
    const source = parseAddress(frame.text('ipv6.src'))
    const destination = parseAddress(frame.text('ipv6.dst'))
    if (source === null || destination === null) throw new Error('no address')
    const sum = pseudoHeaderSum(source, destination, 58, sent.length)
    const id = frame.number('icmpv6.echo.identifier')
    expect(writeEchoRequest(6, id, 1, sent.slice(8), sum)).toEqual(new Uint8Array(sent))
  }
})

test('an error quotes the packet that the client had sent', () => {
  const errors4 = four.filter((frame) => read(frame, 4).quotedAt !== null)
  const errors6 = six.filter((frame) => read(frame, 6).quotedAt !== null)
  expect([errors4.length, errors6.length]).toEqual([5, 5])
  for (const frame of errors4) {
    const quoted = readIpv4(frame.view, read(frame, 4).quotedAt ?? 0, frame.view.byteLength)
    expect(!isStopped(quoted) && formatAddress(quoted.source)).toBe('192.0.2.10')
  }
  for (const frame of errors6) {
    const quoted = readIpv6(frame.view, read(frame, 6).quotedAt ?? 0, frame.view.byteLength)
    expect(!isStopped(quoted) && formatAddress(quoted.source)).toBe('2001:db8:1::10')
  }
})

test('a lone echo reply quotes nothing and says no MTU', () => {
  const reply = four.find(({ number }) => number('icmp.type') === 0)
  expect(reply && read(reply, 4)).toMatchObject({
    echo: { reply: true },
    mtuBytes: null,
    quotedAt: null,
  })
})

describe('in words', () => {
  test.each([
    [4, 3, 0, 'network unreachable'],
    [4, 3, 1, 'host unreachable'],
    [4, 3, 3, 'port unreachable'],
    [4, 3, 4, 'fragmentation needed, and the packet forbids it'],
    [4, 3, 9, 'network administratively prohibited'],
    [4, 3, 10, 'host administratively prohibited'],
    [4, 3, 13, 'communication administratively prohibited'],
    [4, 3, 99, 'destination unreachable, code 99'],
    [4, 11, 0, 'time to live exceeded in transit'],
    [4, 200, 1, 'type 200, code 1'],
    [6, 1, 0, 'no route to destination'],
    [6, 1, 1, 'communication administratively prohibited'],
    [6, 1, 3, 'address unreachable'],
    [6, 1, 4, 'port unreachable'],
    [6, 1, 5, 'source address failed ingress or egress policy'],
    [6, 1, 6, 'route to destination rejected'],
    [6, 2, 0, 'packet too big'],
    [6, 3, 0, 'hop limit exceeded in transit'],
  ] as const)('IPv%i %i/%i is “%s”', (family, type, code, words) => {
    expect(explainIcmp(family, type, code)).toBe(words)
  })

  test('the router of the recording names its MTU', () => {
    const told = [...four.map((frame) => read(frame, 4)), ...six.map((frame) => read(frame, 6))]
    const lines = told.filter(({ mtuBytes }) => mtuBytes !== null).map(describeIcmp)
    expect(lines).toEqual([
      'ICMP 3/4: fragmentation needed, and the packet forbids it, MTU 1400',
      'ICMPv6 2/0: packet too big, MTU 1400',
    ])
  })
})

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), fc.constantFrom(4, 6), (bytes, family) => {
      const message = readIcmp(viewOf(bytes), 0, bytes.length, family)
      expect(isStopped(message)).toBe(bytes.length < 8)
      if (!isStopped(message)) expect(describeIcmp(message)).not.toContain('undefined')
    }),
  )
})
