import { expect, test } from 'vitest'
import { isStopped } from '../../src/base/stopped.ts'
import { rebuildTcp, rebuildUdp, UNTOLD_IP } from '../../src/capture/rebuilt-packet.ts'
import { parseSegment } from '../../src/capture/tcpdump-tcp.ts'
import { parseAddress } from '../../src/wire/address.ts'
import { viewOf } from '../../src/wire/bytes.ts'
import { checksum, pseudoHeaderSum } from '../../src/wire/checksum.ts'
import { readIpv4 } from '../../src/wire/ipv4.ts'
import { readTcp } from '../../src/wire/tcp.ts'

const source = parseAddress('192.0.2.1')
const destination = parseAddress('192.0.2.2')
if (source === null || destination === null) throw new Error('no address')
const ends = { source, destination }
const ports = { sourcePort: 5, destinationPort: 6 }
const told = { ...UNTOLD_IP, hopLimit: 63, fragment: 0x4000, identification: 7, trafficClass: 0x10 }

function tcp(text: string): { readonly bytes: Uint8Array; readonly originalBytes: number } {
  const segment = parseSegment(text)
  if (segment === null) throw new Error('no segment')
  return rebuildTcp(ends, told, ports, segment, 100, 200, Uint8Array.of(2, 4, 5, 180))
}

test('a packet has the headers that were told and the length that it had', () => {
  const { bytes, originalBytes } = tcp('Flags [P.], seq 1:11, ack 1, win 502, length 10')
  expect([bytes.length, originalBytes]).toEqual([44, 54])
  const ip = readIpv4(viewOf(bytes), 0, bytes.length)
  const header = readTcp(viewOf(bytes), 20, bytes.length)
  if (isStopped(ip) || isStopped(header)) throw new Error('stopped')
  expect(checksum(viewOf(bytes), 0, 20)).toBe(0)
  expect(ip).toMatchObject({ totalBytes: 54, ttl: 63, id: 7, dontFragment: true, dscp: 4 })
  expect(header).toMatchObject({ ...ports, sequence: 100, acknowledgment: 200, headerBytes: 24 })
  expect(header.options.maximumSegmentBytes).toBe(1460)
})

test('the checksum is right where nothing is missing, and as told where it was', () => {
  const { bytes } = tcp('Flags [.], ack 1, win 502, length 0')
  const sum = pseudoHeaderSum(source, destination, 6, 24)
  expect(checksum(viewOf(bytes), 20, 44, sum)).toBe(0)
  const wrong = tcp('Flags [.], cksum 0x1234 (incorrect -> 0x5678), ack 1, win 502, length 0')
  expect(viewOf(wrong.bytes).getUint16(36)).toBe(0x1234)
})

test('a length beyond 16 bits is written as 0, as cards that cut packets themselves are given it', () => {
  const { bytes, originalBytes } = tcp('Flags [.], seq 1:70001, ack 1, win 502, length 70000')
  expect(viewOf(bytes).getUint16(2)).toBe(0)
  expect(originalBytes).toBe(70_044)
})

test('a datagram tells its whole length', () => {
  const { bytes, originalBytes } = rebuildUdp(ends, told, ports, Uint8Array.of(1, 2), 100)
  expect([bytes.length, originalBytes]).toEqual([30, 128])
  expect(viewOf(bytes).getUint16(24)).toBe(108)
})
