import { expect, test } from 'vitest'
import { linedWith } from './packet-lines.ts'

test('GRE, IP in IP, VXLAN and Geneve are written as by tcpdump', () => {
  const frames = linedWith(/GREv|VXLAN|Geneve|IP6? \S+ > \S+: IP6? /)
  expect(frames.length).toBeGreaterThan(20)
  for (const { ours, theirs } of frames) expect(ours).toBe(theirs)
})
