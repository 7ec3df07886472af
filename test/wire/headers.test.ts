import { expect, test } from 'vitest'
import { HEADER_NOTE, Headers } from '../../src/wire/headers.ts'

test('headers of which nothing was read tell of no packet', () => {
  const { ipVersion, protocol, vlan, etherAt, identification, notes } = new Headers()
  expect({ ipVersion, protocol, vlan, etherAt, identification, notes }).toEqual({
    ipVersion: 0,
    protocol: -1,
    vlan: -1,
    etherAt: -1,
    identification: -1,
    notes: 0,
  })
})

test('each note is a bit of its own', () => {
  const bits = Object.values(HEADER_NOTE)
  expect(bits.reduce((sum, bit) => sum | bit, 0)).toBe(bits.reduce((sum, bit) => sum + bit, 0))
})
