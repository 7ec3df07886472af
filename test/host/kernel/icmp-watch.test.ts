import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readIcmpSeen } from '../../../src/host/kernel/icmp-watch.ts'
import { writeSockaddr } from '../../../src/host/kernel/sockaddr.ts'
import { parseAddress } from '../../../src/wire/address.ts'

const from = (text: string): Buffer => {
  const address = parseAddress(text)
  return address ? writeSockaddr(address) : Buffer.alloc(0)
}

const message = (hex: string, sender: string) => ({
  bytes: Buffer.from(hex.replace(/\s/g, ''), 'hex'),
  from: from(sender),
  control: [],
})

test('a refusal by a router quotes the SYN that it refused', () => {
  const seen = readIcmpSeen(
    message(
      // IPv4 from 192.0.2.1 to 192.0.2.10 | 3/13 | IPv4 to 203.0.113.7 | the first 8 bytes of TCP
      `45000038 00000000 3f010000 c0000201 c000020a 030d0000 00000000
       4500003c 00004000 3f060000 c000020a cb007107 d43101bb 00000001`,
      '192.0.2.1',
    ),
    4,
  )
  expect(seen).toEqual({
    family: 4,
    from: '192.0.2.1',
    type: 3,
    code: 13,
    text: 'destination unreachable, communication administratively prohibited',
    mtu: null,
    quoted: { destination: '203.0.113.7', protocol: 6, sourcePort: 54321, destinationPort: 443 },
  })
})

test('no bytes throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(4, 6), (bytes, family) => {
      readIcmpSeen(
        { bytes: Buffer.from(bytes), from: from('192.0.2.1'), control: [] },
        family as 4 | 6,
      )
    }),
  )
})
