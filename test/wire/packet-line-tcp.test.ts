import { expect, test } from 'vitest'
import { linedWith } from './packet-lines.ts'

test('flags, numbers and every option are written as by tcpdump', () => {
  const frames = linedWith(/Flags \[|\[\|tcp\]/)
  expect(frames.length).toBeGreaterThan(60)
  for (const { ours, theirs } of frames) expect(ours).toBe(theirs)
})
