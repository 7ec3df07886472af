import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  readDatagramArrival,
  readEchoArrival,
  readIcmpArrival,
  readQueuedArrival,
  readTcpArrival,
} from '../../../src/diagnose/trace/arrival.ts'
import {
  protocolNumber,
  type TraceProtocol,
  writeProbe,
} from '../../../src/diagnose/trace/probe.ts'
import { joinBytes, viewOf } from '../../../src/wire/bytes.ts'
import { writeIpv4 } from '../../../src/wire/ipv4.ts'
import { writeIpv6 } from '../../../src/wire/ipv6.ts'
import { TCP_FLAG, writeTcp } from '../../../src/wire/tcp.ts'
import { flowOf } from './flow.ts'

const SENDER = { from: '10.9.3.2', ttl: 62 }
const TARGET = { from: '10.9.10.2', ttl: 55 }

/** The error that a router sends for the probe with this number. */
function error(
  protocol: TraceProtocol,
  family: 4 | 6,
  type: number,
  code: number,
  number: number,
): Uint8Array {
  const flow = flowOf(protocol, family)
  const { source, destination } = flow
  const probe = writeProbe(flow, number, 80)
  const inner = protocolNumber(protocol, family)
  const packet =
    family === 4
      ? writeIpv4({ source, destination, ttl: 1, protocol: inner, id: number }, probe)
      : writeIpv6({ source, destination, hopLimit: 1, nextHeader: inner }, probe)
  return joinBytes(Uint8Array.of(type, code, 0, 0, 0, 0, 5, 0x78), packet)
}

const PROTOCOLS = ['udp', 'icmp', 'tcp'] as const

describe.each(PROTOCOLS)('%s', (protocol) => {
  test.each([
    [4, 11, 0],
    [6, 3, 0],
  ] as const)(
    'in IPv%i, hops that are used up tell the router and the probe',
    (family, type, code) => {
      const bytes = error(protocol, family, type, code, 77)
      const read = readIcmpArrival(flowOf(protocol, family), viewOf(bytes), 0, bytes.length, SENDER)
      expect(read).toEqual({
        number: 77,
        reply: {
          ...{ kind: 'expired', from: SENDER.from, ttl: 62, says: null, sign: null },
          ...{ mtuBytes: null, rewritten: [], labels: [] },
        },
      })
    },
  )

  test('a packet that is too large comes with what fits', () => {
    const bytes = error(protocol, 4, 3, 4, 5)
    const read = readIcmpArrival(flowOf(protocol, 4), viewOf(bytes), 0, bytes.length, SENDER)
    expect(read?.reply).toMatchObject({ kind: 'too-big', mtuBytes: 0x578 })
  })

  test('any bytes are for this trace or not, and nothing throws', () => {
    const whole = error(protocol, 4, 11, 0, 9)
    const flow = flowOf(protocol, 4)
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 })
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      damage.map((changes) => {
        const bytes = Uint8Array.from(whole)
        for (const [at, value] of changes) bytes[at] = value
        return bytes
      }),
    )
    const told = { type: 11, code: 0, mtuBytes: null }
    fc.assert(
      fc.property(any, fc.nat(200), (bytes, cut) => {
        const view = viewOf(bytes)
        const end = Math.min(cut, bytes.length)
        const found = [
          readIcmpArrival(flow, view, 0, end, SENDER),
          readEchoArrival(flow, view, 0, end, TARGET),
          readTcpArrival(flow, view, 0, end, TARGET),
          readDatagramArrival(flow, view, 0, end, TARGET),
          readQueuedArrival(flow, view, 0, end, told, SENDER),
        ]
        for (const one of found) if (one) expect(one.number).toBeLessThanOrEqual(0xffff)
      }),
    )
  })
})

test('an echo reply is an arrival, and a request of somebody is not', () => {
  const flow = flowOf('icmp', 4)
  const request = writeProbe(flow, 8, 60)
  const reply = Uint8Array.from(request)
  reply[0] = 0
  expect(readIcmpArrival(flow, viewOf(reply), 0, reply.length, TARGET)).toMatchObject({
    number: 8,
    reply: { kind: 'arrived', from: '10.9.10.2', ttl: 55 },
  })
  expect(readIcmpArrival(flow, viewOf(request), 0, request.length, TARGET)).toBeNull()
  expect(readEchoArrival(flow, viewOf(request), 0, request.length, TARGET)).toBeNull()
})

/** What the target says to the SYN with the number 300. */
function segment(flags: number, from: number, acknowledged: number): Uint8Array {
  const fields = { sourcePort: from, destinationPort: 61_000, sequence: 1, flags }
  return writeTcp({ ...fields, acknowledgment: acknowledged }, new Uint8Array(), 0)
}
const { syn, ack, rst } = TCP_FLAG
const ACKNOWLEDGED = (0xa1b20000 | 300) + 1

test.each([
  ['SYN-ACK', syn | ack, 80, ACKNOWLEDGED, TARGET.from, 300],
  ['reset', rst | ack, 80, ACKNOWLEDGED, TARGET.from, 300],
  ['reset of another port', rst | ack, 81, ACKNOWLEDGED, TARGET.from, null],
  ['SYN-ACK of another host', syn | ack, 80, ACKNOWLEDGED, '10.9.9.9', null],
  ['acknowledgment of other data', ack, 80, ACKNOWLEDGED, TARGET.from, null],
  ['SYN-ACK to somebody else', syn | ack, 80, 5, TARGET.from, null],
])('a %s', (_, flags, port, acknowledged, from, number) => {
  const bytes = segment(flags, port, acknowledged >>> 0)
  const read = readTcpArrival(flowOf('tcp', 4), viewOf(bytes), 0, bytes.length, { from, ttl: 55 })
  expect(read?.number ?? null).toBe(number)
})

test('an error that quotes only the header of UDP is of this trace, but not of which probe', () => {
  const flow = flowOf('udp', 4)
  const told = { type: 11, code: 0, mtuBytes: null }
  const none = new Uint8Array(0)
  expect(readQueuedArrival(flow, viewOf(none), 0, 0, told, SENDER)?.number).toBe(0)
  const payload = writeProbe(flow, 12, 60).subarray(8)
  expect(readQueuedArrival(flow, viewOf(payload), 0, payload.length, told, SENDER)?.number).toBe(12)
  const other = writeProbe({ ...flow, mark: 1 }, 12, 60).subarray(8)
  expect(readQueuedArrival(flow, viewOf(other), 0, other.length, told, SENDER)).toBeNull()
})

test('a datagram of the target tells which probe it answers only if it repeats it', () => {
  const flow = flowOf('udp', 4)
  const payload = writeProbe(flow, 12, 60).subarray(8)
  expect(readDatagramArrival(flow, viewOf(payload), 0, payload.length, TARGET).number).toBe(12)
  const other = Uint8Array.of(1, 2, 3)
  expect(readDatagramArrival(flow, viewOf(other), 0, 3, TARGET)).toMatchObject({
    number: 0,
    reply: { kind: 'arrived' },
  })
})
