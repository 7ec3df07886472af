import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAddress } from '../../src/wire/address.ts'
import { bytesBetween } from '../../src/wire/bytes.ts'
import { HEADER_NOTE, Headers } from '../../src/wire/headers.ts'
import { LINK_TYPE } from '../../src/wire/link-type.ts'
import { readQuote } from '../../src/wire/quote.ts'
import { framesWith } from './frames.ts'
import { headersOf, SYN_4, SYN_6 } from './header-of.ts'

const raw = (digits: string): Headers => headersOf(digits, LINK_TYPE.raw)

const error4 = (rest: string, quoted: string): Headers =>
  raw(`45000080 00000000 4001 0000 c0000201c000020a ${rest} ${quoted}`)

test('addresses, ports and sequence of a quoted segment are what tshark reads', () => {
  const errors = framesWith('tcp.srcport').filter(({ number }) => number('icmp.type') === 3)
  expect(errors.length).toBeGreaterThan(0)
  for (const { view, text, number } of errors) {
    const digits = Array.from(new Uint8Array(view.buffer), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join('')
    const quote = new Headers()
    expect(readQuote(headersOf(digits), quote)).toBe(true)
    expect(quote).toMatchObject({
      protocol: 6,
      sourcePort: number('tcp.srcport'),
      destinationPort: number('tcp.dstport'),
    })
    // An error goes to whom it quotes.
    const at = quote.sourceAddressAt
    const bytes = bytesBetween(view, at, at + 4)
    expect(text('ip.dst')).toBe(formatAddress({ family: 4, bytes, zone: null }))
  }
})

test('eight bytes of a segment suffice, and their end is no damage', () => {
  const quote = new Headers()
  const eight = SYN_4.replace(/\s/g, '').slice(0, 56)
  expect(readQuote(error4('03030000 00000000', eight), quote)).toBe(true)
  expect(quote).toMatchObject({ sourcePort: 4660, destinationPort: 80, sequence: 1 })
  expect(quote.notes & HEADER_NOTE.damaged).toBe(0)
})

test('the length of RFC 4884 ends the quote before the extensions', () => {
  const quote = new Headers()
  const padded = SYN_4 + '00'.repeat(88)
  expect(readQuote(error4('0b000000 00200000', `${padded} 20000000`), quote)).toBe(true)
  expect(quote.payloadEnd).toBeLessThanOrEqual(28 + 128)
  const six = raw(`6000000000443a40 ${'00'.repeat(32)} 0104000000000000 ${SYN_6}`)
  expect(readQuote(six, quote)).toBe(true)
  expect(quote).toMatchObject({ ipVersion: 6, sourcePort: 4660 })
})

test('an echo quotes nothing, nor does an error that is followed by no IP', () => {
  const quote = new Headers()
  expect(readQuote(error4('08000000 00000000', SYN_4), quote)).toBe(false)
  expect(readQuote(error4('03030000 00000000', '00000000'), quote)).toBe(false)
  expect(readQuote(raw(SYN_4), quote)).toBe(false)
})

test('no quoted bytes make it throw', () => {
  const quote = new Headers()
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom('03', '0b', '05'),
      (bytes, type) => {
        const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
        readQuote(error4(`${type}000000 00050000`, digits), quote)
      },
    ),
  )
})
