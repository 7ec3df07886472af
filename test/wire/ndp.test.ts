import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainStopped, isStopped } from '../../src/base/stopped.ts'
import { type Address, formatAddress, parseAddress } from '../../src/wire/address.ts'
import { bytesBetween, viewOf } from '../../src/wire/bytes.ts'
import { formatMac, parseMac } from '../../src/wire/mac.ts'
import {
  describeNeighbourAdvertisement,
  multicastMac,
  readNeighbourAdvertisement,
  solicitedNode,
  writeNeighbourSolicitation,
} from '../../src/wire/ndp.ts'
import { ETHERNET, framesWith } from './frames.ts'

const BODY = ETHERNET + 40

function address(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed === null) throw new Error(text)
  return parsed
}

test('a solicitation is byte for byte what Linux sent', () => {
  const [frame] = framesWith('icmpv6.nd.ns.target_address')
  if (frame === undefined) throw new Error('no frame')
  const target = address(frame.text('icmpv6.nd.ns.target_address'))
  const mac = parseMac(frame.text('icmpv6.opt.linkaddr')) ?? new Uint8Array(6)
  const written = writeNeighbourSolicitation(target, address(frame.text('ipv6.src')), mac)
  expect(written).toEqual(new Uint8Array(bytesBetween(frame.view, BODY, frame.view.byteLength)))
  expect(formatAddress(solicitedNode(target))).toBe(frame.text('ipv6.dst'))
  expect(multicastMac(solicitedNode(target))).toEqual(
    new Uint8Array(bytesBetween(frame.view, 0, 6)),
  )
})

test('an advertisement is what tshark reads', () => {
  const [frame] = framesWith('icmpv6.nd.na.target_address')
  if (frame === undefined) throw new Error('no frame')
  const message = readNeighbourAdvertisement(frame.view, BODY, frame.view.byteLength)
  if (isStopped(message)) throw new Error(explainStopped(message))
  expect(formatAddress(message.target)).toBe(frame.text('icmpv6.nd.na.target_address'))
  expect(message.router).toBe(frame.text('icmpv6.nd.na.flag.r') === '1')
  expect(message.solicited).toBe(frame.text('icmpv6.nd.na.flag.s') === '1')
  expect(message.override).toBe(frame.text('icmpv6.nd.na.flag.o') === '1')
  expect(message.mac && formatMac(message.mac)).toBe(frame.text('icmpv6.opt.linkaddr'))
  expect(describeNeighbourAdvertisement(message)).toBe(
    '2001:db8:1::1 is at 02:00:00:00:00:01 (router)',
  )
})

test('an option that is cut short is reported, and the target is kept', () => {
  const bytes = Uint8Array.from([
    136,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    ...address('2001:db8::5').bytes,
    2,
    1,
    7,
  ])
  const message = readNeighbourAdvertisement(viewOf(bytes), 0, bytes.length)
  if (isStopped(message)) throw new Error(explainStopped(message))
  expect(formatAddress(message.target)).toBe('2001:db8::5')
  expect(message.mac).toBeNull()
  expect(message.damaged && explainStopped(message.damaged)).toBe(
    'ndp option at 24: needs 8 bytes, has 3',
  )
})

test('a short message and one of another type stop', () => {
  const empty = new DataView(new ArrayBuffer(24))
  expect(isStopped(readNeighbourAdvertisement(empty, 0, 23))).toBe(true)
  expect(isStopped(readNeighbourAdvertisement(empty, 0, 24))).toBe(true)
})

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 60 }), (bytes) => {
      bytes[0] = 136
      const message = readNeighbourAdvertisement(viewOf(bytes), 0, bytes.length)
      if (!isStopped(message)) expect(describeNeighbourAdvertisement(message)).toContain(' is at ')
    }),
  )
})
