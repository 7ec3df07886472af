import { expect, test } from 'vitest'
import { isRingFailure, openPacketRing } from '../../../src/host/kernel/packet-ring.ts'

test('a device that is not there is named, with what lists those that are', () => {
  const ring = openPacketRing({ device: 'no-such-device', filter: null, promiscuous: false })
  expect(isRingFailure(ring) && ring.reason).toBe(
    'there is no device no-such-device; “ip -br link” lists them',
  )
})
