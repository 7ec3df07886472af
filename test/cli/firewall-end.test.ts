import fc from 'fast-check'
import { expect, test } from 'vitest'
import { UsageError } from '../../src/cli/command.ts'
import { readEnd, readPort } from '../../src/cli/firewall-end.ts'

test.for([
  [undefined, { kind: 'unsaid' }, null],
  [':25', { kind: 'unsaid' }, 25],
  ['192.0.2.5:25', { kind: 'address', address: '192.0.2.5', family: 4 }, 25],
  ['192.0.2.5', { kind: 'address', address: '192.0.2.5', family: 4 }, null],
  ['[2001:db8::5]:smtp', { kind: 'address', address: '2001:db8::5', family: 6 }, 25],
  ['2001:DB8:0::5', { kind: 'address', address: '2001:db8::5', family: 6 }, null],
  ['fe80::1%eth0', { kind: 'address', address: 'fe80::1%eth0', family: 6 }, null],
  ['any', { kind: 'any' }, null],
  ['any:https', { kind: 'any' }, 443],
  ['*:443', { kind: 'any' }, 443],
  ['0.0.0.0/0', { kind: 'any' }, null],
  ['::/0', { kind: 'any' }, null],
  ['localhost:8080', { kind: 'name', name: 'localhost' }, 8080],
  ['münchen.example:80', { kind: 'name', name: 'münchen.example' }, 80],
] as const)('%s', ([text, who, port]) => {
  expect(readEnd(text, 'to')).toEqual({ who, port })
})

test.for([
  [
    '192.0.2.0/24',
    '--to: a packet has one address, and 192.0.2.0/24 is none; take one of them, or any',
  ],
  ['192.0.2.5:70000', '--to: 70000 is no port; a number from 1 to 65535 is one'],
  ['192.0.2.5:0', '--to: 0 is no port; a number from 1 to 65535 is one'],
  ['192.0.2.5:nosuch', "--to: no service is known as nosuch; give the port's number"],
  ['192.0.2.500:25', '--to: 192.0.2.500 is neither an address nor a name'],
  ['1::2::3', '--to: 1::2::3 is neither an address nor a name'],
  ['-x:25', '--to: -x is neither an address nor a name'],
  ['[::1', '--to was [::1; write ADDRESS:PORT, [IPV6]:PORT, NAME:PORT, any:PORT or :PORT'],
  ['', '--to was ; write ADDRESS:PORT, [IPV6]:PORT, NAME:PORT, any:PORT or :PORT'],
] as const)('%s is refused with what would be right', ([text, message]) => {
  expect(() => readEnd(text, 'to')).toThrow(new UsageError(message))
})

test('the sender localhost is the host itself, whatever it sends to', () => {
  expect(readEnd('localhost', 'from')).toEqual({ who: { kind: 'self' }, port: null })
})

test('a port may be named by its service, in any case', () => {
  expect(readPort('HTTPS', 'to')).toBe(443)
})

test('no words make it fail in another way', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        readEnd(text, 'to')
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError)
      }
    }),
  )
})
