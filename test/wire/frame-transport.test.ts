import { expect, test } from 'vitest'
import { HEADER_NOTE } from '../../src/wire/headers.ts'
import { LINK_TYPE } from '../../src/wire/link-type.ts'
import { headersOf } from './header-of.ts'

/** An IPv4 packet around `digits`. */
function packet(protocol: string, digits: string) {
  const bytes = 20 + digits.replace(/\s/g, '').length / 2
  const length = bytes.toString(16).padStart(4, '0')
  return headersOf(
    `4500${length} 00004000 40${protocol}0000 c000020ac0000201 ${digits}`,
    LINK_TYPE.raw,
  )
}

test('TCP: options lie between header and payload; AE is bit 256', () => {
  const headers = packet('06', '12340050 ffffffff 80000000 61c20400 00000007 020405b4 aabb')
  expect(headers).toMatchObject({
    sequence: -1,
    acknowledgment: -0x80000000,
    flags: 0x1c2,
    urgent: 7,
    optionsAt: 40,
    optionsEnd: 44,
    payloadAt: 44,
    payloadBytes: 2,
  })
})

test('TCP: a header length below 20 bytes or beyond the packet is damage', () => {
  expect(packet('06', '12340050 00000001 00000000 40020400 00000000')).toMatchObject({
    notes: HEADER_NOTE.damaged,
    stoppedLayer: 'tcp',
    sourcePort: 4660,
  })
  expect(packet('06', '12340050 00000001 00000000 f0020400 00000000').stoppedLayer).toBe('tcp')
})

test('TCP: of eight bytes, as an error quotes them, ports and sequence are kept', () => {
  expect(packet('06', '12340050 00000005')).toMatchObject({
    sourcePort: 4660,
    destinationPort: 80,
    sequence: 5,
    stoppedLayer: 'tcp',
  })
})

test('UDP: its length ends the payload; 0 and one beyond the packet do not', () => {
  expect(packet('11', '00350036 000a0000 01020304').payloadBytes).toBe(2)
  expect(packet('11', '00350036 00000000 01020304').payloadBytes).toBe(4)
  expect(packet('11', '00350036 ffff0000 01020304').payloadBytes).toBe(4)
})

test('ICMP: an echo has an identifier, an error none', () => {
  expect(packet('01', '08000000 12340001 aabb')).toMatchObject({
    identifier: 0x1234,
    payloadBytes: 2,
    sourcePort: 0,
  })
  expect(packet('01', '03030000 12340001').identifier).toBe(0)
})

test('SCTP, UDP-Lite and DCCP have ports', () => {
  expect(packet('84', '00350036 00000000 00000000 0e000004')).toMatchObject({
    sourcePort: 53,
    destinationPort: 54,
    payloadBytes: 4,
  })
  expect(packet('88', '00350036 00080000')).toMatchObject({ sourcePort: 53, payloadBytes: 0 })
  expect(packet('21', '00350036 04000000 00000000 00000000')).toMatchObject({
    sourcePort: 53,
    payloadBytes: 0,
  })
})

test('another protocol is left as payload', () => {
  expect(packet('59', '0201')).toMatchObject({ protocol: 89, payloadBytes: 2, sourcePort: 0 })
})
