import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Value } from '../../src/facts/rule-set.ts'
import { addressKey, isIn, rangeOf } from '../../src/policy/address-range.ts'

const one = (value: string): Value => ({ kind: 'one', value })
const prefix = (address: string, length: number): Value => ({ kind: 'prefix', address, length })

function has(value: Value, address: string): boolean {
  const [range, key] = [rangeOf(value), addressKey(address)]
  return range !== null && key !== null && isIn(range, key)
}

describe('ranges of addresses', () => {
  test.for([
    [one('10.0.0.1'), '10.0.0.1', true],
    [one('10.0.0.1'), '10.0.0.2', false],
    [prefix('10.0.0.77', 24), '10.0.0.255', true],
    [prefix('10.0.0.0', 24), '10.0.1.0', false],
    [prefix('10.0.0.0', 0), '255.255.255.255', true],
    [prefix('10.0.0.128', 25), '10.0.0.127', false],
    [prefix('2001:db8::', 33), '2001:db8:7fff::1', true],
    [prefix('2001:db8::', 33), '2001:db8:8000::', false],
    [prefix('0.0.0.0', 0), '::1', false],
    [{ kind: 'range', from: '10.0.0.9', to: '10.0.1.3' }, '10.0.0.200', true],
    [{ kind: 'range', from: '::1', to: '::ff' }, '::100', false],
  ] as const)('%o holds %s: %s', ([value, address, expected]) => {
    expect(has(value, address)).toBe(expected)
  })

  test('what is no address, or of two families, is no range', () => {
    expect(rangeOf(one('lo'))).toBeNull()
    expect(rangeOf({ kind: 'range', from: '10.0.0.1', to: '::1' })).toBeNull()
    expect(addressKey('')).toBeNull()
  })

  test('keys sort as the addresses do', () => {
    const quad = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255))
    fc.assert(
      fc.property(quad, quad, (a, b) => {
        const number = (bytes: readonly number[]): number =>
          bytes.reduce((sum, byte) => sum * 256 + byte, 0)
        const less = (addressKey(a.join('.')) ?? '') < (addressKey(b.join('.')) ?? '')
        expect(less).toBe(number(a) < number(b))
      }),
    )
  })
})
