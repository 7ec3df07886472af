import { expect, test } from 'vitest'
import { isDomain, isHostWord, isPerson } from '../../../src/report/redact/name.ts'

test.for(['www.example.org', 'db.intern', 'fs.example.com', 'a.b.c.xn--p1ai'])(
  '%s is a domain',
  (word) => {
    expect(isDomain(word)).toBe(true)
  },
)

test.for([
  'nginx.service',
  'resolv.conf',
  'net.ipv4.ip_forward',
  'a.root-servers.net',
  'libnss.so',
])('%s is none', (word) => {
  expect(isDomain(word)).toBe(false)
})

test('accounts of the system are no persons', () => {
  expect(['root', 'www-data', 'alice'].filter(isPerson)).toEqual(['alice'])
})

test('client and server are no names, and neither is a number', () => {
  expect(['client', 'server', '42', 'a b', 'db01'].filter(isHostWord)).toEqual(['db01'])
})
