import fc from 'fast-check'
import { expect, test } from 'vitest'
import { disguiseIpv4 } from '../../../src/report/redact/ipv4.ts'
import { type Address, classify, formatAddress, parseAddress } from '../../../src/wire/address.ts'

const address = (text: string): Address => {
  const parsed = parseAddress(text)
  if (!parsed) throw new Error(text)
  return parsed
}

const images = (...texts: string[]): string[] => {
  const disguise = disguiseIpv4(texts.map(address))
  return texts.map((text) => formatAddress(disguise(address(text))))
}

test('a private address stays in its range, and neighbours stay neighbours', () => {
  expect(images('10.37.4.2', '10.37.4.1', '10.40.0.9')).toEqual([
    '10.0.0.1',
    '10.0.0.2',
    '10.8.0.1',
  ])
  expect(images('192.168.1.7', '172.20.0.3', '100.70.0.1')).toEqual([
    '192.168.0.1',
    '172.16.0.1',
    '100.64.0.1',
  ])
})

test('a public address is taken from the documentation, its whole subnet with it', () => {
  expect(images('8.26.56.26', '8.26.56.1', '93.184.216.34')).toEqual([
    '192.0.2.1',
    '192.0.2.17',
    '198.51.100.1',
  ])
})

test('a block that the report uses itself is not given', () => {
  expect(images('192.0.2.5', '45.1.2.3')).toEqual(['198.51.100.1', '203.0.113.1'])
})

test('subnets of one /16 stay within one', () => {
  const [one, two] = images('45.1.2.3', '45.1.9.3')
  expect(one?.split('.').slice(0, 2)).toEqual(two?.split('.').slice(0, 2))
  expect(one).not.toBe(two)
})

test.for(['127.0.0.1', '0.0.0.0', '255.255.255.0', '224.0.0.251', '8.8.8.8'])(
  '%s stays',
  (text) => {
    expect(images(text)).toEqual([text])
  },
)

test('the numbers tell nothing but who is near whom', () => {
  const order = ['10.37.4.2', '10.37.4.200', '10.40.0.9', '45.1.2.3'] as const
  const other = ['10.99.81.77', '10.99.81.144', '10.108.3.200', '93.4.5.6'] as const
  expect(images(...order)).toEqual(images(...other))
})

test('two share as many bits as before, in a private range and in a public block', () => {
  const shared = (one: string, two: string): number => {
    const [a, b] = [one, two].map((text) =>
      address(text).bytes.reduce((number, byte) => number * 256 + byte, 0),
    )
    return Math.clz32(((a ?? 0) ^ (b ?? 0)) >>> 0)
  }
  const byte = fc.nat(255)
  const group = fc.oneof(
    fc
      .array(fc.tuple(byte, byte, byte), { minLength: 2, maxLength: 9 })
      .map((all) => all.map((bytes) => `10.${bytes.join('.')}`)),
    fc.array(byte, { minLength: 2, maxLength: 40 }).map((all) => all.map((one) => `45.1.2.${one}`)),
  )
  fc.assert(
    fc.property(group, (all) => {
      const texts = [...new Set(all)]
      const told = images(...texts)
      for (const [i, one] of texts.entries())
        for (const [j, two] of texts.entries())
          expect(shared(told[i] ?? '', told[j] ?? '')).toBe(shared(one, two))
    }),
  )
})

test('no host gets the address of its network or of its broadcast', () => {
  for (const text of images('10.0.0.10', '10.0.0.2', '10.0.0.3', '10.0.0.11'))
    expect(text).not.toMatch(/\.(?:0|255)$/)
  expect(images('10.9.8.1', '10.9.8.2')).toEqual(['10.0.0.1', '10.0.0.2'])
})

test('what is one subnet before is one after, what are two are two, and no address is kept', () => {
  const any = fc.tuple(
    fc.constantFrom(10, 45, 93, 172, 192, 203),
    fc.constantFrom(0, 16, 20, 168),
    fc.nat(255),
    fc.nat(255),
  )
  fc.assert(
    fc.property(fc.array(any, { minLength: 1, maxLength: 12 }), (all) => {
      const texts = [...new Set(all.map((bytes) => bytes.join('.')))]
      const told = images(...texts)
      expect(new Set(told).size).toBe(texts.length)
      for (const [i, one] of texts.entries()) {
        expect(told).not.toContain(one)
        const kind = classify(address(one))
        if (kind === 'private') expect(classify(address(told[i] ?? ''))).toBe('private')
        for (const [j, other] of texts.entries())
          expect(told[i]?.replace(/\d+$/, '') === told[j]?.replace(/\d+$/, '')).toBe(
            one.replace(/\d+$/, '') === other.replace(/\d+$/, ''),
          )
      }
    }),
  )
})
