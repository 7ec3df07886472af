import { expect, test } from 'vitest'
import { TextQuotes } from '../../src/capture/tcpdump-quote.ts'
import { parseAddress } from '../../src/wire/address.ts'

const [source, one, other] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((text) => {
  const address = parseAddress(text)
  if (address === null) throw new Error(text)
  return address
})

test('the last packet that fits what is told is quoted', () => {
  if (source === undefined || one === undefined || other === undefined) throw new Error('none')
  const quotes = new TextQuotes()
  const packet = (n: number) => ({ bytes: Uint8Array.of(n), originalBytes: 1 })
  quotes.note({ source, destination: one }, 6, 80, packet(1))
  quotes.note({ source, destination: one }, 6, 81, packet(2))
  quotes.note({ source, destination: other }, 17, 80, packet(3))
  const about = (protocol: number | null, port: number | null) => ({
    address: null,
    protocol,
    port,
  })
  expect(quotes.quoted(source, about(6, 80), one)).toEqual(Uint8Array.of(1))
  expect(quotes.quoted(source, about(6, null), one)).toEqual(Uint8Array.of(2))
  expect(quotes.quoted(source, about(null, null), null)).toEqual(Uint8Array.of(3))
  expect(quotes.quoted(source, about(17, 81), other)).toEqual(new Uint8Array(0))
  expect(quotes.quoted(one, about(null, null), null)).toEqual(new Uint8Array(0))
})
