import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  className,
  extendedErrorName,
  opcodeName,
  rcodeName,
  typeName,
  typeNumber,
} from '../../src/wire/dns-number.ts'

test('mnemonics are known in both directions, in either case', () => {
  expect([1, 28, 257].map(typeName)).toEqual(['A', 'AAAA', 'CAA'])
  expect(['a', 'Aaaa', 'CAA', 'https'].map(typeNumber)).toEqual([1, 28, 257, 65])
  expect([0, 2, 3, 5, 16].map(rcodeName)).toEqual([
    'NOERROR',
    'SERVFAIL',
    'NXDOMAIN',
    'REFUSED',
    'BADVERS',
  ])
  expect([className(1), opcodeName(0)]).toEqual(['IN', 'QUERY'])
})

test('unregistered numbers are written as RFC 3597 and dig do', () => {
  expect(typeName(65280)).toBe('TYPE65280')
  expect(className(7)).toBe('CLASS7')
  expect(rcodeName(11)).toBe('RCODE11')
  expect(extendedErrorName(999)).toBe('extended error 999')
})

test('extended errors have the names of RFC 8914', () => {
  const names = [0, 6, 14, 18, 22, 23, 24].map(extendedErrorName)
  expect(names).toEqual([
    'Other',
    'DNSSEC Bogus',
    'Not Ready',
    'Prohibited',
    'No Reachable Authority',
    'Network Error',
    'Invalid Data',
  ])
})

test.each(['', 'B', 'TYPE', 'TYPE65536', 'TYPE-1', 'constructor', '__proto__'])(
  '"%s" is no type',
  (name) => {
    expect(typeNumber(name)).toBeNull()
  },
)

test('every number’s name leads back to it', () => {
  fc.assert(fc.property(fc.nat(0xffff), (type) => typeNumber(typeName(type)) === type))
  for (let type = 0; type < 300; type++) expect(typeNumber(typeName(type))).toBe(type)
})
