import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lapsedSignature } from '../../src/dialog/dns-signature.ts'
import { dnsQuery } from '../../src/wire/dns.ts'

const hex = (seconds: number): string => seconds.toString(16).padStart(8, '0')
/** A, algorithm 13, three labels, a TTL of an hour; then the times. */
const signed = (expiration: string, inception: string) => ({
  ...dnsQuery({ id: 1, name: 'www.example.org', type: 1 }),
  answers: [
    {
      name: 'www.example.org',
      type: 46,
      class: 1,
      ttlSeconds: 60,
      data: { kind: 'other', hex: `00010d0300000e10${expiration}${inception}` } as const,
    },
  ],
})
const NOW = Date.UTC(2026, 10, 28)
const at = (day: number): string => hex(NOW / 1000 + day * 86_400)

test('a signature holds from its inception to its expiration', () => {
  expect(lapsedSignature(signed(at(5), at(-5)), NOW)).toBeNull()
  expect(lapsedSignature(signed(at(-2), at(-9)), NOW)).toBe('the signature expired on 2026-11-26')
  expect(lapsedSignature(signed(at(9), at(2)), NOW)).toBe(
    'the signature is valid only from 2026-11-30',
  )
})

test('what is cut short is survived', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 16 }), (any) => {
      lapsedSignature(signed(any, ''), NOW)
    }),
  )
  expect(lapsedSignature(dnsQuery({ id: 1, name: 'a', type: 1 }), NOW)).toBeNull()
})
