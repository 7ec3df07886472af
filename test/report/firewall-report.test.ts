import { expect, test } from 'vitest'
import { accepted, estranged, rejected, unanswered } from './firewall-reports.ts'

test('the packet is told as it was asked about, and as it ends', () => {
  expect(rejected.packet).toEqual({
    family: 6,
    protocol: 'tcp',
    source: 'fd00::9',
    sourcePort: null,
    destination: 'fd00::1',
    destinationPort: 25,
    inputDevice: 'eth0',
    outputDevice: null,
    state: 'new',
    icmpType: null,
  })
  expect(accepted.there.ends).toMatchObject({ outputDevice: 'eth1', inputDevice: null })
})

test('what answers a packet is told only where it passes', () => {
  expect(rejected.reply).toBeNull()
  expect(rejected.sees).toMatchObject({ kind: 'icmp', errno: 'EACCES' })
  expect(accepted.sees).toBeNull()
  expect(unanswered.there.verdict).toBe('accepted')
  expect(unanswered.reply).toMatchObject({
    verdict: 'dropped',
    rule: { chain: 'output', handle: 2 },
  })
  expect(unanswered.onward).toBeNull()
})

test('an answer that the sender does not wait for is noted', () => {
  expect(accepted.notes).toEqual([])
  expect(estranged.reply?.verdict).toBe('accepted')
  expect(estranged.notes).toEqual([
    expect.stringMatching(/^the answer comes from 10\.0\.0\.9:2525 to .* the connection fails$/),
  ])
})
