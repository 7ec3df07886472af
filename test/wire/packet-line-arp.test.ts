import { expect, test } from 'vitest'
import { linedWith } from './packet-lines.ts'

test('requests, replies and rarer operations are written as by tcpdump', () => {
  const frames = linedWith(/ARP|\[\|arp\]/)
  expect(frames.length).toBeGreaterThan(12)
  for (const { ours, theirs } of frames) expect(ours).toBe(theirs)
})
