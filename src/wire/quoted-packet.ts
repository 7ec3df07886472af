/**
 * The packet that an ICMP error quotes, as a record: RFC 792 (the header and eight bytes), RFC 1812
 * §4.3.2.3 and RFC 4443 §2.4(c) (as much as fits). What a capture's errors quote is `quote.ts`.
 */
import { isStopped } from '../base/stopped.ts'
import type { Address } from './address.ts'
import { readIpv4 } from './ipv4.ts'
import { readIpv6 } from './ipv6.ts'
import { PROTOCOL } from './protocol.ts'

/** As far as it is quoted. */
export type QuotedPacket = {
  readonly source: Address
  readonly destination: Address
  /** As in `PROTOCOL`. */
  readonly protocol: number
  /** Differentiated services and congestion notification as one byte. */
  readonly trafficClass: number
  /** Of the header as it was when the error arose. */
  readonly ttl: number
  /** Of IPv4; IPv6 has none without a fragment header. */
  readonly id: number | null
  /** Where the transport header begins. */
  readonly transportAt: number
  readonly end: number
  /** Of TCP and UDP; null where they are not quoted. */
  readonly sourcePort: number | null
  readonly destinationPort: number | null
}

/** TCP and UDP begin with both ports. */
const PORTS_BYTES = 4

/** Reads what is quoted at `at`; null where that is no IP packet of the family. */
export function readQuotedPacket(
  view: DataView,
  at: number,
  end: number,
  family: 4 | 6,
): QuotedPacket | null {
  const fields = family === 4 ? readFour(view, at, end) : readSix(view, at, end)
  if (fields === null) return null
  const { protocol, transportAt } = fields
  const hasPorts =
    (protocol === PROTOCOL.tcp || protocol === PROTOCOL.udp) && transportAt + PORTS_BYTES <= end
  return {
    ...fields,
    end,
    sourcePort: hasPorts ? view.getUint16(transportAt) : null,
    destinationPort: hasPorts ? view.getUint16(transportAt + 2) : null,
  }
}

type Fields = Omit<QuotedPacket, 'end' | 'sourcePort' | 'destinationPort'>

function readFour(view: DataView, at: number, end: number): Fields | null {
  const header = readIpv4(view, at, end)
  if (isStopped(header) || view.getUint8(at) >> 4 !== 4) return null
  const { source, destination, protocol, ttl, id, dscp, ecn, payloadAt } = header
  const trafficClass = (dscp << 2) | ecn
  return { source, destination, protocol, ttl, id, trafficClass, transportAt: payloadAt }
}

function readSix(view: DataView, at: number, end: number): Fields | null {
  const header = readIpv6(view, at, end)
  if (isStopped(header) || header.protocol === null || view.getUint8(at) >> 4 !== 6) return null
  const { source, destination, protocol, hopLimit: ttl, trafficClass, payloadAt } = header
  return { source, destination, protocol, ttl, id: null, trafficClass, transportAt: payloadAt }
}
