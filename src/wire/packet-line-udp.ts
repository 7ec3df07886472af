/** A UDP datagram as tcpdump's print-udp.c prints it: `UDP, length 32`, or what its ports announce. */

import { bytesBetween } from './bytes.ts'
import { peelTransport } from './frame-transport.ts'
import { formatMac } from './mac.ts'
import { writeDns } from './packet-line-dns.ts'
import type { LinePart } from './packet-line-part.ts'
import { writeSip } from './packet-line-text.ts'

/** Writes addresses, ports and what is carried; the payload must begin with the header. */
export function writeUdp(part: LinePart): void {
  const { headers, sink } = part
  const have = headers.payloadEnd - headers.payloadAt
  if (have < 4) {
    part.writeAddresses()
    sink.text('[|udp]')
    return
  }
  const { view, payloadAt: at, payloadBytes: carriedBytes } = headers
  peelTransport(headers)
  part.writeEnds()
  if (have < 8) {
    sink.text(carriedBytes < 8 ? `truncated-udp ${carriedBytes}` : ' [|udp]')
    return
  }
  const told = view.getUint16(at + 4)
  if (told < 8) {
    sink.text(`truncated-udplength ${told}`)
    return
  }
  const bytes = told - 8
  if (told > carriedBytes && headers.fragmentOffset === 0 && !headers.moreFragments) {
    sink.text(`UDP, bad length ${bytes} > ${carriedBytes - 8}`)
    return
  }
  if (!writeByPort(part, Math.min(bytes, carriedBytes - 8))) sink.text(`UDP, length ${bytes}`)
}

function writeByPort(part: LinePart, bytes: number): boolean {
  const { sourcePort, destinationPort } = part.headers
  // Most ports are above all of these.
  const low = Math.min(sourcePort, destinationPort)
  if (low > 5353) return false
  const isEither = (port: number): boolean => sourcePort === port || destinationPort === port
  if (isEither(53)) writeDns(part, part.headers.payloadAt, bytes, false)
  else if (isEither(5353)) writeDns(part, part.headers.payloadAt, bytes, true)
  else if (isEither(67) || isEither(68)) writeBootp(part, bytes)
  else if (isEither(123)) writeNtp(part, bytes)
  else if (isEither(514)) writeSyslog(part, bytes)
  else if (isEither(5060)) writeSip(part)
  else if (isEither(4500)) writeNatEsp(part, bytes)
  else return false
  return true
}

/** RFC 951 with RFC 2131: operation 8, hardware type 8, address length 8, …, hardware address at 28. */
function writeBootp({ headers, sink }: LinePart, bytes: number): void {
  const { view, payloadAt: at, payloadEnd: end } = headers
  sink.text('BOOTP/DHCP, ')
  const operation = end > at ? view.getUint8(at) : 0
  sink.text(
    operation === 1
      ? 'Request'
      : operation === 2
        ? 'Reply'
        : `unknown (0x${operation.toString(16).padStart(2, '0')})`,
  )
  if (end - at < 34) {
    sink.text(' [|bootp]')
    return
  }
  if (view.getUint8(at + 1) === 1 && view.getUint8(at + 2) === 6 && operation === 1) {
    sink.text(` from ${formatMac(bytesBetween(view, at + 28, at + 34))}`)
  }
  sink.text(`, length ${bytes}`)
}

/** RFC 3948 §2: four zeros are IKE's, one byte of ones keeps the binding alive. */
function writeNatEsp({ headers, sink }: LinePart, bytes: number): void {
  const { view, payloadAt: at, payloadEnd: end } = headers
  if (bytes === 1 && end > at && view.getUint8(at) === 0xff) sink.text('isakmp-nat-keep-alive')
  else if (end - at < 8) sink.text('NONESP-encap: [|isakmp]')
  else if (view.getUint32(at) === 0) sink.text(`NONESP-encap: isakmp, length ${bytes}`)
  else {
    const spi = view.getUint32(at).toString(16).padStart(8, '0')
    const sequence = view.getUint32(at + 4).toString(16)
    sink.text(`UDP-encap: ESP(spi=0x${spi},seq=0x${sequence}), length ${bytes}`)
  }
}

const NTP_MODES = [
  'unspecified',
  'symmetric active',
  'symmetric passive',
  'Client',
  'Server',
  'Broadcast',
  'Control Message',
  'Reserved',
]

/** RFC 5905 §7.3: leap 2, version 3, mode 3. */
function writeNtp({ headers, sink }: LinePart, bytes: number): void {
  const { view, payloadAt: at, payloadEnd: end } = headers
  if (end - at < 1) {
    sink.text(' [|ntp]')
    return
  }
  const first = view.getUint8(at)
  sink.text(`NTPv${(first >> 3) & 7}, ${NTP_MODES[first & 7]}, length ${bytes}`)
}

const FACILITIES = (
  'kernel user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp security console ' +
  'cron local0 local1 local2 local3 local4 local5 local6 local7'
).split(' ')
const SEVERITIES = 'emergency alert critical error warning notice info debug'.split(' ')

/** RFC 3164 §4.1.1: `<13>`. */
function writeSyslog({ headers, sink }: LinePart, bytes: number): void {
  const { view, payloadAt: at, payloadEnd: end } = headers
  let value = -1
  if (end > at && view.getUint8(at) === 0x3c) {
    value = 0
    for (let place = at + 1; place < Math.min(end, at + 4); place++) {
      const digit = view.getUint8(place) - 0x30
      if (digit < 0 || digit > 9) break
      value = 10 * value + digit
    }
  }
  if (value < 0) {
    sink.text(' (invalid)')
    return
  }
  const facility = FACILITIES[value >> 3] ?? `unknown (${value >> 3})`
  sink.text(`SYSLOG ${facility}.${SEVERITIES[value & 7]}, length: ${bytes}`)
}
