import { expect, test } from 'vitest'
import { linedWith } from './packet-lines.ts'

test('the first line of a text protocol is written as by tcpdump', () => {
  const frames = linedWith(/length \d+: |\[\|(?:ftp|smtp|http)\]/)
  expect(frames.length).toBeGreaterThan(12)
  for (const { ours, theirs } of frames) expect(ours).toBe(theirs)
})
