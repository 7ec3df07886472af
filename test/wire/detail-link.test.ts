import { expect, test } from 'vitest'
import { compared } from './detailed-frames.ts'

test('the fields of link layers and ARP are what tshark reads', () => {
  const { ours, theirs } = compared(
    'eth.',
    'vlan.',
    'ieee8021ad.',
    'mpls.',
    'pppoe.',
    'sll.',
    'arp.',
  )
  expect(theirs.length).toBeGreaterThan(200)
  expect(ours).toEqual(theirs)
})
