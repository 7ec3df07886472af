import { expect, test } from 'vitest'
import { carrierOf, macOf, trafficOf } from '../../src/facts/interface.ts'

test.for([
  ['08:00:27:1D:97:61', '08:00:27:1d:97:61'],
  ['00:00:00:00:00:00', null],
  ['00-00-00-00-00-00-00-00', null],
  ['0.0.0.0', null],
  [undefined, null],
] as const)('the MAC in %s is %s', ([text, mac]) => {
  expect(macOf(text)).toBe(mac)
})

test.for([
  ['LOOPBACK,UP,LOWER_UP', true],
  ['NO-CARRIER,BROADCAST,MULTICAST,UP', false],
  ['BROADCAST,MULTICAST', null],
] as const)('the carrier with %s is %s', ([flags, carrier]) => {
  expect(carrierOf(flags.split(','))).toBe(carrier)
})

test('traffic sums what the cable can cause and is null without a count', () => {
  const counters = new Map(Object.entries({ packets: 9, bytes: 900, crc: 1, frame: 2, carrier: 4 }))
  expect(trafficOf(counters)).toEqual({
    bytes: 900,
    packets: 9,
    errors: 0,
    dropped: 0,
    physicalErrors: 7,
  })
  expect(trafficOf(new Map())).toBeNull()
})
