/** What an end of a connection is called: its address and port, or the name that the capture itself tells. */
import type { Connection, End } from '../../flow/connection.ts'
import { formatAddress } from '../../wire/address.ts'
import { formatEndpoint } from '../../wire/endpoint.ts'
import { PROTOCOL } from '../../wire/protocol.ts'

/** The name of an address as `formatAddress` writes it; undefined where it has none. */
export type NameOf = (address: string) => string | undefined

/** 4 or 16 bytes as text; anything else is a question mark. */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`
  return bytes.length === 16 ? formatAddress({ family: 6, bytes, zone: null }) : '?'
}

/** True for a protocol whose ends have ports. */
export const hasPorts = (protocol: number): boolean =>
  protocol !== PROTOCOL.icmp && protocol !== PROTOCOL.icmpv6

/** `192.0.2.7:443`, `[2001:db8::7]:443`; without the port where the protocol has none. */
export function endText(
  { address: bytes, port }: End,
  { protocol }: Connection,
  nameOf: NameOf,
): string {
  const text = addressText(bytes)
  const address = nameOf(text) ?? text
  return hasPorts(protocol) ? formatEndpoint({ address, port }) : address
}
