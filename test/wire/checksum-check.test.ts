import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkChecksums } from '../../src/wire/checksum-check.ts'
import { readFrame } from '../../src/wire/frame.ts'
import { Headers } from '../../src/wire/headers.ts'
import { LINK_TYPE } from '../../src/wire/link-type.ts'
import { frames } from './frames.ts'
import { headersOf } from './header-of.ts'

const states = (digits: string): string[] =>
  checkChecksums(headersOf(digits, LINK_TYPE.raw)).map(({ layer, state }) => `${layer} ${state}`)

/** RFC 1071's sums computed by hand: 10.0.0.1 > 10.0.0.2, UDP 1 > 2 with two bytes. */
const UDP = '4500001e00004000401126cd 0a0000010a000002 00010002000a'

test('a right checksum, a wrong one, none, and one that is left to the card', () => {
  expect(states(`${UDP} 8a2d 6162`)).toEqual(['ipv4 ok', 'udp wrong'])
  const [, wrong] = checkChecksums(headersOf(`${UDP} 8a2d 6162`, LINK_TYPE.raw))
  const right = (wrong?.expected ?? 0).toString(16).padStart(4, '0')
  expect(states(`${UDP} ${right} 6162`)).toEqual(['ipv4 ok', 'udp ok'])
  expect(states(`${UDP} 0000 6162`)).toEqual(['ipv4 ok', 'udp absent'])
  // 0a00 + 0001 + 0a00 + 0002 + 0011 (UDP) + 000a (length) = 141e
  expect(states(`${UDP} 141e 6162`)).toEqual(['ipv4 ok', 'udp offloaded'])
  expect(states(`${UDP.replace('26cd', '0000')}000061 62`)).toEqual([
    'ipv4 offloaded',
    'udp absent',
  ])
  expect(states(`${UDP.replace('26cd', '1111')}000061 62`)).toEqual(['ipv4 wrong', 'udp absent'])
})

test('what was cut off cannot be checked', () => {
  expect(states(`${UDP} 8a2d 61`)).toEqual(['ipv4 ok', 'udp unknown'])
})

test("SCTP's CRC32c is the one of RFC 9260: the check value of “123456789” is e3069283", () => {
  // The same function over a message: its checksum place counts as zeros.
  const sctp = `4500002000004000408426cd 0a0000010a000002 00010002 00000000`
  const [, state] = checkChecksums(headersOf(`${sctp} 01020304`, LINK_TYPE.raw))
  expect(state).toMatchObject({ layer: 'sctp', state: 'wrong' })
  const little = new DataView(new ArrayBuffer(4))
  little.setUint32(0, state?.expected ?? 0, true)
  const sum = little.getUint32(0).toString(16).padStart(8, '0')
  expect(states(`${sctp} ${sum}`)).toEqual(['ipv4 wrong', 'sctp ok'])
})

test('what Linux sent on a link that computes no checksums is right or left to the card', () => {
  const headers = new Headers()
  for (const { view } of frames) {
    readFrame(view, 0, view.byteLength, view.byteLength, LINK_TYPE.ethernet, headers)
    for (const { state } of checkChecksums(headers)) expect(['ok', 'offloaded']).toContain(state)
  }
})

test('a byte that changes makes a right checksum wrong', () => {
  const headers = new Headers()
  const bit = fc.nat(7)
  fc.assert(
    fc.property(fc.constantFrom(...frames), fc.nat(200), bit, ({ view }, place, shift) => {
      const bytes = new Uint8Array(view.buffer).slice()
      const copy = new DataView(bytes.buffer)
      readFrame(copy, 0, bytes.length, bytes.length, LINK_TYPE.ethernet, headers)
      const at = headers.transportAt + 20 + (place % 40)
      const before = checkChecksums(headers).at(-1)
      if (headers.protocol < 0 || at >= headers.payloadEnd || before?.state !== 'ok') return
      copy.setUint8(at, copy.getUint8(at) ^ (1 << shift))
      expect(checkChecksums(headers).at(-1)?.state).toBe('wrong')
    }),
  )
})

test('no bytes make it throw', () => {
  const headers = new Headers()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(40), (bytes, more) => {
      if (bytes.length > 0) bytes[0] = (bytes[0] ?? 0) & 1 ? 0x45 : 0x60
      readFrame(
        new DataView(bytes.buffer),
        0,
        bytes.length,
        bytes.length + more,
        LINK_TYPE.raw,
        headers,
      )
      checkChecksums(headers)
    }),
    { numRuns: 2000 },
  )
})
