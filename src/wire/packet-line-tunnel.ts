/** Tunnels as tcpdump prints them: `GREv0, key=0x9, length 86: `, `VXLAN, flags [I] (0x08), vni 7` and a new line. */
import { peelTransport } from './frame-transport.ts'
import { peelTunnel } from './frame-tunnel.ts'
import type { LinePart } from './packet-line-part.ts'

/** What follows in the line: nothing, or the packet at the payload's start. */
export type Within = 'end' | 'within'

/** Writes the tunnel's header and peels it; `none`, and nothing written, where it does not look like one. */
export function writeTunnel(part: LinePart): Within | 'none' {
  const { headers } = part
  switch (headers.protocol) {
    case 47:
      return writeGre(part)
    case 17:
      return writeUdpTunnel(part)
    default:
      return peelTunnel(headers) ? 'within' : 'none'
  }
}

function writeGre(part: LinePart): Within | 'none' {
  const { headers, sink } = part
  const { view, payloadAt: at, payloadEnd, payloadBytes } = headers
  if (payloadEnd - at < 4) {
    sink.text('[|gre]')
    return 'end'
  }
  const flags = view.getUint16(at)
  const type = view.getUint16(at + 2)
  sink.text(`GREv${flags & 7}`)
  const told =
    (flags & 7) === 1
      ? pptpFields(view, at, payloadEnd, flags)
      : greFields(view, at, payloadEnd, flags)
  sink.text(`${told}, length ${payloadBytes}`)
  if ((flags & 0x1007) === 1) return 'end'
  if (type !== 0x0806 && peelTunnel(headers)) {
    sink.text(': ')
    return 'within'
  }
  sink.text(`: gre-proto-0x${type.toString(16)}`)
  return 'end'
}

function greFields(view: DataView, at: number, end: number, flags: number): string {
  let place = at + ((flags & 0x8000) !== 0 ? 8 : 4)
  let told =
    (flags & 0xc000) !== 0 && end - at >= 8 ? `, off 0x${view.getUint16(at + 6).toString(16)}` : ''
  if ((flags & 0x2000) !== 0 && end - place >= 4) {
    told += `, key=0x${view.getUint32(place).toString(16)}`
    place += 4
  }
  if ((flags & 0x1000) !== 0 && end - place >= 4) told += `, seq ${view.getUint32(place)}`
  return told
}

/** RFC 2637 §4.1: the key's lower half is the call. */
function pptpFields(view: DataView, at: number, end: number, flags: number): string {
  if (end - at < 8) return ''
  let told = `, call ${view.getUint16(at + 6)}`
  let place = at + 8
  if ((flags & 0x1000) !== 0 && end - place >= 4) {
    told += `, seq ${view.getUint32(place)}`
    place += 4
  }
  if ((flags & 0x80) !== 0 && end - place >= 4) told += `, ack ${view.getUint32(place)}`
  return (flags & 0x1000) !== 0 ? told : `${told}, no-payload`
}

function writeUdpTunnel(part: LinePart): Within | 'none' {
  const { headers, sink } = part
  const from = sink.at
  peelTransport(headers)
  part.writeEnds()
  const { view, payloadAt: at, payloadEnd } = headers
  if (payloadEnd - at >= 8) {
    const isVxlan = headers.destinationPort === 4789
    sink.text(isVxlan ? vxlanText(view, at) : geneveText(view, at))
    if (peelTunnel(headers)) return 'within'
  }
  sink.at = from
  return 'none'
}

function vxlanText(view: DataView, at: number): string {
  const flags = view.getUint8(at)
  const letters = `[${(flags & 8) !== 0 ? 'I' : '.'}]`
  return `VXLAN, flags ${letters} (0x${flags.toString(16).padStart(2, '0')}), vni ${view.getUint32(at + 4) >>> 8}\n`
}

function geneveText(view: DataView, at: number): string {
  const optionBytes = (view.getUint8(at) & 0x3f) * 4
  const flags = view.getUint8(at + 1)
  const letters = `${(flags & 0x80) !== 0 ? 'O' : ''}${(flags & 0x40) !== 0 ? 'C' : ''}` || 'none'
  const network = (view.getUint32(at + 4) >>> 8).toString(16)
  const options = optionBytes > 0 ? `, options [${optionBytes} bytes]` : ''
  return `Geneve, Flags [${letters}], vni 0x${network}${options}: `
}
