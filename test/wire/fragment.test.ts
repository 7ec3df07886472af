import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAddress } from '../../src/wire/address.ts'
import { bytesBetween, joinBytes, viewOf } from '../../src/wire/bytes.ts'
import { Fragments } from '../../src/wire/fragment.ts'
import { readPacket } from '../../src/wire/frame.ts'
import { HEADER_NOTE, Headers } from '../../src/wire/headers.ts'
import { writeIpv6 } from '../../src/wire/ipv6.ts'

/** UDP from port 1 to port 2 around `payload`. */
function udp(payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(8)
  viewOf(header).setUint16(0, 1)
  viewOf(header).setUint16(2, 2)
  viewOf(header).setUint16(4, 8 + payload.length)
  return joinBytes(header, payload)
}

function fragment4(id: number, offset: number, more: boolean, bytes: Uint8Array): Headers {
  const packet = joinBytes(new Uint8Array(20), bytes)
  const view = viewOf(packet)
  view.setUint8(0, 0x45)
  view.setUint16(2, packet.length)
  view.setUint16(4, id)
  view.setUint16(6, (more ? 0x2000 : 0) | (offset / 8))
  view.setUint8(9, 17)
  return readAll(packet)
}

const [source, destination] = [parseAddress('2001:db8::1'), parseAddress('2001:db8::2')]
if (source === null || destination === null) throw new Error('no addresses')

function fragment6(id: number, offset: number, more: boolean, bytes: Uint8Array): Headers {
  const header = new Uint8Array(16)
  // Destination options of eight bytes stand before the fragment header.
  header.set([44, 0, 1, 4, 0, 0, 0, 0, 17, 0])
  viewOf(header).setUint16(10, offset | (more ? 1 : 0))
  viewOf(header).setUint32(12, id)
  const fields = {
    nextHeader: 60,
    hopLimit: 64,
    source: source as never,
    destination: destination as never,
  }
  return readAll(writeIpv6(fields, joinBytes(header, bytes)))
}

function readAll(packet: Uint8Array): Headers {
  const headers = new Headers()
  readPacket(viewOf(packet), 0, packet.length, packet.length, headers)
  return headers
}

const payloadOf = (headers: Headers): Uint8Array =>
  bytesBetween(headers.view, headers.payloadAt, headers.payloadEnd).slice()

test.each([
  ['IPv4', fragment4],
  ['IPv6', fragment6],
])('%s: a datagram comes out as it was cut, in whatever order its pieces came', (_, fragment) => {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 6 })
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 480, maxLength: 500 }),
      cuts,
      fc.nat(),
      (payload, at, seed) => {
        const whole = udp(payload)
        const edges = [0, ...at.toSorted((a, b) => a - b).map((unit) => unit * 8), whole.length]
        const pieces = edges.slice(0, -1).map((from, index) => {
          const to = edges[index + 1] ?? whole.length
          return fragment(7, from, to < whole.length, whole.slice(from, to))
        })
        if (pieces.length < 2) return
        const turned = [
          ...pieces.slice(seed % pieces.length),
          ...pieces.slice(0, seed % pieces.length),
        ]
        const fragments = new Fragments()
        expect(turned.slice(0, -1).map((piece) => fragments.take(piece, 0))).not.toContain(true)
        const last = turned.at(-1) as Headers
        expect(fragments.take(last, 0)).toBe(true)
        expect(last).toMatchObject({
          protocol: 17,
          sourcePort: 1,
          destinationPort: 2,
          notes: HEADER_NOTE.reassembled,
        })
        expect(payloadOf(last)).toEqual(payload)
        expect(fragments).toMatchObject({ waiting: 0, wholes: 1, losses: 0 })
      },
    ),
  )
})

test('where pieces overlap, the first one counts', () => {
  const fragments = new Fragments()
  const first = udp(new Uint8Array(16).fill(1))
  fragments.take(fragment4(1, 0, true, first), 0)
  const last = fragment4(1, 16, false, new Uint8Array(24).fill(2))
  expect(fragments.take(last, 0)).toBe(true)
  // UDP's length ends its payload: 16 bytes of 1 were there before the overlap.
  expect(payloadOf(last)).toEqual(new Uint8Array(16).fill(1))
})

test('pieces of other datagrams are kept apart', () => {
  const fragments = new Fragments()
  fragments.take(fragment4(1, 0, true, udp(new Uint8Array(8))), 0)
  expect(fragments.take(fragment4(2, 16, false, new Uint8Array(8)), 0)).toBe(false)
  expect(fragments.waiting).toBe(2)
})

test('what waited for more than a minute is given up', () => {
  const fragments = new Fragments()
  fragments.take(fragment4(1, 0, true, udp(new Uint8Array(8))), 0)
  expect(fragments.take(fragment4(1, 16, false, new Uint8Array(8)), 61e9)).toBe(false)
  expect(fragments).toMatchObject({ waiting: 1, losses: 1 })
})

test('a bomb of fragments stays within its bounds', () => {
  const fragments = new Fragments()
  for (let id = 0; id < 20_000; id++)
    fragments.take(fragment4(id, 65_000, true, new Uint8Array(8)), 0)
  expect(fragments.waiting).toBeLessThan(300)
  expect(fragments.losses).toBe(20_000 - fragments.waiting)
})

test('a fragment that is not whole or reaches beyond the longest datagram is not taken', () => {
  const fragments = new Fragments()
  expect(fragments.take(fragment4(1, 65_528, false, new Uint8Array(100)), 0)).toBe(false)
  expect(fragments.take(fragment4(1, 0, true, new Uint8Array(9)), 0)).toBe(false)
  expect(fragments.waiting).toBe(0)
})

test('no bytes make it throw', () => {
  const fragments = new Fragments()
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 24, maxLength: 90 }), fc.boolean(), (bytes, isSix) => {
      bytes[0] = isSix ? 0x60 : 0x45
      if (isSix) bytes[6] = 44
      const headers = readAll(bytes)
      if ((headers.notes & HEADER_NOTE.fragment) !== 0) fragments.take(headers, 0)
    }),
    { numRuns: 2000 },
  )
})
