import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseIcmp, rebuildIcmp } from '../../src/capture/tcpdump-icmp.ts'
import { formatHex } from '../../src/wire/bytes.ts'

test.each([
  [4, 'ICMP echo request, id 7, seq 3, length 64', [8, 0]],
  [4, 'icmp: echo reply', [0, 0]],
  [4, 'ICMP 10.2.0.2 tcp port 7009 unreachable, length 68', [3, 3]],
  [4, 'ICMP net 10.2.0.2 unreachable - admin prohibited, length 68', [3, 9]],
  [4, 'ICMP host 10.2.0.2 unreachable - admin prohibited filter, length 68', [3, 13]],
  [4, 'ICMP host 10.2.0.2 unreachable - admin prohibited, length 68', [3, 10]],
  [4, 'ICMP host 10.2.0.77 unreachable, length 68', [3, 1]],
  [4, 'ICMP 10.2.0.2 unreachable - need to frag (mtu 1400), length 556', [3, 4]],
  [4, 'ICMP time exceeded in-transit, length 36', [11, 0]],
  [4, 'icmp: host 10.0.0.5 unreachable', [3, 1]],
  [6, 'ICMP6, destination unreachable, unreachable route fd02::2, length 88', [1, 0]],
  [6, 'ICMP6, destination unreachable,  unreachable prohibited fd02::2, length 88', [1, 1]],
  [6, 'ICMP6, destination unreachable, unreachable port, fd02::2 udp port 9, length 88', [1, 4]],
  [6, 'ICMP6, packet too big, mtu 1280, length 1240', [2, 0]],
  [6, 'ICMP6, echo request, id 1, seq 2, length 64', [128, 0]],
  [6, 'ICMP6, neighbor solicitation, who has fd01::2, length 32', [135, 0]],
] as const)('of IPv%i “%s” has the type and code %j', (family, text, [type, code]) => {
  expect(parseIcmp(text, family)).toMatchObject({ type, code })
})

test('an error tells whom it is about, an echo its numbers, a narrow link its MTU', () => {
  const error = parseIcmp('ICMP 10.2.0.2 tcp port 7009 unreachable, length 68', 4)
  expect(error?.about).toEqual({ address: '10.2.0.2', protocol: 6, port: 7009 })
  expect(parseIcmp('ICMP echo request, id 7, seq 3, length 64', 4)?.rest).toBe(0x00070003)
  expect(parseIcmp('ICMP6, packet too big, mtu 1280, length 1240', 6)?.rest).toBe(1280)
})

test('a message carries what it quotes, up to its length', () => {
  const error = parseIcmp('ICMP time exceeded in-transit, length 10', 4)
  if (error === null) throw new Error('no message')
  expect(formatHex(rebuildIcmp(error, Uint8Array.of(0x45, 0, 1, 2)))).toBe(
    '0b00000000000000' + '4500',
  )
})

test('other text is no message, and none makes it throw', () => {
  expect(parseIcmp('UDP, length 5', 4)).toBeNull()
  expect(parseIcmp('ICMP type-#99, length 5', 4)?.type).toBe(255)
  fc.assert(fc.property(fc.string(), (text) => void parseIcmp(`ICMP ${text}`, 4)))
})
