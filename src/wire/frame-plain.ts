/**
 * The frame that most frames are, read in one go: TCP in IPv4 in Ethernet, without tags, options of IP or fragments. What it
 * gives is what the headers' own readers give, layer by layer (`frame.ts`); whatever else is in a frame is left to them.
 *
 *    0  Ethernet: destination 48 | source 48 | 12  EtherType 0x0800
 *   14  IPv4 of five words (`ipv4.ts`)
 *   34  TCP (`tcp.ts`)
 */
import { HEADER_NOTE, type Headers } from './headers.ts'
import { ETHER_TYPE } from './link-ethernet.ts'
import { PROTOCOL } from './protocol.ts'

const NETWORK_AT = 14
const TRANSPORT_AT = 34
const LEAST_BYTES = 54

/** EtherType IPv4, then version 4 and a header of five words. */
const IPV4_OF_FIVE_WORDS = 0x080045

/** All but DF: a fragment, or a bit that must be 0. */
const FRAGMENT = 0xbfff

/** Reads `view[at, end)`, `originalBytes` on the wire, if it is such a frame; else false, and `headers` are as they were. */
export function readPlainFrame(
  view: DataView,
  at: number,
  end: number,
  originalBytes: number,
  headers: Headers,
): boolean {
  if (end - at < LEAST_BYTES || view.getUint32(at + 12) >>> 8 !== IPV4_OF_FIVE_WORDS) return false
  const fragment = view.getUint16(at + 20)
  if ((fragment & FRAGMENT) !== 0 || view.getUint8(at + 23) !== PROTOCOL.tcp) return false
  const networkEnd = at + NETWORK_AT + view.getUint16(at + 16)
  const word = view.getUint16(at + 46)
  const payloadAt = at + TRANSPORT_AT + ((word >> 12) << 2)
  if (payloadAt < at + LEAST_BYTES || payloadAt > networkEnd || payloadAt > end) return false
  headers.view = view
  headers.notes = originalBytes > end - at ? HEADER_NOTE.truncated : 0
  headers.stoppedLayer = ''
  headers.stoppedAt = 0
  headers.etherType = ETHER_TYPE.ipv4
  headers.etherAt = at
  headers.vlan = -1
  headers.ipVersion = 4
  headers.networkAt = at + NETWORK_AT
  headers.sourceAddressAt = at + 26
  headers.destinationAddressAt = at + 30
  headers.hopLimit = view.getUint8(at + 22)
  headers.trafficClass = view.getUint8(at + 15)
  headers.identification = view.getUint16(at + 18)
  headers.dontFragment = fragment !== 0
  headers.fragmentOffset = 0
  headers.moreFragments = false
  headers.protocol = PROTOCOL.tcp
  headers.transportAt = at + TRANSPORT_AT
  headers.sourcePort = view.getUint16(at + 34)
  headers.destinationPort = view.getUint16(at + 36)
  headers.identifier = 0
  headers.payloadAt = payloadAt
  headers.payloadEnd = Math.min(networkEnd, end)
  headers.payloadBytes = networkEnd - payloadAt
  headers.sequence = view.getInt32(at + 38)
  headers.acknowledgment = view.getInt32(at + 42)
  // Eight flags, and AE beside them (RFC 9768 §2).
  headers.flags = word & 0x1ff
  headers.window = view.getUint16(at + 48)
  headers.urgent = view.getUint16(at + 52)
  headers.optionsAt = at + LEAST_BYTES
  headers.optionsEnd = payloadAt
  return true
}
