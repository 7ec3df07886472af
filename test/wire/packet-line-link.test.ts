import { expect, test } from 'vitest'
import { linedWith } from './packet-lines.ts'

test('labels and sessions before the packet are written as by tcpdump', () => {
  const frames = linedWith(/^(?:MPLS|PPPoE)|ethertype/)
  expect(frames.length).toBeGreaterThan(10)
  for (const { ours, theirs } of frames) expect(ours).toBe(theirs)
})
