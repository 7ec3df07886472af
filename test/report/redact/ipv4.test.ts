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
  const [client, gateway, other] = images('10.37.4.2', '10.37.4.1', '10.40.0.9')
  expect([client, gateway]).toEqual(['10.36.4.2', '10.36.4.1'])
  expect(other).toBe('10.41.0.9')
  expect(images('192.168.1.7', '172.20.0.3', '100.70.0.1')).toEqual([
    '192.168.0.7',
    '172.21.0.3',
    '100.71.0.1',
  ])
})

test('a public address is taken from the documentation, its whole subnet with it', () => {
  expect(images('8.26.56.26', '8.26.56.1', '93.184.216.34')).toEqual([
    '192.0.2.26',
    '192.0.2.1',
    '198.51.100.34',
  ])
})

test('a block that the report uses itself is not given', () => {
  expect(images('192.0.2.5', '45.1.2.3')).toEqual(['198.51.100.5', '203.0.113.3'])
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
