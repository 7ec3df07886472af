/**
 * ARP for IPv4 over Ethernet, RFC 826. All fields big-endian:
 *
 *    0  hardware type 16 | protocol type 16
 *    4  hardware length 8 | protocol length 8 | operation 16
 *    8  sender hardware 48 | 14 sender protocol 32 | 18 target hardware 48 | 24 target protocol 32
 */
import type { Stopped } from '../base/stopped.ts'
import { type Address, formatAddress } from './address.ts'
import { bytesBetween, stoppedAt, viewOf } from './bytes.ts'
import { formatMac } from './mac.ts'

/** Bytes of a message about IPv4 on Ethernet. */
export const ARP_BYTES = 28

/** The operations, RFC 826. */
export const ARP_OPERATION: { readonly request: 1; readonly reply: 2 } = { request: 1, reply: 2 }

/** Ethernet, IPv4, six and four bytes: the first six bytes of every message that is read here. */
const ETHERNET_IPV4 = [0, 1, 8, 0, 6, 4]

/** One message; hardware addresses are six bytes. */
export type ArpMessage = {
  /** 1 asks, 2 answers; others as sent. */
  readonly operation: number
  readonly senderMac: Uint8Array
  readonly sender: Address
  /** All zero in a request. */
  readonly targetMac: Uint8Array
  readonly target: Address
}

/** Reads the message at `at`; one about another network or link stops with nothing that fits. */
export function readArp(view: DataView, at: number, end: number): ArpMessage | Stopped {
  if (end - at < ARP_BYTES) return stoppedAt('arp', at, ARP_BYTES, end)
  if (!ETHERNET_IPV4.every((byte, offset) => view.getUint8(at + offset) === byte)) {
    return stoppedAt('arp of IPv4 over Ethernet', at, ARP_BYTES, at)
  }
  const ipv4 = (from: number): Address => ({
    family: 4,
    bytes: bytesBetween(view, from, from + 4),
    zone: null,
  })
  return {
    operation: view.getUint16(at + 6),
    senderMac: bytesBetween(view, at + 8, at + 14),
    sender: ipv4(at + 14),
    targetMac: bytesBetween(view, at + 18, at + 24),
    target: ipv4(at + 24),
  }
}

/** The bytes of a message, without a link-layer header. */
export function writeArp(message: ArpMessage): Uint8Array {
  const bytes = new Uint8Array(ARP_BYTES)
  bytes.set(ETHERNET_IPV4)
  viewOf(bytes).setUint16(6, message.operation)
  bytes.set(message.senderMac, 8)
  bytes.set(message.sender.bytes, 14)
  bytes.set(message.targetMac, 18)
  bytes.set(message.target.bytes, 24)
  return bytes
}

/** One line: `ARP: who has 192.0.2.1? tell 192.0.2.10`, `ARP: 192.0.2.1 is at 02:00:00:00:00:01`. */
export const describeArp = (message: ArpMessage): string =>
  message.operation === ARP_OPERATION.request
    ? `ARP: who has ${formatAddress(message.target)}? tell ${formatAddress(message.sender)}`
    : `ARP: ${formatAddress(message.sender)} is at ${formatMac(message.senderMac)}`
