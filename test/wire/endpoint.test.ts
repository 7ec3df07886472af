import { expect, test } from 'vitest'
import { formatEndpoint, formatHost, splitEndpoint } from '../../src/wire/endpoint.ts'

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

test.for([
  ['192.0.2.7:443', '192.0.2.7', '443'],
  ['192.0.2.7', '192.0.2.7', null],
  ['[2001:db8::7]:443', '2001:db8::7', '443'],
  ['[2001:db8::7]', '2001:db8::7', null],
  ['2001:db8::7', '2001:db8::7', null],
  ['::1', '::1', null],
  ['www.example.org:https', 'www.example.org', 'https'],
  [':25', null, '25'],
] as const)('%s is taken apart', ([text, host, port]) => {
  expect(splitEndpoint(text)).toEqual({ host, port })
})

test.for(['', ':', 'host:', '[::1', '[]:25', '[::1]x', 'a]b'])('%j is none', (text) => {
  expect(splitEndpoint(text)).toBeNull()
})
