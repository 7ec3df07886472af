import { expect, test } from 'vitest'
import { explainAnswer, isBogus } from '../../src/dialog/dns-answer.ts'
import { type DnsMessage, dnsQuery } from '../../src/wire/dns.ts'

const answer = (rcode: number, extended: readonly number[] = [], text = ''): DnsMessage => ({
  ...dnsQuery({ id: 1, name: 'www.example.org', type: 1 }),
  qr: true,
  ra: true,
  rcode,
  edns: {
    udpPayloadBytes: 1232,
    version: 0,
    dnssecOk: false,
    options: extended.map((code) => ({
      code: 15,
      data: Uint8Array.from([code >> 8, code & 0xff, ...new TextEncoder().encode(text)]),
    })),
  },
})

test('a response code is told with its meaning', () => {
  expect(explainAnswer(answer(2))).toBe('SERVFAIL (it could not find the answer out)')
  expect(explainAnswer(answer(11))).toBe('RCODE11')
})

test('a reason is told with its meaning and with the server’s own words', () => {
  const told = explainAnswer(answer(2, [7], 'RRSIG expired 2026-11-01'))
  expect(told).toContain('; Signature Expired: a signature of the zone has expired')
  expect(told).toContain('(“RRSIG expired 2026-11-01”)')
  expect(explainAnswer(answer(2, [4000]))).toContain('; extended error 4000')
})

test('a server that refuses and does not recurse serves its own zones only', () => {
  expect(explainAnswer({ ...answer(5), ra: false })).toContain('it does not recurse')
  expect(explainAnswer(answer(5))).not.toContain('it does not recurse')
})

test('what DNSSEC broke says so', () => {
  for (const code of [6, 7, 9]) expect(isBogus(answer(2, [code]))).toBe(true)
  for (const code of [15, 22, 23]) expect(isBogus(answer(2, [code]))).toBe(false)
  expect(isBogus({ ...answer(2), edns: null })).toBe(false)
})
