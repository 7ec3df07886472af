import { expect, test } from 'vitest'
import { compared } from './detailed-frames.ts'

test('the fields of TCP, its options, UDP, SCTP and tunnels are what tshark reads on every frame', () => {
  const { ours, theirs } = compared('tcp.', 'udp.', 'sctp.', 'gre.', 'vxlan.', 'geneve.')
  expect(theirs.length).toBeGreaterThan(300)
  expect(ours).toEqual(theirs)
})
