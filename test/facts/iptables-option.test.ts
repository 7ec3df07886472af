import { expect, test } from 'vitest'
import { iptablesOption } from '../../src/facts/iptables-option.ts'
import { one } from '../../src/facts/rule-set.ts'

test.for([
  ['--mark', 'mark', '0x1/0xff', 'mark', [{ kind: 'masked', value: '0x1', mask: '0xff' }]],
  ['--mark', 'connmark', '0x1', 'connectionMark', [one('0x1')]],
  [
    '--ctstatus',
    'conntrack',
    'SEEN_REPLY,DNAT',
    'connectionStatus',
    [one('seen-reply'), one('dnat')],
  ],
  [
    '--ctorigdstport',
    'conntrack',
    '80:90',
    'originalDestinationPort',
    [{ kind: 'range', from: '80', to: '90' }],
  ],
  ['--ctproto', 'conntrack', '6', 'protocol', [one('tcp')]],
  ['--mac-source', 'mac', '00:11:22:AA:BB:CC', 'sourceHardware', [one('00:11:22:aa:bb:cc')]],
  ['--length', 'length', '100:', 'length', [{ kind: 'range', from: '100', to: '65535' }]],
  ['--ttl-lt', 'ttl', '5', 'hopLimit', [{ kind: 'range', from: '0', to: '4' }]],
  ['--uid-owner', 'owner', '1000-2000', 'user', [{ kind: 'range', from: '1000', to: '2000' }]],
  ['--dscp-class', 'dscp', 'EF', 'serviceClass', [one('46')]],
  [
    '-s',
    '',
    '10.0.0.1/255.0.0.255',
    'source',
    [{ kind: 'masked', value: '10.0.0.1', mask: '255.0.0.255' }],
  ],
] as const)('%s of %s', ([name, module, word, field, values]) => {
  const option = iptablesOption(name, module)
  expect(option?.field).toBe(field)
  expect(option?.values(word, 4)).toEqual(values)
})

test('IPv6 counts the host’s own addresses as unicast, IPv4 does not', () => {
  const types = iptablesOption('--dst-type', 'addrtype')
  expect(types?.values('UNICAST', 4)).toEqual([one('unicast')])
  expect(types?.values('UNICAST', 6)).toEqual([one('unicast'), one('local'), one('anycast')])
})

test('a word that cannot be read is no value', () => {
  expect(iptablesOption('--icmp-type', 'icmp')?.values('hello', 4)).toBeNull()
  expect(iptablesOption('--ctstatus', 'conntrack')?.values('NONE', 4)).toBeNull()
  expect(iptablesOption('--magic', '')).toBeNull()
})
