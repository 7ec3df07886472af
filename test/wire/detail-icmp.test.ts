import { expect, test } from 'vitest'
import { compared } from './detailed-frames.ts'

test('the fields of ICMP and ICMPv6, also in quotes, are what tshark reads', () => {
  const { ours, theirs } = compared('icmp.', 'icmpv6.')
  expect(theirs.length).toBeGreaterThan(30)
  expect(ours).toEqual(theirs)
})
