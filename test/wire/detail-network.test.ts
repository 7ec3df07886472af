import { expect, test } from 'vitest'
import { compared } from './detailed-frames.ts'

test('the fields of IPv4, IPv6 and extension headers are what tshark reads', () => {
  const { ours, theirs } = compared('ip.', 'ipv6.')
  expect(theirs.length).toBeGreaterThan(300)
  expect(ours).toEqual(theirs)
})
