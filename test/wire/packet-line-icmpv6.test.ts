import { expect, test } from 'vitest'
import { linedWith } from './packet-lines.ts'

test('each type and code is written as by tcpdump', () => {
  const frames = linedWith(/ICMP6, /)
  expect(frames.length).toBeGreaterThan(30)
  for (const { ours, theirs } of frames) expect(ours).toBe(theirs)
})
