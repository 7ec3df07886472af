import { expect, test } from 'vitest'
import { PacketBatch } from '../../src/capture/packet.ts'

test('a batch has a column of its capacity for everything that is told of a packet', () => {
  const batch = new PacketBatch(7)
  expect(batch.capacity).toBe(7)
  const { at, capturedBytes, originalBytes, timeNs, interfaceIndex } = batch
  for (const column of [at, capturedBytes, originalBytes, timeNs, interfaceIndex])
    expect(column).toHaveLength(7)
})

test('a time keeps its nanosecond for a hundred days', () => {
  const batch = new PacketBatch(1)
  batch.timeNs[0] = 100 * 86_400e9 + 1
  expect((batch.timeNs[0] ?? 0) - 100 * 86_400e9).toBe(1)
})
