import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainStopped, isStopped } from '../../src/base/stopped.ts'
import { formatAddress } from '../../src/wire/address.ts'
import { ARP_BYTES, describeArp, readArp, writeArp } from '../../src/wire/arp.ts'
import { bytesBetween, viewOf } from '../../src/wire/bytes.ts'
import { formatMac } from '../../src/wire/mac.ts'
import { ETHERNET, framesWith } from './frames.ts'

const sent = framesWith('arp.opcode')

test('a request and its reply are what tshark reads, and are written again byte for byte', () => {
  expect(sent.length).toBe(2)
  for (const { view, text, number } of sent) {
    const message = readArp(view, ETHERNET, view.byteLength)
    if (isStopped(message)) throw new Error(explainStopped(message))
    expect(message.operation).toBe(number('arp.opcode'))
    expect(formatMac(message.senderMac)).toBe(text('arp.src.hw_mac'))
    expect(formatAddress(message.sender)).toBe(text('arp.src.proto_ipv4'))
    expect(formatMac(message.targetMac)).toBe(text('arp.dst.hw_mac'))
    expect(formatAddress(message.target)).toBe(text('arp.dst.proto_ipv4'))
    expect(writeArp(message)).toEqual(
      new Uint8Array(bytesBetween(view, ETHERNET, ETHERNET + ARP_BYTES)),
    )
  }
})

test('they are described as a question and its answer', () => {
  const lines = sent.map(({ view }) => {
    const message = readArp(view, ETHERNET, view.byteLength)
    return isStopped(message) ? explainStopped(message) : describeArp(message)
  })
  expect(lines).toEqual([
    'ARP: who has 192.0.2.1? tell 192.0.2.10',
    'ARP: 192.0.2.1 is at 02:00:00:00:00:01',
  ])
})

test('a short message and one about another link stop', () => {
  const short = readArp(new DataView(new ArrayBuffer(28)), 0, 27)
  expect(isStopped(short) && explainStopped(short)).toBe('arp at 0: needs 28 bytes, has 27')
  expect(isStopped(readArp(new DataView(new ArrayBuffer(28)), 0, 28))).toBe(true)
})

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      (bytes) => void readArp(viewOf(bytes), 0, bytes.length),
    ),
  )
})
