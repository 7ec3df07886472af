import { expect, test } from 'vitest'
import { Connection } from '../../../src/flow/connection.ts'
import { addressText, endText, hasPorts } from '../../../src/report/read/end-name.ts'
import { parseAddress } from '../../../src/wire/address.ts'

const noName = (): undefined => undefined

const bytesOf = (text: string): Uint8Array => parseAddress(text)?.bytes ?? new Uint8Array(0)

test.for(['192.168.2.10', '0.0.0.0', '2001:db8::7', '::ffff:192.0.2.1', 'fe80::1'])(
  'the bytes of %s read back',
  (text) => {
    expect(addressText(bytesOf(text))).toBe(text)
  },
)

test('what is no address is not made one', () => {
  expect(addressText(new Uint8Array(3))).toBe('?')
})

test('an end has its port, in brackets where it needs them, and its name where the capture tells one', () => {
  const connection = new Connection()
  connection.protocol = 6
  connection.server.address = bytesOf('2001:db8::7')
  connection.server.port = 443
  expect(endText(connection.server, connection, noName)).toBe('[2001:db8::7]:443')
  expect(endText(connection.server, connection, () => 'www')).toBe('www:443')
  connection.protocol = 58
  expect(endText(connection.server, connection, noName)).toBe('2001:db8::7')
  expect([1, 6, 17, 58, 132].map(hasPorts)).toEqual([false, true, true, false, true])
})
