/** What a packet that is not TCP is, in a few words. */
import type { Headers } from '../../wire/headers.ts'
import { PROTOCOL, protocolName } from '../../wire/protocol.ts'
import { describeCount } from './amount.ts'

/** ICMP messages that ask or answer, RFC 792, RFC 4443. */
const ICMP: Readonly<Record<number, string>> = {
  0: 'echo reply',
  8: 'echo request',
  13: 'timestamp request',
  14: 'timestamp reply',
  17: 'mask request',
  18: 'mask reply',
}
const ICMPV6: Readonly<Record<number, string>> = {
  128: 'echo request',
  129: 'echo reply',
}

/** `echo request, 56 bytes`, `UDP, 45 bytes`. */
export function describeDatagram(headers: Headers): string {
  const { protocol, view, transportAt, payloadBytes } = headers
  const names = protocol === PROTOCOL.icmp ? ICMP : protocol === PROTOCOL.icmpv6 ? ICMPV6 : null
  const bytes = describeCount(payloadBytes, 'byte')
  if (names === null || transportAt >= view.byteLength) return `${protocolName(protocol)}, ${bytes}`
  const type = view.getUint8(transportAt)
  return `${names[type] ?? `${protocolName(protocol)} type ${type}`}, ${bytes}`
}
