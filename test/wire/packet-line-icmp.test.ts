import { expect, test } from 'vitest'
import { linedWith } from './packet-lines.ts'

test('each type and code is written as by tcpdump', () => {
  const frames = linedWith(/: ICMP |\[\|icmp\]/)
  expect(frames.length).toBeGreaterThan(35)
  for (const { ours, theirs } of frames) expect(ours).toBe(theirs)
})
