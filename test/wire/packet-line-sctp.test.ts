import { expect, test } from 'vitest'
import { linedWith } from './packet-lines.ts'

test('each kind of chunk is written as by tcpdump', () => {
  const frames = linedWith(/sctp/)
  expect(frames.length).toBeGreaterThan(10)
  for (const { ours, theirs } of frames) expect(ours).toBe(theirs)
})
