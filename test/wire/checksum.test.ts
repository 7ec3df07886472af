import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAddress } from '../../src/wire/address.ts'
import { viewOf } from '../../src/wire/bytes.ts'
import { checksum, onesSum, pseudoHeaderSum } from '../../src/wire/checksum.ts'
import { ETHERNET, framesWith } from './frames.ts'
import { hex } from './hex.ts'

test('the example of RFC 1071 §3 sums to ddf2', () => {
  expect(onesSum(hex('0001 f203 f4f5 f6f7'), 0, 8)).toBe(0xddf2)
  expect(checksum(hex('0001 f203 f4f5 f6f7'), 0, 8)).toBe(0x220d)
})

test('nothing sums to zero, and a single byte counts as the high one', () => {
  expect(checksum(hex(''), 0, 0)).toBe(0xffff)
  expect(onesSum(hex('12'), 0, 1)).toBe(0x1200)
})

test('every IPv4 header that Linux sent checks to zero', () => {
  const sent = framesWith('ip.src')
  expect(sent.length).toBeGreaterThan(10)
  for (const { view } of sent) expect(checksum(view, ETHERNET, ETHERNET + 20)).toBe(0)
})

test('every ICMPv6 message that Linux sent checks to zero with its pseudo-header', () => {
  const sent = framesWith('icmpv6.type').filter((frame) => frame.number('ipv6.nxt') === 58)
  expect(sent.length).toBeGreaterThan(5)
  for (const { view, text, number } of sent) {
    const [source, destination] = [parseAddress(text('ipv6.src')), parseAddress(text('ipv6.dst'))]
    if (source === null || destination === null) throw new Error('no address')
    const sum = pseudoHeaderSum(source, destination, 58, number('ipv6.plen'))
    expect(checksum(view, ETHERNET + 40, view.byteLength, sum)).toBe(0)
  }
})

test('any even number of bytes followed by their checksum checks to zero', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(0xffff)), (words) => {
      const view = new DataView(new ArrayBuffer(2 * words.length + 2))
      for (const [index, word] of words.entries()) view.setUint16(2 * index, word)
      view.setUint16(2 * words.length, checksum(view, 0, 2 * words.length))
      expect(checksum(view, 0, view.byteLength)).toBe(0)
    }),
  )
})

test('carries are kept in sums longer than 32 bits hold', () => {
  const ones = viewOf(new Uint8Array(1 << 20).fill(0xff))
  expect(onesSum(ones, 0, ones.byteLength)).toBe(0xffff)
  expect(onesSum(ones, 0, ones.byteLength, 2 ** 40 + 1)).toBe((1 << 8) + 1)
})
