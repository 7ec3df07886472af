/** ARP as tcpdump's print-arp.c prints it: `ARP, Request who-has 192.0.2.1 tell 192.0.2.10, length 28`. */
import { bytesBetween } from './bytes.ts'
import { formatMac } from './mac.ts'
import type { LinePart } from './packet-line-part.ts'

/**
 * Writes the message, RFC 826 for Ethernet and IPv4: sender's MAC at 8, address at 14, target's MAC
 * at 18, address at 24. The payload must begin with it.
 */
export function writeArp(part: LinePart): void {
  const { headers, sink } = part
  const { view, payloadAt: at, payloadEnd: end } = headers
  const isShort = end - at < 8 || end - at < 8 + 2 * (view.getUint8(at + 4) + view.getUint8(at + 5))
  if (isShort) {
    sink.text(' [|arp]')
    return
  }
  sink.text('ARP, ')
  const isUsual = view.getUint16(at + 2) === 0x0800 && view.getUint16(at + 4) === 0x0604
  if (!isUsual) {
    const protocol = view
      .getUint16(at + 2)
      .toString(16)
      .padStart(4, '0')
    sink.text(
      `Unknown Hardware (${view.getUint16(at)}) (len ${view.getUint8(at + 4)}), ` +
        `Unknown Protocol (0x${protocol}) (len ${view.getUint8(at + 5)})`,
    )
  } else if (!writeOperation(part, view.getUint16(at + 6), at)) return
  sink.text(`, length ${headers.payloadBytes}`)
}

/** False for an operation that is not known, behind which tcpdump writes no length. */
function writeOperation(part: LinePart, operation: number, at: number): boolean {
  const { headers, sink } = part
  const { view } = headers
  const mac = (from: number): string => formatMac(bytesBetween(view, from, from + 6))
  switch (operation) {
    case 1: {
      sink.text('Request who-has ')
      part.writeAddress(at + 24, 4)
      const target = mac(at + 18)
      if (target !== '00:00:00:00:00:00') sink.text(` (${target})`)
      sink.text(' tell ')
      part.writeAddress(at + 14, 4)
      break
    }
    case 2:
      sink.text('Reply ')
      part.writeAddress(at + 14, 4)
      sink.text(` is-at ${mac(at + 8)}`)
      break
    case 3:
      sink.text(`Reverse Request who-is ${mac(at + 18)} tell ${mac(at + 8)}`)
      break
    case 4:
      sink.text(`Reverse Reply ${mac(at + 18)} at `)
      part.writeAddress(at + 24, 4)
      break
    case 8:
      sink.text(`Inverse Request who-is ${mac(at + 18)} tell ${mac(at + 8)}`)
      break
    case 9:
      sink.text(`Inverse Reply ${mac(at + 8)} at `)
      part.writeAddress(at + 14, 4)
      break
    default:
      sink.text(operation === 10 ? 'NACK Reply ' : `Unknown (${operation}) `)
      return false
  }
  return true
}
