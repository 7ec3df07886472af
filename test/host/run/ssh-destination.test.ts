import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatSshDestination, parseSshDestination } from '../../../src/host/run/ssh-destination.ts'

test.each([
  ['www', { user: null, host: 'www', port: null }],
  ['root@www.example.org:2222', { user: 'root', host: 'www.example.org', port: 2222 }],
  ['a.b+c@my_box', { user: 'a.b+c', host: 'my_box', port: null }],
  ['me@[2001:db8::1]:22', { user: 'me', host: '2001:db8::1', port: 22 }],
  ['2001:db8::1', { user: null, host: '2001:db8::1', port: null }],
  ['[fe80::1%eth0]', { user: null, host: 'fe80::1%eth0', port: null }],
])('%s is a destination', (text, destination) => {
  expect(parseSshDestination(text)).toEqual(destination)
})

test.each([
  '',
  '-oProxyCommand=id',
  'root@-oProxyCommand=id',
  '-l@host',
  'host:0',
  'host:65536',
  'host:ssh',
  'a b',
  'host;id',
  'ro$(id)ot@host',
  'host/path',
  '@host',
  'root@',
  '[host]',
  '[::1',
])('%j is none', (text) => {
  expect(parseSshDestination(text)).toEqual({
    error: `${JSON.stringify(text)} is not [user@]host[:port]`,
  })
})

test('no text throws, and what is read is written back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const destination = parseSshDestination(text)
      if ('error' in destination) return
      expect(destination.host).not.toMatch(/^-/)
      expect(parseSshDestination(formatSshDestination(destination))).toEqual(destination)
    }),
  )
})
