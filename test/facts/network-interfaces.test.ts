import { expect, test } from 'vitest'
import { networkInterfaces } from '../../src/facts/network-interfaces.ts'
import { printed } from '../../src/facts/source.ts'
import { transcript } from './data.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const text = transcript('network-interfaces.txt')

test('every stanza has its options and its place', () => {
  const found = answer(networkInterfaces, printed(text))
  expect(found?.file).toBe('/etc/network/interfaces')
  expect(found?.automatic).toEqual(['lo', 'eth0', 'eth1', 'br0'])
  expect(
    found?.stanzas.map(({ device, family, method, line, end }) => [
      device,
      family,
      method,
      line,
      end,
    ]),
  ).toEqual([
    ['lo', 'inet', 'loopback', 3, 3],
    ['eth0', 'inet', 'static', 7, 11],
    ['eth0', 'inet6', 'auto', 12, 12],
    ['eth1', 'inet', 'dhcp', 2, 2],
    ['br0', 'inet', 'static', 4, 6],
  ])
  expect(found?.stanzas[1]?.options).toEqual([
    { name: 'address', value: '192.0.2.10/24', line: 8 },
    { name: 'gateway', value: '192.0.2.1', line: 9 },
    { name: 'up', value: 'ip route add blackhole 203.0.113.0/24', line: 10 },
    { name: 'dns-nameservers', value: '192.0.2.53 192.0.2.54', line: 11 },
  ])
})

test('no text makes it throw', () => expectQuestionSurvives(networkInterfaces, text))
