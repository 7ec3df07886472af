import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  asName,
  mayBeAnnounced,
  mostSpecific,
  originName,
  parseAsName,
  parseAsNumber,
  parseOrigin,
} from '../../../src/diagnose/trace/asn.ts'
import { parseAddress } from '../../../src/wire/address.ts'

const of = <T>(text: string, ask: (address: NonNullable<ReturnType<typeof parseAddress>>) => T) => {
  const address = parseAddress(text)
  return address && ask(address)
}

test('the names are those that Team Cymru documents', () => {
  expect(of('216.90.108.31', originName)).toBe('31.108.90.216.origin.asn.cymru.com')
  expect(of('2001:4860:b002::68', originName)).toBe(
    '8.6.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.2.0.0.b.0.6.8.4.1.0.0.2.origin6.asn.cymru.com',
  )
  expect(asName(23_028)).toBe('AS23028.asn.cymru.com')
})

test('its answers are read', () => {
  expect(parseOrigin('23028 | 216.90.108.0/24 | US | arin | 1998-09-25')).toEqual({
    number: 23_028,
    name: null,
    prefix: '216.90.108.0/24',
  })
  expect(parseOrigin('701 1239 3549 | 198.51.100.0/24 | US | arin | ')).toMatchObject({
    number: 701,
  })
  expect(parseAsName('23028 | US | arin | 2002-01-04 | TEAM-CYMRU - Team Cymru Inc., US')).toBe(
    'TEAM-CYMRU - Team Cymru Inc., US',
  )
})

test('what is no answer tells nothing', () => {
  expect(parseOrigin('NA | | | |')).toBeNull()
  expect(parseOrigin('')).toBeNull()
  expect(parseAsName('23028 | US')).toBeNull()
  expect(parseAsNumber('4294967296')).toBeNull()
  expect(parseAsNumber('0')).toBeNull()
})

test('of several prefixes the longest is nearest', () => {
  const origin = (prefix: string) => ({ number: 1, name: null, prefix })
  expect(mostSpecific([origin('192.0.0.0/8'), origin('192.0.2.0/24')])?.prefix).toBe('192.0.2.0/24')
  expect(mostSpecific([])).toBeNull()
})

test.each(['10.0.0.1', '100.64.0.1', '127.0.0.1', 'fe80::1', 'fd00::1', '169.254.1.1'])(
  '%s belongs to nobody, so nobody is asked',
  (address) => {
    expect(of(address, mayBeAnnounced)).toBe(false)
  },
)

test('any text is read', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const origin = parseOrigin(text)
      if (origin) expect(origin.number).toBeGreaterThan(0)
      parseAsName(text)
    }),
  )
})
