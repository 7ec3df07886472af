import { expect, test } from 'vitest'
import { mostPacketBytes } from '../../src/capture/limit.ts'

test('Ethernet has at most the snap length that tcpdump takes by default, USB much more', () => {
  expect(mostPacketBytes(1)).toBe(262_144)
  expect(mostPacketBytes(249)).toBe(16_777_216)
})
