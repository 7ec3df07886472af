import { expect, test } from 'vitest'
import { formatEndpoint, formatHost } from '../../src/wire/endpoint.ts'

test.for([
  ['10.77.2.2', '10.77.2.2:443'],
  ['fd77:2::2', '[fd77:2::2]:443'],
  ['fe80::1%eth0', '[fe80::1%eth0]:443'],
  ['www.example.org', 'www.example.org:443'],
] as const)('%s with a port is written as it is typed', ([address, text]) => {
  expect(formatEndpoint({ address, port: 443 })).toBe(text)
  expect(`${formatHost(address)}:443`).toBe(text)
})

test('any port is a star', () => {
  expect(formatEndpoint({ address: '::', port: null })).toBe('[::]:*')
})
