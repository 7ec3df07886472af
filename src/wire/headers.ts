/**
 * What is known of one frame once its headers are read: one record that is filled anew for each
 * frame, since a frame must not cost an object. Offsets count in `view`, which is the frame's own
 * bytes or, where fragments were put together or a piece was unpacked, other ones.
 */

/** Marks of a frame that its headers alone give; sums of bits. */
export const HEADER_NOTE: {
  /** A header was cut off or impossible: see `stoppedAt` and `stoppedLayer`. */
  readonly damaged: 1
  /** A fragment that is not (yet) a whole datagram. */
  readonly fragment: 2
  /** Something inside another IP packet or VXLAN was looked into. */
  readonly tunnelled: 4
  /** Captured shorter than it was on the wire. */
  readonly truncated: 8
  /** The link type is none of those that are read: see `linkTypeName`. */
  readonly unknownLink: 16
  /** Put together from fragments: `view` is not the frame's. */
  readonly reassembled: 32
} = { damaged: 1, fragment: 2, tunnelled: 4, truncated: 8, unknownLink: 16, reassembled: 32 }

/** The headers of the innermost packet of a frame. Sequence numbers are int32 (`| 0`), so that their differences wrap by themselves. */
export class Headers {
  view: DataView = new DataView(new ArrayBuffer(0))
  /** Sum of bits from `HEADER_NOTE`. */
  notes = 0
  /** The header that could not be read, and where it begins; empty and 0 where all could be. */
  stoppedLayer = ''
  stoppedAt = 0
  /** EtherType of what the (innermost) link carries; 0 where the link type has none. */
  etherType = 0
  /** Where the Ethernet destination begins; -1 where the link has none. */
  etherAt = -1
  /** The innermost 802.1Q VLAN, 0 to 4095; -1 without a tag. */
  vlan = -1
  /** 4 or 6; 0 where the frame carries no IP (then only `etherType` counts). */
  ipVersion: 0 | 4 | 6 = 0
  networkAt = 0
  /** Where the addresses begin in `view`: 4 or 16 bytes each. */
  sourceAddressAt = 0
  destinationAddressAt = 0
  /** TTL or hop limit, and TOS or traffic class. */
  hopLimit = 0
  trafficClass = 0
  /** IPv4 identification; -1 for IPv6 without a fragment header. */
  identification = -1
  /** IPv4's DF. */
  dontFragment = false
  /** Of a fragment: the first byte of the datagram's payload that it holds, and whether others follow. */
  fragmentOffset = 0
  moreFragments = false
  /** IANA protocol number of what follows IP and its extension headers; -1 without IP, or where it could not be reached. */
  protocol = -1
  transportAt = 0
  /** 0 for protocols without ports. ICMP: type and code; echo's identifier stands in `identifier`. */
  sourcePort = 0
  destinationPort = 0
  /** ICMP echo identifier; 0 otherwise. */
  identifier = 0
  /** Where the transport's payload begins, and where its captured bytes end. */
  payloadAt = 0
  payloadEnd = 0
  /** Payload bytes on the wire, by the headers' lengths: may exceed what was captured. */
  payloadBytes = 0
  sequence = 0
  acknowledgment = 0
  /** TCP's flags, as `TCP_FLAG` sums them, with bit 256 for AE (RFC 9768). */
  flags = 0
  /** As sent, not shifted. */
  window = 0
  urgent = 0
  /** TCP's options: where they begin and end. */
  optionsAt = 0
  optionsEnd = 0
}

/** Notes that the header `layer`, which begins where the payload does, is cut off or impossible. */
export function stopHeaders(headers: Headers, layer: string): void {
  headers.notes |= HEADER_NOTE.damaged
  headers.stoppedLayer = layer
  headers.stoppedAt = headers.payloadAt
}

/** Takes a header of `bytes` bytes, which are all there, off the front of the payload. */
export function peelBytes(headers: Headers, bytes: number): void {
  headers.payloadAt += bytes
  headers.payloadBytes -= bytes
}

/** Shortens the payload to `bytes` as a header's length tells them: what lies behind them is padding. */
export function trimPayload(headers: Headers, bytes: number): void {
  headers.payloadBytes = bytes
  if (headers.payloadEnd - headers.payloadAt > bytes) headers.payloadEnd = headers.payloadAt + bytes
}
