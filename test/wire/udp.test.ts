import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainStopped, isStopped } from '../../src/base/stopped.ts'
import { parseAddress } from '../../src/wire/address.ts'
import { bytesBetween, viewOf } from '../../src/wire/bytes.ts'
import { pseudoHeaderSum } from '../../src/wire/checksum.ts'
import { describeUdp, readUdp, writeUdp } from '../../src/wire/udp.ts'
import { ETHERNET, framesWith } from './frames.ts'

const sent = framesWith('udp.srcport').filter(
  ({ number }) => number('ip.proto') === 17 || number('ipv6.nxt') === 17,
)

test('what Linux sent reads as in tshark, and is written again byte for byte', () => {
  expect(sent.length).toBe(2)
  for (const { view, text, number } of sent) {
    const six = text('ipv6.src') !== ''
    const at = ETHERNET + (six ? 40 : 20)
    const header = readUdp(view, at, view.byteLength)
    if (isStopped(header)) throw new Error(explainStopped(header))
    expect(header).toMatchObject({
      sourcePort: number('udp.srcport'),
      destinationPort: number('udp.dstport'),
      lengthBytes: number('udp.length'),
      checksum: number('udp.checksum'),
    })
    const source = parseAddress(text(six ? 'ipv6.src' : 'ip.src'))
    const destination = parseAddress(text(six ? 'ipv6.dst' : 'ip.dst'))
    if (source === null || destination === null) throw new Error('no address')
    const sum = pseudoHeaderSum(source, destination, 17, header.lengthBytes)
    const payload = bytesBetween(view, header.payloadAt, header.payloadEnd)
    expect(writeUdp(header, payload, sum)).toEqual(
      new Uint8Array(bytesBetween(view, at, header.payloadEnd)),
    )
  }
})

test.each([0, 7])('a header of %i bytes stops', (end) => {
  const result = readUdp(new DataView(new ArrayBuffer(8)), 0, end)
  expect(isStopped(result) && explainStopped(result)).toBe(`udp at 0: needs 8 bytes, has ${end}`)
})

test('a checksum that comes out as 0 is sent as ffff, and none is sent as 0', () => {
  const ports = { sourcePort: 0, destinationPort: 0 }
  expect(viewOf(writeUdp(ports, new Uint8Array(0), 0xffff - 8)).getUint16(6)).toBe(0xffff)
  expect(viewOf(writeUdp(ports, new Uint8Array(0), null)).getUint16(6)).toBe(0)
})

test('no bytes make it throw, and a payload lies within them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const header = readUdp(viewOf(bytes), 0, bytes.length)
      if (isStopped(header)) return
      expect(header.payloadEnd).toBeGreaterThanOrEqual(header.payloadAt)
      expect(header.payloadEnd).toBeLessThanOrEqual(bytes.length)
      expect(describeUdp(header)).toContain('UDP')
    }),
  )
})
