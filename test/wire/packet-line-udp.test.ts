import { expect, test } from 'vitest'
import { linedWith } from './packet-lines.ts'

test('a datagram is written by its port as by tcpdump', () => {
  const frames = linedWith(/UDP|BOOTP|NTP|SYSLOG|SIP|truncated-udp/)
  expect(frames.length).toBeGreaterThan(15)
  for (const { ours, theirs } of frames) expect(ours).toBe(theirs)
})
