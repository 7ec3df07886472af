/** IGMP (RFC 3376 §4) as tcpdump's print-igmp.c prints it: `igmp v2 report 224.0.0.251`. */
import type { LinePart } from './packet-line-part.ts'

/** Writes the message; the payload must begin with it. */
export function writeIgmp(part: LinePart): void {
  const { headers, sink } = part
  const { view, payloadAt: at, payloadEnd: end } = headers
  sink.text('igmp ')
  if (end - at < 8) {
    sink.text(' [|igmp]')
    return
  }
  const type = view.getUint8(at)
  switch (type) {
    case 0x11:
      writeQuery(part)
      break
    case 0x12:
      sink.text('v1 report ')
      part.writeAddress(at + 4, 4)
      break
    case 0x16:
      sink.text('v2 report ')
      part.writeAddress(at + 4, 4)
      break
    case 0x17:
      sink.text('leave ')
      part.writeAddress(at + 4, 4)
      break
    case 0x22:
      sink.text(`v3 report, ${view.getUint16(at + 6)} group record(s)`)
      break
    default:
      sink.text(`[type ${type}]`)
  }
}

/** Eight bytes are version 1 or 2 (RFC 3376 §7.1), twelve or more version 3. */
function writeQuery(part: LinePart): void {
  const { headers, sink } = part
  const { view, payloadAt: at } = headers
  const tenths = view.getUint8(at + 1)
  const hasGroup = view.getUint32(at + 4) !== 0
  if (headers.payloadBytes >= 12) {
    sink.text('query v3')
    if (tenths !== 100 && tenths < 128) {
      sink.text(
        ` [max resp time ${tenths < 10 ? `0.${tenths}s` : `${Math.floor(tenths / 10)}${tenths % 10 === 0 ? '' : `.${tenths % 10}`}s`}]`,
      )
    }
    if (!hasGroup) return
    sink.text(' [gaddr ')
    part.writeAddress(at + 4, 4)
    sink.byte(0x5d)
    return
  }
  if (tenths === 0) sink.text('query v1')
  else {
    sink.text('query v2')
    if (tenths !== 100) sink.text(` [max resp time ${tenths}]`)
  }
  if (hasGroup) {
    sink.text(' [gaddr ')
    part.writeAddress(at + 4, 4)
    sink.byte(0x5d)
  }
}
