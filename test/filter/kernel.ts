/**
 * The kernel as the oracle: a filter is attached to one end of a pair of datagram sockets, and packets are sent into the other.
 * The filter sees what was sent, from its first byte; what arrives is cut to what the filter wants of it (sk_filter_trim_cap()).
 */
import { createRequire } from 'node:module'
import type { Program } from '../../src/filter/instruction.ts'
import { programBytes } from './libpcap.ts'

const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi')
const libc = koffi.load(null)

const socketpair = libc.func('int socketpair(int, int, int, int *)')
const setsockopt = libc.func('int setsockopt(int, int, int, const void *, uint32_t)')
const send = libc.func('intptr_t send(int, const void *, size_t, int)')
const recv = libc.func('intptr_t recv(int, void *, size_t, int)')
const close = libc.func('int close(int)')

const [AF_UNIX, SOCK_DGRAM, SOCK_NONBLOCK] = [1, 2, 0o4000]
const [SOL_SOCKET, SO_ATTACH_FILTER] = [1, 26]

/** A program in the kernel. */
export type KernelFilter = {
  /** How many bytes of the packet (of one byte or more) arrive; 0 for a packet that does not. */
  readonly arrives: (packet: Uint8Array) => number
  readonly close: () => void
}

/** Hands a program to the kernel; null where it refuses it. */
export function attach(program: Program): KernelFilter | null {
  const pair = new Int32Array(2)
  if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair) !== 0) throw new Error('no sockets')
  const [from = -1, to = -1] = pair
  const instructions = programBytes(program)
  // `struct sock_fprog`: how many 16, then a pointer.
  const descriptor = Buffer.alloc(16)
  descriptor.writeUInt16LE(program.length, 0)
  descriptor.writeBigUInt64LE(koffi.address(instructions), 8)
  const closeBoth = (): void => {
    close(from)
    close(to)
  }
  if (setsockopt(to, SOL_SOCKET, SO_ATTACH_FILTER, descriptor, 16) !== 0) {
    closeBoth()
    return null
  }
  const room = new Uint8Array(65_536)
  return {
    arrives: (packet) => {
      send(from, packet, packet.length, 0)
      return Math.max(Number(recv(to, room, room.length, 0)), 0)
    },
    close: closeBoth,
  }
}
