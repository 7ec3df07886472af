import { expect, test } from 'vitest'
import { describeDatagram } from '../../../src/report/read/datagram.ts'
import { Headers } from '../../../src/wire/headers.ts'

function headers(protocol: number, type: number, payloadBytes: number): Headers {
  const made = new Headers()
  made.view = new DataView(Uint8Array.of(type, 0, 0, 0).buffer)
  made.protocol = protocol
  made.payloadBytes = payloadBytes
  return made
}

test.for([
  [1, 8, 'echo request, 56 bytes'],
  [1, 0, 'echo reply, 56 bytes'],
  [58, 129, 'echo reply, 56 bytes'],
  [58, 136, 'ICMPv6 type 136, 56 bytes'],
  [17, 0, 'UDP, 56 bytes'],
] as const)('protocol %d, type %d is %s', ([protocol, type, told]) => {
  expect(describeDatagram(headers(protocol, type, 56))).toBe(told)
})

test('a header that was cut off is not read', () => {
  const cut = headers(1, 8, 1)
  cut.transportAt = 4
  expect(describeDatagram(cut)).toBe('ICMP, 1 byte')
})
