import { expect, test } from 'vitest'
import { linedWith } from './packet-lines.ts'

test('fragments, extension headers and damaged packets are written as by tcpdump', () => {
  const frames = linedWith(/frag|HBH|DSTOPT|RT6|AH\(|ESP|ip-proto|bad-|truncated-ip|\[\|ip|invalid/)
  expect(frames.length).toBeGreaterThan(15)
  for (const { ours, theirs } of frames) expect(ours).toBe(theirs)
})
