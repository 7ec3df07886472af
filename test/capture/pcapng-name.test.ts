import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readNames } from '../../src/capture/pcapng-name.ts'
import { viewOf } from '../../src/wire/bytes.ts'
import { hex } from '../wire/hex.ts'

test('the first name of each address is told', () => {
  const names = new Map<string, string>()
  const view = hex(
    '0001 0008 c0000201 61006200  0002 0012 20010db8000000000000000000000001 6300 0000  0000 0000',
  )
  readNames(view, 0, view.byteLength, false, names)
  expect([...names]).toEqual([
    ['192.0.2.1', 'a'],
    ['2001:db8::1', 'c'],
  ])
})

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, little) => {
      readNames(viewOf(bytes), 0, bytes.length, little, new Map())
    }),
  )
})
