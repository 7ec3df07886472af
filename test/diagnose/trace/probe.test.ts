import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checksumOf,
  type Flow,
  MOST_FLOWS,
  numberInEcho,
  protocolNumber,
  quotedNumber,
  sourcePortOf,
  type TraceProtocol,
  usualPacketBytes,
  writeProbe,
} from '../../../src/diagnose/trace/probe.ts'
import type { Address } from '../../../src/wire/address.ts'
import { viewOf } from '../../../src/wire/bytes.ts'
import { checksum, pseudoHeaderSum } from '../../../src/wire/checksum.ts'
import { writeIpv4 } from '../../../src/wire/ipv4.ts'
import { writeIpv6 } from '../../../src/wire/ipv6.ts'
import { readQuotedPacket } from '../../../src/wire/quoted-packet.ts'
import { flowOf } from './flow.ts'

const CASES: readonly (readonly [TraceProtocol, 4 | 6])[] = [
  ['udp', 4],
  ['udp', 6],
  ['icmp', 4],
  ['icmp', 6],
  ['tcp', 4],
  ['tcp', 6],
]

const NUMBER = fc.integer({ min: 1, max: 0xffff })

/** The whole packet, as a router has it. */
function packet(flow: Flow, number: number, probe: Uint8Array): Uint8Array {
  const { source, destination } = flow
  const protocol = protocolNumber(flow.protocol, destination.family)
  return destination.family === 4
    ? writeIpv4({ source, destination, ttl: 1, protocol, id: number }, probe)
    : writeIpv6({ source, destination, hopLimit: 1, nextHeader: protocol }, probe)
}

const quote = (bytes: Uint8Array, family: 4 | 6) =>
  readQuotedPacket(viewOf(bytes), 0, bytes.length, family)

describe.each(CASES)('%s in IPv%i', (protocol, family) => {
  const flow = flowOf(protocol, family)
  const { source, destination } = flow
  const size = usualPacketBytes(family)

  test('every probe has a right checksum', () => {
    fc.assert(
      fc.property(NUMBER, fc.integer({ min: 60, max: 9000 }), (number, bytes) => {
        const probe = writeProbe(flow, number, bytes)
        const pseudo =
          protocol === 'icmp' && family === 4
            ? 0
            : pseudoHeaderSum(source, destination, protocolNumber(protocol, family), probe.length)
        expect(checksum(viewOf(probe), 0, probe.length, pseudo)).toBe(0)
      }),
    )
  })

  test('what load balancers hash is the same in all probes', () => {
    const hashed = (number: number): string => {
      const probe = writeProbe(flow, number, size)
      // Ports; of ICMP type, code and checksum. UDP keeps its checksum and length as well.
      return [...probe.subarray(0, protocol === 'udp' ? 8 : 4)].join()
    }
    const first = hashed(1)
    fc.assert(fc.property(NUMBER, (number) => hashed(number) === first))
  })

  test('a probe is known again in what is quoted of it, whole or cut', () => {
    fc.assert(
      fc.property(NUMBER, (number) => {
        const whole = packet(flow, number, writeProbe(flow, number, size))
        const least = (family === 4 ? 20 : 40) + 8
        for (const bytes of [whole, whole.subarray(0, least)]) {
          const quoted = quote(bytes, family)
          const found = quoted && quotedNumber(flow, quoted, viewOf(bytes))
          // Eight bytes of UDP in IPv6 do not tell which it is, only whose.
          const isBlind = protocol === 'udp' && family === 6 && bytes.length === least
          expect(found).toBe(isBlind ? 0 : number)
        }
      }),
    )
  })

  test('the probe of another trace is not taken for one of ours', () => {
    const other: Flow = { ...flow, mark: 0x77777777, sourcePort: flow.sourcePort + 1 }
    const bytes = packet(other, 5, writeProbe(other, 5, size))
    const quoted = quote(bytes, family)
    expect(quoted && quotedNumber(flow, quoted, viewOf(bytes))).toBeNull()
  })

  test('any bytes in a quote are ours or not, and nothing throws', () => {
    const whole = packet(flow, 7, writeProbe(flow, 7, size))
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 })
    fc.assert(
      fc.property(damage, fc.nat(whole.length), (changes, end) => {
        const bytes = Uint8Array.from(whole)
        for (const [at, value] of changes) bytes[at] = value
        const quoted = readQuotedPacket(viewOf(bytes), 0, end, family)
        const number = quoted && quotedNumber(flow, quoted, viewOf(bytes))
        if (number !== null) expect(number).toBeLessThanOrEqual(0xffff)
      }),
    )
  })
})

test('a translator of source port and address does not hide a probe', () => {
  const flow = flowOf('tcp', 4)
  const mapped: Flow = {
    ...flow,
    source: { family: 4, bytes: Uint8Array.of(192, 0, 2, 99), zone: null } satisfies Address,
    sourcePort: 1024,
  }
  const bytes = packet(mapped, 9, writeProbe(mapped, 9, 60))
  const quoted = quote(bytes, 4)
  expect(quoted && quotedNumber(flow, quoted, viewOf(bytes))).toBe(9)
})

test('an echo of somebody else with our identifier is not ours', () => {
  const flow = flowOf('icmp', 4)
  const other = writeProbe({ ...flow, mark: 1 }, 3, 60)
  expect(numberInEcho(flow, viewOf(other), 0, other.length)).toBeNull()
  expect(numberInEcho(flow, viewOf(other), 0, 7)).toBeNull()
})

test('no two flows share a port or a checksum, nor do their second attempts', () => {
  const ports = [0, 1].flatMap((attempt) =>
    Array.from({ length: MOST_FLOWS }, (_, flow) => sourcePortOf(flow, attempt)),
  )
  expect(new Set(ports).size).toBe(2 * MOST_FLOWS)
  expect(Math.max(...ports)).toBeLessThan(0x10000)
  expect(checksumOf(1)).not.toBe(checksumOf(0))
})
