import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Epoch } from '../../src/capture/packet.ts'
import { InterfaceClock } from '../../src/capture/pcapng-clock.ts'

test('nanoseconds are exact for a hundred days around the first packet', () => {
  const days = 100n * 86_400n * 1_000_000_000n
  fc.assert(
    fc.property(fc.bigInt(0n, 4n * 10n ** 18n), fc.bigInt(-days, days), (first, later) => {
      const moment = first + later
      fc.pre(moment >= 0n)
      const clock = new InterfaceClock(9, 0n)
      const epoch = new Epoch()
      clock.start(epoch, Number(first >> 32n), Number(first & 0xffffffffn))
      const ns = clock.nanoseconds(Number(moment >> 32n), Number(moment & 0xffffffffn))
      expect(BigInt(epoch.seconds) * 1_000_000_000n + BigInt(ns)).toBe(moment)
    }),
  )
})

test('a clock takes the epoch that another one has set', () => {
  const epoch = new Epoch()
  epoch.seconds = 100
  epoch.known = true
  const clock = new InterfaceClock(6, 0n)
  clock.start(epoch, 0, 99_000_000)
  expect(clock.nanoseconds(0, 99_000_000)).toBe(-1e9)
  expect(epoch.seconds).toBe(100)
})
