import { expect, test } from 'vitest'
import type { Glimpse } from '../../src/facts/glimpse.ts'
import { isOfOthers } from '../../src/facts/iptables-glance.ts'

const packet: Glimpse = {
  family: 4,
  protocol: 'tcp',
  source: '192.0.2.9',
  destination: '192.0.2.1',
  sourcePort: null,
  destinationPort: 80,
  inputDevice: 'eth0',
  outputDevice: '',
}

test.each([
  '-s 10.0.0.0/8 -j DROP',
  '! -s 10.0.0.0/8 -d 192.0.3.0/24 -j DROP',
  '-d 192.0.2.2 -j DROP',
  '-i eth1 -j DROP',
  '-o eth0 -j DROP',
  '-i eth+ -p udp -j DROP',
  '-s 192.0.2.0/24 ! -d 10.0.0.1/32 -p icmp -m icmp --icmp-type 8 -j ACCEPT',
  '-p tcp -m tcp --dport 81 -j DROP',
  '-p tcp -m tcp --sport 1024:65535 --dport 443 -j DROP',
  '-p tcp -m multiport --dports 22,443,8080 -j ACCEPT',
])('%s is plainly about others', (line) => {
  expect(isOfOthers(line, packet)).toBe(true)
})

test.each([
  '-s 192.0.2.0/24 -j DROP',
  '! -s 10.0.0.0/8 -j DROP',
  '! -i eth1 -j DROP',
  '! -p udp -j DROP',
  '-s  10.0.0.0/8 -j DROP',
  '-s 10.0.0.0/8,192.0.2.0/24 -j DROP',
  '-s 10.0.0.0/255.0.0.0 -j DROP',
  '-s 10.0.0.0/8',
  '-i eth+ -j DROP',
  '-p all -j DROP',
  '-p 17 -j DROP',
  '-p tcp -m tcp --dport 80 -j DROP',
  '-p tcp -m tcp --dport 81:90 -j DROP',
  '-p tcp -m tcp --dport 0081 -j DROP',
  '-p tcp -m tcp ! --dport 81 -j DROP',
  '-p tcp -m udp --dport 81 -j DROP',
  '-p tcp -m multiport --dports 22,80 -j DROP',
  '-p tcp -m multiport --dports 22,080 -j DROP',
  '-p tcp -m multiport --dports 22,443:500 -j DROP',
  '-p tcp -m multiport ! --dports 22 -j DROP',
  '-m comment --comment "-s 10.0.0.0/8 " -j DROP',
  '-m comment --comment -s 10.0.0.0/8 -j DROP',
  '-j DROP',
  '',
])('of %s nothing is said', (line) => {
  expect(isOfOthers(line, packet)).toBe(false)
})

test('nothing is said by what is not known of the packet', () => {
  const vague: Glimpse = { ...packet, source: '', destinationPort: null, inputDevice: null }
  for (const line of [
    '-s 10.0.0.0/8 -j DROP',
    '-i eth1 -j DROP',
    '-p tcp -m tcp --dport 81 -j DROP',
  ])
    expect(isOfOthers(line, vague)).toBe(false)
  const known = isOfOthers('-p tcp -m tcp --sport 53 -j DROP', { ...packet, sourcePort: 54 })
  expect(known).toBe(true)
})

test('the protocol of a ping is that of its family', () => {
  const ping: Glimpse = { ...packet, protocol: 'icmp', destinationPort: null }
  expect(isOfOthers('-p icmp -m icmp --icmp-type 8 -j DROP', ping)).toBe(false)
  const six: Glimpse = { ...ping, family: 6, source: 'fd00::9', destination: 'fd00::1' }
  expect(isOfOthers('-p ipv6-icmp -j DROP', six)).toBe(false)
  expect(isOfOthers('-s fd01::/16 -p ipv6-icmp -j DROP', six)).toBe(true)
})
