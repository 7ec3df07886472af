import { expect, test } from 'vitest'
import { type Flow, protocolNumber, writeProbe } from '../../../src/diagnose/trace/probe.ts'
import { isTranslation, rewritings } from '../../../src/diagnose/trace/rewriting.ts'
import { viewOf } from '../../../src/wire/bytes.ts'
import { writeIpv4 } from '../../../src/wire/ipv4.ts'
import { readQuotedPacket } from '../../../src/wire/quoted-packet.ts'
import { flowOf } from './flow.ts'

/** What differs between `flow` and a probe of `seen`, quoted in so many bytes. */
function differing(flow: Flow, seen: Flow, dscp = 0, quotedBytes = 60) {
  const { source, destination, protocol } = seen
  const fields = {
    source,
    destination,
    ttl: 1,
    protocol: protocolNumber(protocol, 4),
    dscp,
    ecn: 1,
  }
  const bytes = writeIpv4(fields, writeProbe(seen, 1, 60)).subarray(0, quotedBytes)
  const quoted = readQuotedPacket(viewOf(bytes), 0, bytes.length, 4)
  return quoted === null ? [] : rewritings(flow, quoted, viewOf(bytes))
}

test.each(['udp', 'icmp', 'tcp'] as const)(
  '%s that was not changed is not said to be',
  (protocol) => {
    expect(differing(flowOf(protocol, 4), flowOf(protocol, 4))).toEqual([])
    expect(differing(flowOf(protocol, 4), flowOf(protocol, 4), 0, 28)).toEqual([])
  },
)

test('another source, port and checksum are told with what was sent', () => {
  const flow = flowOf('udp', 4)
  const other = { ...flow.source, bytes: Uint8Array.of(192, 0, 2, 9) }
  const found = differing(flow, { ...flow, source: other, sourcePort: 1024, checksum: 0x1234 })
  expect(found).toEqual([
    { field: 'source address', sent: '10.9.1.1', seen: '192.0.2.9' },
    { field: 'source port', sent: '61000', seen: '1024' },
    { field: 'checksum', sent: '0x4c7b', seen: '0x1234' },
  ])
  expect(found.every(isTranslation)).toBe(true)
})

test('the identifier of an echo is its port', () => {
  const flow = flowOf('icmp', 4)
  expect(differing(flow, { ...flow, sourcePort: 7 })).toEqual([
    { field: 'identifier', sent: '61000', seen: '7' },
  ])
})

test('a mark of the service is no translation, and congestion is nothing', () => {
  const found = differing(flowOf('udp', 4), flowOf('udp', 4), 8)
  expect(found).toEqual([{ field: 'type of service', sent: '0', seen: '32' }])
  expect(found.some(isTranslation)).toBe(false)
})
