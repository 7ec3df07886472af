/** An ICMPv6 message as tcpdump's print-icmp6.c prints it: `ICMP6, echo request, id 7, seq 1, length 64`. */
import type { LinePart } from './packet-line-part.ts'

const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'destination unreachable'],
  [2, 'packet too big'],
  [3, 'time exceeded'],
  [4, 'parameter problem'],
  [128, 'echo request'],
  [129, 'echo reply'],
  [130, 'multicast listener query'],
  [131, 'multicast listener report'],
  [132, 'multicast listener done'],
  [133, 'router solicitation'],
  [134, 'router advertisement'],
  [135, 'neighbor solicitation'],
  [136, 'neighbor advertisement'],
  [137, 'redirect'],
  [138, 'router renumbering'],
  [139, 'node information query'],
  [140, 'node information reply'],
  [141, 'inverse neighbor solicitation'],
  [142, 'inverse neighbor advertisement'],
  [143, 'multicast listener report v2'],
  [144, 'dhaad request'],
  [145, 'dhaad reply'],
  [146, 'mobile router solicitation'],
  [147, 'mobile router advertisement'],
  [155, 'RPL'],
])

/** Writes the message; the payload must begin with its header. */
export function writeIcmpv6(part: LinePart): void {
  const { headers, sink } = part
  const { view, payloadAt: at, payloadEnd: end, payloadBytes } = headers
  sink.text('ICMP6, ')
  if (end - at < 8) {
    sink.text(' [|icmp6]')
    return
  }
  const type = view.getUint8(at)
  const name = NAMES.get(type)
  sink.text(name ?? `unknown icmp6 type (${type})`)
  if (!writeRest(part, type, view.getUint8(at + 1))) {
    sink.text(' [|icmp6]')
    return
  }
  sink.text(`, length ${payloadBytes}`)
}

function writeRest(part: LinePart, type: number, code: number): boolean {
  const { headers, sink } = part
  const { view, payloadAt: at } = headers
  switch (type) {
    case 1:
      return writeUnreachable(part, code)
    case 2:
      sink.text(`, mtu ${view.getUint32(at + 4)}`)
      return true
    case 3:
      sink.text(
        code === 0
          ? ' in-transit for '
          : code === 1
            ? ' in-transit (reassembly)'
            : ` in-transit, unknown code (${code})`,
      )
      return code === 0 ? quotedTo(part) : true
    case 4:
      return writeParameter(part, code)
    case 128:
    case 129:
      sink.text(', id ')
      sink.number(view.getUint16(at + 4))
      sink.text(', seq ')
      sink.number(view.getUint16(at + 6))
      return true
    case 131:
    case 132:
      sink.text(`max resp delay: ${view.getUint16(at + 4)} addr: `)
      return part.writeAddress(at + 8, 6)
    case 135:
      sink.text(', who has ')
      return part.writeAddress(at + 8, 6)
    case 136:
      sink.text(', tgt is ')
      return part.writeAddress(at + 8, 6)
    case 137:
      return writeRedirect(part)
    case 143:
      sink.text(`, ${view.getUint16(at + 6)} group record(s)`)
      return true
    case 130:
      return writeQuery(part)
    default:
      return true
  }
}

/** The destination of the packet that is quoted behind the eight bytes of the header. */
const quotedTo = (part: LinePart): boolean => part.writeAddress(part.headers.payloadAt + 8 + 24, 6)

function writeUnreachable(part: LinePart, code: number): boolean {
  const { sink, headers } = part
  switch (code) {
    case 0:
      sink.text(', unreachable route ')
      return quotedTo(part)
    case 1:
      sink.text(',  unreachable prohibited ')
      return quotedTo(part)
    case 2:
      sink.text(', beyond scope ')
      if (!quotedTo(part)) return false
      sink.text(', source address ')
      return part.writeAddress(headers.payloadAt + 16, 6)
    case 3:
      sink.text(', unreachable address ')
      return quotedTo(part)
    case 4:
      return writeUnreachablePort(part)
    default:
      sink.text(`, unknown unreach code (${code})`)
      return true
  }
}

function writeUnreachablePort(part: LinePart): boolean {
  const { sink, headers } = part
  const { view, payloadAt, payloadEnd } = headers
  const at = payloadAt + 8
  if (payloadEnd - at < 44) return false
  const protocol = view.getUint8(at + 6)
  const port = view.getUint16(at + 42)
  sink.text(', unreachable port, ')
  if (!quotedTo(part)) return false
  sink.text(
    protocol === 6
      ? ` tcp port ${port}`
      : protocol === 17
        ? ` udp port ${port}`
        : ` protocol ${protocol} port ${port} unreachable`,
  )
  return true
}

function writeParameter({ sink, headers }: LinePart, code: number): boolean {
  const offset = headers.view.getUint32(headers.payloadAt + 4)
  const names = [
    'erroneous - octet',
    'next header - octet',
    'option - octet',
    'incomplete header chain - octet',
  ]
  sink.text(`, ${names[code] ?? `code-#${code}`}${names[code] === undefined ? '' : ` ${offset}`}`)
  return true
}

/** RFC 4861 §4.5: target at 8, destination at 24. */
function writeRedirect(part: LinePart): boolean {
  const { sink, headers } = part
  sink.text(', ')
  if (!part.writeAddress(headers.payloadAt + 24, 6)) return false
  sink.text(' to ')
  return part.writeAddress(headers.payloadAt + 8, 6)
}

/** RFC 3810 §5.1: a query of 24 bytes is version 1. */
function writeQuery(part: LinePart): boolean {
  const { sink, headers } = part
  const { view, payloadAt: at, payloadBytes } = headers
  if (payloadBytes === 24) {
    sink.text(`max resp delay: ${view.getUint16(at + 4)} addr: `)
    return part.writeAddress(at + 8, 6)
  }
  sink.text(' v2')
  if (headers.payloadEnd - at < 28) return false
  sink.text(' [gaddr ')
  part.writeAddress(at + 8, 6)
  sink.byte(0x5d)
  return true
}
