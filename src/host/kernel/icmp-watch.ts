/**
 * ICMP errors that reach this machine, and what they quote: raw sockets that take only errors
 * (ICMP_FILTER, raw(7); ICMP6_FILTER, RFC 3542 §3.2). The kernel keeps them until they are read.
 */
import { isStopped } from '../../base/stopped.ts'
import type { IcmpSeen } from '../../diagnose/probes.ts'
import { formatAddress } from '../../wire/address.ts'
import { viewOf } from '../../wire/bytes.ts'
import { explainIcmp, readIcmp } from '../../wire/icmp.ts'
import { readIpv4 } from '../../wire/ipv4.ts'
import { PROTOCOL } from '../../wire/protocol.ts'
import { readQuotedPacket } from '../../wire/quoted-packet.ts'
import { readSockaddr } from './sockaddr.ts'
import { AF, type KernelSocket, type Message, openSocket, SOCK } from './socket.ts'

/** include/uapi/linux/icmp.h and icmpv6.h; in both filters a set bit keeps a type away. */
const SOL_RAW = 255
const FILTER_OPTION = 1

/** Unreachable, source quench, time exceeded, parameter problem; RFC 792. */
const ERRORS_4 = [3, 4, 11, 12]
/** Unreachable, too big, time exceeded, parameter problem; RFC 4443 §2.1. */
const ERRORS_6 = [1, 2, 3, 4]

const maskWithout = (types: readonly number[]): number =>
  types.reduce((mask, type) => mask & ~(1 << type), -1)

/** The type whose text alone does not say that something is unreachable. */
const UNREACHABLE = { 4: 3, 6: 1 } as const

/** More than this is a flood, of which the first are enough. */
const MOST_SEEN = 1000

/** The packet that an error quotes, as far as it is there. */
function readQuoted(bytes: Buffer, at: number, family: 4 | 6): IcmpSeen['quoted'] {
  const quoted = readQuotedPacket(viewOf(bytes), at, bytes.length, family)
  if (quoted === null) return null
  const { protocol, sourcePort, destinationPort } = quoted
  return { destination: formatAddress(quoted.destination), protocol, sourcePort, destinationPort }
}

/** The error in a message of a raw socket, which has the IPv4 header but not that of IPv6. */
export function readIcmpSeen(message: Message, family: 4 | 6): IcmpSeen | null {
  const { bytes } = message
  const view = viewOf(bytes)
  const outer = family === 4 ? readIpv4(view, 0, bytes.length) : null
  if (outer && isStopped(outer)) return null
  const icmp = readIcmp(view, outer?.payloadAt ?? 0, bytes.length, family)
  const from = readSockaddr(message.from)
  if (isStopped(icmp) || icmp.quotedAt === null || from === null) return null
  const { type, code } = icmp
  const text = explainIcmp(family, type, code)
  return {
    family,
    from,
    type,
    code,
    text: type === UNREACHABLE[family] ? `destination unreachable, ${text}` : text,
    mtu: icmp.mtuBytes,
    quoted: readQuoted(bytes, icmp.quotedAt, family),
  }
}

/** A raw socket that takes errors, and of other messages the types given; null without the privilege. */
export function openIcmp(family: 4 | 6, alsoTypes: readonly number[] = []): KernelSocket | null {
  const socket =
    family === 4
      ? openSocket(AF.inet, SOCK.raw, PROTOCOL.icmp)
      : openSocket(AF.inet6, SOCK.raw, PROTOCOL.icmpv6)
  if ('errno' in socket) return null
  if (family === 4) socket.set(SOL_RAW, FILTER_OPTION, maskWithout([...ERRORS_4, ...alsoTypes]))
  // 256 types in eight words.
  const wanted = [...ERRORS_6, ...alsoTypes]
  const words = Int32Array.from({ length: 8 }, (_, word) =>
    maskWithout(wanted.filter((type) => type >> 5 === word).map((type) => type & 31)),
  )
  if (family === 6) socket.set(PROTOCOL.icmpv6, FILTER_OPTION, new Uint8Array(words.buffer))
  return socket
}

function drain(socket: KernelSocket, family: 4 | 6): IcmpSeen[] {
  const seen: IcmpSeen[] = []
  for (let count = 0; count < MOST_SEEN; count++) {
    const message = socket.receive()
    if (typeof message === 'string') break
    const error = readIcmpSeen(message, family)
    if (error) seen.push(error)
  }
  return seen
}

export type IcmpWatch = { readonly stop: () => Promise<readonly IcmpSeen[]> }

/** Watches from now on; null without the privilege for a raw socket. Never throws. */
export async function watchIcmp(): Promise<IcmpWatch | null> {
  const four = openIcmp(4)
  if (!four) return null
  const six = openIcmp(6)
  return {
    stop: async () => {
      const seen = [...drain(four, 4), ...(six ? drain(six, 6) : [])]
      four.close()
      six?.close()
      return seen
    },
  }
}
