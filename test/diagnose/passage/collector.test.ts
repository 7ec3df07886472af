import { expect, test } from 'vitest'
import { PacketBatch } from '../../../src/capture/packet.ts'
import { Collector } from '../../../src/diagnose/passage/collector.ts'
import { bytesOf, pointOf, scenario } from './capture.ts'

test('what is gathered stays when the bytes that it was read from are used again', () => {
  const bytes = bytesOf('healthy-client')
  const before = pointOf(bytes, 'client')
  bytes.fill(0)
  expect(before.sightings).toEqual(scenario('healthy').client.sightings)
})

test('there is an end to what is gathered, and what was left out is counted', () => {
  const batch = new PacketBatch(4096)
  const syn = scenario('healthy').client.sightings[0]?.frame.bytes ?? new Uint8Array(0)
  batch.view = new DataView(syn.buffer)
  batch.capturedBytes.fill(syn.length)
  batch.originalBytes.fill(syn.length)
  const collector = new Collector()
  const from = {
    interfaces: [{ linkType: 276, snapBytes: 0, name: null, checkBytes: 0, bigEndian: false }],
    epochSeconds: 0,
  }
  for (let round = 0; round < 10; round++) collector.take(batch, 0, batch.capacity, from)
  expect(collector.sightings).toHaveLength(20_000)
  expect(collector.refused).toBe(10 * 4096 - 20_000)
})
