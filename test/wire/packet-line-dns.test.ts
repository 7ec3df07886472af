import { expect, test } from 'vitest'
import { linedWith } from './packet-lines.ts'

test('questions, answers and what is odd in them are written as by tcpdump', () => {
  const frames = linedWith(/ \(\d+\)$|domain/)
  expect(frames.length).toBeGreaterThan(60)
  for (const { ours, theirs } of frames) expect(ours).toBe(theirs)
})
