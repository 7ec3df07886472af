import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSameCertificate, servedAt } from '../../src/facts/openssl-s-client.ts'
import { printed } from '../../src/facts/source.ts'

// OpenSSL 3.0.17 against its own s_server with a leaf and an intermediate.
const text = readFileSync(join(import.meta.dirname, 'data/openssl-s-client.txt'), 'utf8')
const parse = (output: string, code = 0) =>
  servedAt('192.0.2.7', 443, 'www.example.org').sources[0]?.parse(printed(output, code))

test('the chain is told as it was served, each certificate once', () => {
  const chain = parse(text) ?? []
  const lab = readFileSync(join(import.meta.dirname, '../../lab/tls/good.pem'), 'utf8')
  expect(chain.length).toBeGreaterThanOrEqual(2)
  expect(
    isSameCertificate(chain[0] ?? '', lab.split(/(?<=-----END CERTIFICATE-----)/)[0] ?? ''),
  ).toBe(true)
  expect(isSameCertificate(chain[0] ?? '', chain[1] ?? '')).toBe(false)
})

test('an IPv6 address has brackets, and an address is asked for without a name', () => {
  expect(servedAt('2001:db8::7', 443, null).sources[0]?.argv.slice(3)).toEqual([
    ...['-connect', '[2001:db8::7]:443', '-noservername'],
  ])
})

test('without a certificate there is no answer, whatever the text', () => {
  expect(parse('connect:errno=111\n', 1)).toBeNull()
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (any) => {
      parse(`-----BEGIN CERTIFICATE-----${any}`)
    }),
  )
})
