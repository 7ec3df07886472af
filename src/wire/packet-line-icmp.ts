/** An ICMP message as tcpdump's print-icmp.c prints it: `ICMP echo request, id 7, seq 1, length 64`. */
import type { LinePart } from './packet-line-part.ts'

/** Writes the message; the payload must begin with its header. The addresses stand before it. */
export function writeIcmp(part: LinePart): void {
  const { headers, sink } = part
  const { view, payloadAt: at, payloadEnd: end, payloadBytes } = headers
  if (end - at < 8) {
    sink.text(' [|icmp]')
    return
  }
  sink.text('ICMP ')
  const type = view.getUint8(at)
  const code = view.getUint8(at + 1)
  if (!writeKind(part, type, code)) {
    sink.text(' [|icmp]')
    return
  }
  sink.text(`, length ${payloadBytes}`)
}

/** The quoted packet stands behind the eight bytes of the header. */
const QUOTE = 8

/** The quoted packet's destination. */
const quotedTo = (part: LinePart): boolean =>
  part.writeAddress(part.headers.payloadAt + QUOTE + 16, 4)

function writeKind(part: LinePart, type: number, code: number): boolean {
  const { headers, sink } = part
  const { view, payloadAt: at } = headers
  switch (type) {
    case 0:
    case 8:
      sink.text(`echo ${type === 8 ? 'request' : 'reply'}, id `)
      sink.number(view.getUint16(at + 4))
      sink.text(', seq ')
      sink.number(view.getUint16(at + 6))
      return true
    case 3:
      return writeUnreachable(part, code)
    case 4:
      sink.text('source quench')
      return true
    case 5:
      return writeRedirect(part, code)
    case 9:
      return writeRouters(part)
    case 10:
      sink.text('router solicitation')
      return true
    case 11:
      sink.text(
        code === 0
          ? 'time exceeded in-transit'
          : code === 1
            ? 'ip reassembly time exceeded'
            : `time exceeded-#${code}`,
      )
      return true
    case 12:
      sink.text(
        code !== 0
          ? `parameter problem - code ${code}`
          : `parameter problem - octet ${view.getUint8(at + 4)}`,
      )
      return true
    case 13:
      sink.text(`time stamp query id ${view.getUint16(at + 4)} seq ${view.getUint16(at + 6)}`)
      return true
    case 14:
      return writeTimestamps(part)
    case 15:
    case 16:
      sink.text(`information ${type === 15 ? 'request' : 'reply'}`)
      return true
    case 17:
      sink.text('address mask request')
      return true
    case 18:
      sink.text(
        `address mask is 0x${(at + 12 <= headers.payloadEnd ? view.getUint32(at + 8) : 0).toString(16).padStart(8, '0')}`,
      )
      return true
    default:
      sink.text(`type-#${type}`)
      return true
  }
}

/** What stands before and behind the quoted destination, by code. */
const UNREACHABLE: readonly (readonly [string, string])[] = [
  ['net ', ' unreachable'],
  ['host ', ' unreachable'],
  ['', ''],
  ['', ''],
  ['', ' unreachable - need to frag'],
  ['', ' unreachable - source route failed'],
  ['net ', ' unreachable - unknown'],
  ['host ', ' unreachable - unknown'],
  ['', ' unreachable - source host isolated'],
  ['net ', ' unreachable - admin prohibited'],
  ['host ', ' unreachable - admin prohibited'],
  ['net ', ' unreachable - tos prohibited'],
  ['host ', ' unreachable - tos prohibited'],
  ['host ', ' unreachable - admin prohibited filter'],
  ['host ', ' unreachable - host precedence violation'],
  ['host ', ' unreachable - precedence cutoff'],
]

function writeUnreachable(part: LinePart, code: number): boolean {
  const { headers, sink } = part
  const { view, payloadAt: at } = headers
  if (code === 2 || code === 3) return writeUnreachablePort(part, code)
  const texts = UNREACHABLE[code]
  sink.text(texts?.[0] ?? '')
  if (!quotedTo(part)) return false
  sink.text(texts?.[1] ?? ` unreachable - #${code}`)
  const mtuBytes = view.getUint16(at + 6)
  if (code === 4 && mtuBytes > 0) sink.text(` (mtu ${mtuBytes})`)
  return true
}

function writeUnreachablePort(part: LinePart, code: number): boolean {
  const { headers, sink } = part
  const { view, payloadAt, payloadEnd } = headers
  const at = payloadAt + QUOTE
  if (!quotedTo(part)) return false
  const protocol = view.getUint8(at + 9)
  if (code === 2) {
    sink.text(` protocol ${protocol} unreachable`)
    return true
  }
  const portAt = at + ((view.getUint8(at) & 15) << 2) + 2
  if (portAt + 2 > payloadEnd) return false
  const name =
    protocol === 6 ? 'tcp port' : protocol === 17 ? 'udp port' : `protocol ${protocol} port`
  sink.text(` ${name} ${view.getUint16(portAt)} unreachable`)
  return true
}

const REDIRECTS = [
  'redirect to net',
  'redirect to host',
  'redirect-tos to net',
  'redirect-tos to host',
]

function writeRedirect(part: LinePart, code: number): boolean {
  const { sink, headers } = part
  const [verb = '', target = ''] = (REDIRECTS[code] ?? `redirect-#${code}`).split(' to ')
  sink.text(`${verb} `)
  if (!quotedTo(part)) return false
  sink.text(target === '' ? ' to ' : ` to ${target} `)
  return part.writeAddress(headers.payloadAt + 4, 4)
}

/** RFC 1256: count 8, entry size 8, lifetime 16, then addresses with their preference. */
function writeRouters(part: LinePart): boolean {
  const { sink, headers } = part
  const { view, payloadAt: at } = headers
  const [count, words, seconds] = [
    view.getUint8(at + 4),
    view.getUint8(at + 5),
    view.getUint16(at + 6),
  ]
  sink.text(`router advertisement lifetime ${lifetime(seconds)} ${count}:`)
  if (words !== 2) {
    sink.text(` [size ${words}]`)
    return true
  }
  for (let entry = at + 8; entry < at + 8 + 8 * count; entry += 8) {
    sink.text(' {')
    if (!part.writeAddress(entry, 4) || entry + 8 > headers.payloadEnd) return false
    sink.text(` ${view.getUint32(entry + 4)}}`)
  }
  return true
}

const two = (number: number): string => `${number}`.padStart(2, '0')

function lifetime(seconds: number): string {
  if (seconds < 60) return `${seconds}`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

/** Milliseconds since midnight, RFC 792. */
function writeTimestamps({ sink, headers }: LinePart): boolean {
  const { view, payloadAt: at, payloadEnd } = headers
  if (payloadEnd - at < 20) return false
  const clock = (offset: number): string => {
    const milliseconds = view.getUint32(at + offset)
    const seconds = Math.floor(milliseconds / 1000)
    const hours = two(Math.floor(seconds / 3600))
    const rest = `${milliseconds % 1000}`.padStart(3, '0')
    return `${hours}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${rest}`
  }
  sink.text(
    `time stamp reply id ${view.getUint16(at + 4)} seq ${view.getUint16(at + 6)}: ` +
      `org ${clock(8)}, recv ${clock(12)}, xmit ${clock(16)}`,
  )
  return true
}
