/** IP as tcpdump's print-ip.c and print-ip6.c print it, and the way on to what it carries. */
import { bytesBetween, formatHex } from './bytes.ts'
import { peelIpv4, peelIpv6 } from './frame-network.ts'
import { HEADER_NOTE, peelBytes } from './headers.ts'
import { writeIcmp } from './packet-line-icmp.ts'
import { writeIcmpv6 } from './packet-line-icmpv6.ts'
import { writeIgmp } from './packet-line-igmp.ts'
import type { LinePart } from './packet-line-part.ts'
import { writeSctp } from './packet-line-sctp.ts'
import { writeTcp } from './packet-line-tcp.ts'
import { type Within, writeTunnel } from './packet-line-tunnel.ts'
import { writeUdp } from './packet-line-udp.ts'
import { protocolName } from './protocol.ts'

/** Writes an IPv4 packet. Tells what is to be written behind it. */
export function writeIpv4(part: LinePart): Within {
  const { headers, sink } = part
  const { view, payloadAt: at, payloadBytes } = headers
  if (headers.payloadEnd > at && view.getUint8(at) >> 4 !== 4) {
    sink.text(`IP${view.getUint8(at) >> 4} (invalid)`)
    return 'end'
  }
  sink.text('IP ')
  if (headers.payloadEnd - at < 20) {
    sink.text(' [|ip]')
    return 'end'
  }
  const totalBytes = view.getUint16(at + 2)
  const headerBytes = (view.getUint8(at) & 15) << 2
  if (headerBytes < 20) {
    sink.text(`bad-hlen ${headerBytes}`)
    return 'end'
  }
  if (totalBytes > payloadBytes)
    sink.text(`truncated-ip - ${totalBytes - payloadBytes} bytes missing! `)
  // Segmentation offload leaves a 0, of which tcpdump 4.99 makes nothing either.
  if (totalBytes < headerBytes) {
    sink.text(`bad-len ${totalBytes}`)
    return 'end'
  }
  peelIpv4(headers)
  if (headers.protocol < 0) {
    part.writeAddresses()
    sink.text('[|ip]')
    return 'end'
  }
  if (headers.fragmentOffset > 0) {
    part.writeAddresses()
    sink.text(`ip-proto-${view.getUint8(at + 9)}`)
    return 'end'
  }
  const protocol = view.getUint8(at + 9)
  if (protocol === 51) {
    part.writeAddresses()
    part.portsOnly = true
    writeAuthentication(part, at + headerBytes)
  }
  return writeCarried(part)
}

/** RFC 4302 §2: SPI at 4, sequence number at 8. */
function writeAuthentication({ headers, sink }: LinePart, at: number): void {
  const { view, payloadEnd } = headers
  if (payloadEnd - at < 12) {
    sink.text('[|ah]')
    return
  }
  const spi = view
    .getUint32(at + 4)
    .toString(16)
    .padStart(8, '0')
  const checkEnd = Math.min(payloadEnd, at + (view.getUint8(at + 1) + 2) * 4)
  const check = formatHex(bytesBetween(view, at + 12, Math.max(at + 12, checkEnd)))
  sink.text(`AH(spi=0x${spi},seq=0x${view.getUint32(at + 8).toString(16)},icv=0x${check}): `)
}

/** Writes an IPv6 packet. */
export function writeIpv6(part: LinePart): Within {
  const { headers, sink } = part
  const { view, payloadAt: at, payloadBytes } = headers
  if (headers.payloadEnd - at < 40) {
    sink.text(' [|ip6]')
    return 'end'
  }
  if (view.getUint8(at) >> 4 !== 6) {
    sink.text(`IP6 version error: ${view.getUint8(at) >> 4} != 6`)
    return 'end'
  }
  sink.text('IP6 ')
  const told = 40 + view.getUint16(at + 4)
  if (told > payloadBytes) sink.text(`truncated-ip6 - ${told - payloadBytes} bytes missing!`)
  const next = view.getUint8(at + 6)
  peelIpv6(headers)
  if (headers.protocol === next && headers.transportAt === at + 40) return writeCarried(part)
  part.writeAddresses()
  part.portsOnly = true
  if (!writeExtensions(part, at)) return 'end'
  return writeCarried(part)
}

/** False where nothing may be written behind them: a later fragment, or a cut. */
function writeExtensions(part: LinePart, packetAt: number): boolean {
  const { headers, sink } = part
  const { view } = headers
  const wireEnd = headers.payloadAt + headers.payloadBytes
  const end = headers.protocol < 0 ? headers.stoppedAt : headers.transportAt
  let kind = view.getUint8(packetAt + 6)
  let at = packetAt + 40
  while (at < end) {
    const length = view.getUint8(at + 1)
    const bytes = kind === 51 ? (length + 2) * 4 : kind === 44 ? 8 : (length + 1) * 8
    if (kind === 44) {
      const offset = view.getUint16(at + 2) & 0xfff8
      sink.text(`frag (${offset}|${wireEnd - at - 8})`)
      if (offset !== 0) return false
      sink.byte(0x20)
    } else if (kind === 43) writeRouting(part, at)
    else if (kind === 51) writeAuthentication(part, at)
    else sink.text(kind === 0 ? 'HBH ' : kind === 60 ? 'DSTOPT ' : `ext-${kind} `)
    kind = view.getUint8(at)
    at += bytes
  }
  if (headers.protocol >= 0) return true
  sink.text(
    kind === 0 ? ' [|hbhopt]' : kind === 44 ? ' [|frag]' : kind === 43 ? ' [|srcrt]' : ' [|dstopt]',
  )
  return false
}

/** RFC 8200 §4.4: type and segments left; the addresses of type 0, which RFC 5095 deprecated. */
function writeRouting(part: LinePart, at: number): void {
  const { headers, sink } = part
  const { view } = headers
  const length = view.getUint8(at + 1)
  const type = view.getUint8(at + 2)
  const name = type === 0 ? '0 [Deprecated]' : `${type}`
  sink.text(`RT6 (len=${length}, type=${name}, segleft=${view.getUint8(at + 3)}`)
  for (let hop = 0; type === 0 && 2 * hop + 1 < length; hop++) {
    sink.text(`, [${hop}]`)
    part.writeAddress(at + 8 + 16 * hop, 6)
  }
  sink.text(') ')
}

/** Writes what the packet carries, with the addresses where it does not write them itself. */
function writeCarried(part: LinePart): Within {
  const { headers, sink } = part
  switch (headers.protocol) {
    case 6:
      writeTcp(part)
      return 'end'
    case 17: {
      const { payloadAt, payloadBytes, payloadEnd } = headers
      if (isTunnelPort(part)) {
        const within = writeTunnel(part)
        if (within !== 'none') return within
        headers.payloadAt = payloadAt
        headers.payloadBytes = payloadBytes
        headers.payloadEnd = payloadEnd
      }
      writeUdp(part)
      return 'end'
    }
    case 132:
      writeSctp(part)
      return 'end'
  }
  part.writeAddresses()
  switch (headers.protocol) {
    case 1:
      writeIcmp(part)
      return 'end'
    case 58:
      writeIcmpv6(part)
      return 'end'
    case 2:
      writeIgmp(part)
      return 'end'
    case 4:
    case 41:
    case 47: {
      const within = writeTunnel(part)
      if (within !== 'none') return within
      break
    }
    case 50:
      writeEsp(part)
      return 'end'
    case 59:
      sink.text('no next header')
      return 'end'
  }
  writeOther(part)
  return 'end'
}

function isTunnelPort({ headers }: LinePart): boolean {
  const { view, transportAt, payloadEnd } = headers
  if (payloadEnd - transportAt < 16 || (headers.notes & HEADER_NOTE.fragment) !== 0) return false
  const port = view.getUint16(transportAt + 2)
  return port === 4789 || port === 6081
}

/** RFC 4303 §2: SPI 32, sequence number 32. */
function writeEsp({ headers, sink }: LinePart): void {
  const { view, payloadAt: at, payloadEnd, payloadBytes } = headers
  if (payloadEnd - at < 8) {
    sink.text('ESP[|esp]')
    return
  }
  const spi = view.getUint32(at).toString(16).padStart(8, '0')
  sink.text(
    `ESP(spi=0x${spi},seq=0x${view.getUint32(at + 4).toString(16)}), length ${payloadBytes}`,
  )
  peelBytes(headers, 8)
}

/** A protocol of which only the name or number is told. */
function writeOther({ headers, sink }: LinePart): void {
  const name = protocolName(headers.protocol)
  sink.text(
    name.startsWith('protocol ') || headers.protocol === 136
      ? ` ip-proto-${headers.protocol} ${headers.payloadBytes}`
      : `${name}, length ${headers.payloadBytes}`,
  )
}
