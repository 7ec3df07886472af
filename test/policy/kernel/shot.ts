/**
 * One packet that a program on a host sends, and what its system tells the program at once: a TCP
 * segment that opens a connection, a UDP datagram or an echo request. TCP is kept from answering
 * further: a filter of the socket (socket(7), SO_ATTACH_FILTER) takes the SYN-ACK after all rules
 * have seen it, so that exactly one packet goes and at most one comes.
 */
import { AF, type KernelSocket, openSocket, SOCK } from '../../../src/host/kernel/socket.ts'
import { writeEchoRequest } from '../../../src/wire/icmp.ts'
import { PROTOCOL } from '../../../src/wire/protocol.ts'
import type { Protocol } from './arrival.ts'
import { addressOf, asUser } from './libc.ts'
import type { HostName, Network } from './network.ts'
import { opened, socketName } from './service.ts'

export type Shot = {
  readonly host: HostName
  readonly family: 4 | 6
  readonly protocol: Protocol
  readonly source: string
  readonly destination: string
  /** For ICMP the identifier, and no port of the destination. */
  readonly sourcePort: number
  readonly destinationPort: number | null
  /** SO_MARK; 0 is none. */
  readonly mark: number
  /** Whose socket it is. */
  readonly user: number
  /** That a datagram or an echo request carries. */
  readonly dataBytes: number
}

/** socket(7), include/uapi/asm-generic/socket.h. */
const SOL_SOCKET = 1
const SO_REUSEADDR = 2
const SO_ATTACH_FILTER = 26
const SO_MARK = 36

/** A connection that is being made. */
const IN_PROGRESS = 'EINPROGRESS'

/** struct sock_filter: code 16, jump if true 8, if false 8, value 32; include/uapi/linux/filter.h. */
function instruction(code: number, yes: number, no: number, value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(code, 0)
  bytes.writeUInt8(yes, 2)
  bytes.writeUInt8(no, 3)
  bytes.writeUInt32LE(value, 4)
  return bytes
}

/** Byte 13 of the TCP header are its flags; with SYN among them, nothing of the segment is taken. */
const NO_SYN_ACK: Buffer = Buffer.concat([
  instruction(0x30, 0, 0, 13), // ldb [13]
  instruction(0x45, 0, 1, 0x02), // jset #syn
  instruction(0x06, 0, 0, 0), // ret #0
  instruction(0x06, 0, 0, 0xffff_ffff), // ret all
])

/** struct sock_fprog of 64 bits: a count and a pointer. */
function filterProgram(): Buffer {
  const program = Buffer.alloc(16)
  program.writeUInt16LE(NO_SYN_ACK.length / 8, 0)
  program.writeBigUInt64LE(addressOf(NO_SYN_ACK), 8)
  return program
}

export type Sent = {
  /** What connect(2) or send(2) said; null: nothing. */
  readonly refused: string | null
  /** The error that the socket has met by now; null: none. */
  readonly error: () => string | null
  readonly close: () => void
}

function open({ family, protocol }: Shot): KernelSocket {
  const domain = family === 4 ? AF.inet : AF.inet6
  if (protocol === 'tcp') return opened(openSocket(domain, SOCK.stream, 0))
  if (protocol === 'udp') return opened(openSocket(domain, SOCK.datagram, 0))
  return opened(openSocket(domain, SOCK.raw, family === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6))
}

function send(socket: KernelSocket, shot: Shot): string | null {
  const { protocol, family, source, sourcePort, destination, destinationPort, dataBytes } = shot
  const isIcmp = protocol === 'icmp'
  const unbound = socket.bind(socketName(source, isIcmp ? 0 : sourcePort))
  if (unbound !== null) throw new Error(`${source} port ${sourcePort}: ${unbound}`)
  const unconnected = socket.connect(socketName(destination, destinationPort ?? 0))
  if (protocol === 'tcp') return unconnected === IN_PROGRESS ? null : unconnected
  const data = new Uint8Array(dataBytes)
  const bytes = isIcmp ? writeEchoRequest(family, sourcePort, 1, data) : data
  return unconnected ?? socket.send(bytes)
}

/** Sends it. What cannot even be tried throws. */
export function shoot(network: Network, shot: Shot): Sent {
  const socket = network.inside(shot.host, () => asUser(shot.user, () => open(shot)))
  if (shot.mark !== 0) socket.set(SOL_SOCKET, SO_MARK, shot.mark)
  if (shot.protocol === 'tcp') {
    socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
    socket.set(SOL_SOCKET, SO_ATTACH_FILTER, filterProgram())
  }
  const refused = send(socket, shot)
  return {
    refused,
    error: () => {
      const said = shot.protocol === 'tcp' ? socket.send(new Uint8Array(1)) : socket.receive()
      return typeof said === 'string' && said !== 'EAGAIN' ? said : null
    },
    close: socket.close,
  }
}
