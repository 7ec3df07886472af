import { expect, test } from 'vitest'
import { explainExpression } from '../../src/filter/explain.ts'
import { parseExpression } from '../../src/filter/grammar.ts'

test.for([
  ['host router', 'come from or go to the host router'],
  ['src and dst net 10.0.0.0/8', 'come from and go to the network 10.0.0.0/8'],
  [
    'net 10.0.0.0 mask 255.0.0.0',
    'come from or go to the network 10.0.0.0 with the mask 255.0.0.0',
  ],
  ['ip6 dst 2001:db8::1', 'go to the IPv6 address 2001:db8::1'],
  ['udp src portrange 1-9', 'come from UDP ports 1-9'],
  ['ether proto 0x88cc', 'carry the Ethernet type 0x88cc'],
  ['ip proto \\tcp', 'carry the protocol tcp over IPv4'],
  ['ip6 protochain 6', 'have the protocol 6 in their chain of headers over IPv6'],
  ['ether dst ff:ff:ff:ff:ff:ff', 'go to the link-layer address ff:ff:ff:ff:ff:ff'],
] as const)('“%s” is told in words', ([expression, words]) => {
  expect(explainExpression(parseExpression(expression))).toBe(`Selects packets that ${words}.`)
})
