import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainStopped, isStopped } from '../../src/base/stopped.ts'
import { formatAddress } from '../../src/wire/address.ts'
import { bytesBetween, viewOf } from '../../src/wire/bytes.ts'
import { describeIpv6, type Ipv6Header, readIpv6, writeIpv6 } from '../../src/wire/ipv6.ts'
import { ETHERNET, framesWith } from './frames.ts'
import { hex } from './hex.ts'

const sent = framesWith('ipv6.src')

function read(view: DataView, at = 0): Ipv6Header {
  const header = readIpv6(view, at, view.byteLength)
  if (isStopped(header)) throw new Error(explainStopped(header))
  return header
}

test('every field is what tshark reads', () => {
  expect(sent.length).toBeGreaterThan(10)
  for (const { view, text, number } of sent) {
    const header = read(view, ETHERNET)
    expect(header).toMatchObject({
      trafficClass: number('ipv6.tclass'),
      flowLabel: number('ipv6.flow'),
      payloadBytes: number('ipv6.plen'),
      nextHeader: number('ipv6.nxt'),
      hopLimit: number('ipv6.hlim'),
    })
    expect(formatAddress(header.source)).toBe(text('ipv6.src'))
    expect(formatAddress(header.destination)).toBe(text('ipv6.dst'))
  }
})

test('the hop-by-hop header of a multicast listener report is skipped', () => {
  const report = sent.find(({ number }) => number('icmpv6.type') === 143)
  expect(report && read(report.view, ETHERNET)).toMatchObject({
    extensions: [0],
    protocol: 58,
    payloadAt: ETHERNET + 40 + 8,
    damaged: null,
  })
})

test('what Linux sent is written again byte for byte', () => {
  for (const { view } of sent) {
    const header = read(view, ETHERNET)
    const payload = bytesBetween(view, ETHERNET + 40, header.payloadEnd)
    expect(writeIpv6(header, payload)).toEqual(
      new Uint8Array(bytesBetween(view, ETHERNET, header.payloadEnd)),
    )
  }
})

const head = (payloadBytes: string, next: string): string =>
  `60000000 ${payloadBytes} ${next} 40 ${'00'.repeat(16)} ${'00'.repeat(16)}`

test('a first fragment is followed to its protocol, a later one is not read as a header', () => {
  const first = read(hex(`${head('0010', '2c')} 06000001 00000007 0102030405060708`))
  expect(first).toMatchObject({
    protocol: 6,
    payloadAt: 48,
    fragment: { offsetBytes: 0, moreFragments: true, id: 7 },
  })
  const later = read(hex(`${head('0010', '2c')} 00000010 00000007 0102030405060708`))
  expect(later).toMatchObject({
    protocol: 0,
    payloadAt: 48,
    fragment: { offsetBytes: 16, moreFragments: false, id: 7 },
  })
})

test('an authentication header counts its length in words of four bytes', () => {
  const header = read(hex(`${head('0020', '33')} 06040000 ${'00'.repeat(20)} 0102030405060708`))
  expect(header).toMatchObject({ extensions: [51], protocol: 6, payloadAt: 64 })
})

test('an extension header that is cut short is reported, and the rest is kept', () => {
  const header = read(hex(`${head('0008', '00')} 06ff0000`))
  expect(header).toMatchObject({ hopLimit: 64, protocol: null, extensions: [] })
  expect(header.damaged && explainStopped(header.damaged)).toBe(
    'ipv6 extension at 40: needs 2048 bytes, has 4',
  )
})

test.each([0, 39])('a header of %i bytes stops', (end) => {
  const result = readIpv6(new DataView(new ArrayBuffer(40)), 0, end)
  expect(isStopped(result) && explainStopped(result)).toBe(`ipv6 at 0: needs 40 bytes, has ${end}`)
})

test('a written header reads back', () => {
  const sixteen = fc.uint8Array({ minLength: 16, maxLength: 16 })
  fc.assert(
    fc.property(sixteen, sixteen, fc.nat(255), fc.nat(0xfffff), (from, to, hopLimit, flowLabel) => {
      const source = { family: 6, bytes: from, zone: null } as const
      const destination = { family: 6, bytes: to, zone: null } as const
      const fields = {
        source,
        destination,
        hopLimit,
        flowLabel,
        trafficClass: hopLimit,
        nextHeader: 17,
      }
      expect(read(viewOf(writeIpv6(fields, new Uint8Array(9))))).toMatchObject(fields)
    }),
  )
})

test('no bytes make it throw', () => {
  const next = fc.constantFrom(0, 43, 44, 51, 60, 6)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), next, (bytes, kind) => {
      if (bytes.length > 6) bytes[6] = kind
      const header = readIpv6(viewOf(bytes), 0, bytes.length)
      if (!isStopped(header)) expect(describeIpv6(header)).toContain(' > ')
    }),
  )
})
