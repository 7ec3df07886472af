/**
 * Whether a frame's checksums hold: IPv4's header (RFC 791), TCP, UDP, ICMP and ICMPv6 over their
 * pseudo-headers (RFC 1071, RFC 8200 §8.1), SCTP's CRC32c (RFC 9260 §6.8). A sender that leaves the
 * work to its network card is told apart: that is no fault, and the receiver saw another sum.
 */
import { onesSum } from './checksum.ts'
import { HEADER_NOTE, type Headers } from './headers.ts'

/** What is known of one checksum. */
export type ChecksumState = {
  readonly layer: 'ipv4' | 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'sctp'
  /**
   * `absent`: 0, which stands for none. `offloaded`: only the pseudo-header's sum is there, as Linux
   * leaves it to the card. `unknown`: not all of the bytes that it covers were captured.
   */
  readonly state: 'ok' | 'wrong' | 'absent' | 'offloaded' | 'unknown'
  readonly found: number
  /** What would have been right; -1 where that cannot be known. */
  readonly expected: number
}

/** The checksums of the innermost packet, from IPv4's header inwards; none where there is no IP. */
export function checkChecksums(headers: Headers): readonly ChecksumState[] {
  const states: ChecksumState[] = []
  if (headers.ipVersion === 4) states.push(checkIpv4(headers))
  const transport = checkTransport(headers)
  if (transport !== null) states.push(transport)
  return states
}

function checkIpv4({ view, networkAt, payloadEnd, notes }: Headers): ChecksumState {
  const end = networkAt + ((view.getUint8(networkAt) & 15) << 2)
  const found = view.getUint16(networkAt + 10)
  // The header of a datagram that was put together is ours.
  if (end > payloadEnd || (notes & HEADER_NOTE.reassembled) !== 0) {
    return { layer: 'ipv4', state: 'unknown', found, expected: -1 }
  }
  const expected = expectedSum(onesSum(view, networkAt, end), found)
  const isRight = onesSum(view, networkAt, end) === 0xffff
  const state = isRight ? 'ok' : found === 0 ? 'offloaded' : 'wrong'
  return { layer: 'ipv4', state, found, expected: isRight ? found : expected }
}

/** The right checksum, from a sum over all bytes that has the one that was found in it. */
function expectedSum(sum: number, found: number): number {
  const without = sum - found
  return ~(without < 0 ? without + 0xffff : without) & 0xffff
}

type Layer = { readonly layer: ChecksumState['layer']; readonly checksumAt: number }

const LAYERS: ReadonlyMap<number, Layer> = new Map([
  [1, { layer: 'icmp', checksumAt: 2 }],
  [6, { layer: 'tcp', checksumAt: 16 }],
  [17, { layer: 'udp', checksumAt: 6 }],
  [58, { layer: 'icmpv6', checksumAt: 2 }],
  [132, { layer: 'sctp', checksumAt: 8 }],
])

function checkTransport(headers: Headers): ChecksumState | null {
  const { view, transportAt: at, payloadEnd } = headers
  const known = LAYERS.get(headers.protocol)
  if (known === undefined || headers.fragmentOffset > 0) return null
  const { layer, checksumAt } = known
  const bytes = headers.payloadAt - at + headers.payloadBytes
  const width = layer === 'sctp' ? 4 : 2
  if (at + checksumAt + width > payloadEnd)
    return { layer, state: 'unknown', found: 0, expected: -1 }
  const found =
    width === 4 ? view.getUint32(at + checksumAt, true) : view.getUint16(at + checksumAt)
  if (found === 0 && (layer === 'udp' || layer === 'sctp')) {
    return { layer, state: 'absent', found, expected: -1 }
  }
  const unreadable = HEADER_NOTE.fragment | HEADER_NOTE.damaged
  if ((headers.notes & unreadable) !== 0 || at + bytes > payloadEnd) {
    return { layer, state: 'unknown', found, expected: -1 }
  }
  if (layer === 'sctp') return checkSctp(view, at, at + bytes, found)
  const pseudo = layer === 'icmp' ? 0 : pseudoSum(headers, bytes)
  const sum = onesSum(view, at, at + bytes, pseudo)
  if (sum === 0xffff) return { layer, state: 'ok', found, expected: found }
  const expected = expectedSum(sum, found)
  const isPartial = layer !== 'icmp' && (found === pseudo || found === pseudoSum(headers, 0))
  return { layer, state: isPartial ? 'offloaded' : 'wrong', found, expected }
}

/** Source, final destination, protocol and length, summed. */
function pseudoSum(headers: Headers, bytes: number): number {
  const { view, sourceAddressAt, protocol } = headers
  const width = headers.ipVersion === 4 ? 4 : 16
  const destinationAt =
    headers.ipVersion === 4 ? headers.destinationAddressAt : finalAddressAt(headers)
  const addresses = onesSum(
    view,
    destinationAt,
    destinationAt + width,
    onesSum(view, sourceAddressAt, sourceAddressAt + width),
  )
  // Three values of 16 bits and a length: two folds suffice.
  const sum = addresses + protocol + (bytes >>> 16) + (bytes & 0xffff)
  const once = (sum & 0xffff) + (sum >>> 16)
  return (once & 0xffff) + (once >>> 16)
}

/** A routing header of type 0, 2 or 4 with segments left names the last destination (RFC 8200 §8.1, RFC 8754 §2). */
function finalAddressAt(headers: Headers): number {
  const { view, networkAt, transportAt } = headers
  let kind = view.getUint8(networkAt + 6)
  let at = networkAt + 40
  while (at < transportAt) {
    const length = view.getUint8(at + 1)
    const bytes = kind === 51 ? (length + 2) * 4 : kind === 44 ? 8 : (length + 1) * 8
    if (kind === 43 && view.getUint8(at + 3) > 0 && bytes >= 24) {
      const type = view.getUint8(at + 2)
      if (type === 4) return at + 8
      if (type === 0 || type === 2) return at + bytes - 16
    }
    kind = view.getUint8(at)
    at += bytes
  }
  return headers.destinationAddressAt
}

/** CRC32c with the polynomial reflected, RFC 9260 appendix A. */
const CRC_TABLE: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte
  for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0x82f63b78 : 0)
  return rest
})

/** Computed with zeros in the checksum's place; sent in little-endian order. */
function checkSctp(view: DataView, at: number, end: number, found: number): ChecksumState {
  let crc = -1
  for (let place = at; place < end; place++) {
    const byte = place >= at + 8 && place < at + 12 ? 0 : view.getUint8(place)
    crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0)
  }
  const expected = ~crc >>> 0
  return { layer: 'sctp', state: expected === found ? 'ok' : 'wrong', found, expected }
}
