import { expect, test } from 'vitest'
import { linedWith } from './packet-lines.ts'

test('each kind of message is written as by tcpdump', () => {
  const frames = linedWith(/igmp/)
  expect(frames.length).toBeGreaterThan(8)
  for (const { ours, theirs } of frames) expect(ours).toBe(theirs)
})
