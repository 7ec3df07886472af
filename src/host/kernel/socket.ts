/**
 * Sockets that Node has no word for (ICMP, packets), through libc: socket(2), recvmsg(2), cmsg(3).
 * All are non-blocking. libc is called through koffi, which is loaded with the first socket; where
 * it is missing, or pointers are not of 64 bits, no socket can be opened and the reason is given.
 */
import { createRequire } from 'node:module'
import { getSystemErrorName } from 'node:util'
import type { Program } from '../../filter/instruction.ts'

/** From the kernel's include/linux/socket.h and include/linux/net.h. */
export const AF: { readonly inet: 2; readonly inet6: 10; readonly packet: 17 } = {
  inet: 2,
  inet6: 10,
  packet: 17,
}
export const SOCK: { readonly stream: 1; readonly datagram: 2; readonly raw: 3 } = {
  stream: 1,
  datagram: 2,
  raw: 3,
}
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2000000
const MSG_ERRQUEUE = 0x2000
const SOL_SOCKET = 1
const SO_ATTACH_FILTER = 26

/** From the kernel's include/uapi/asm-generic/mman-common.h and mman.h. */
const PROT_READ_WRITE = 3
const MAP_SHARED = 1
const MAP_FAILED = 0xffff_ffff_ffff_ffffn
/** A connection that is on its way; libuv, and so Node, has no name for it. */
const EINPROGRESS = 115

/** Beside the data: what the kernel says of a message. */
export type ControlMessage = {
  readonly level: number
  readonly type: number
  readonly bytes: Buffer
}

export type Message = {
  readonly bytes: Buffer
  /** The sender, a sockaddr of the socket's family. */
  readonly from: Buffer
  readonly control: readonly ControlMessage[]
}

/** An open socket. What fails gives the name of the error: `EPERM`, `EAGAIN` … */
export type KernelSocket = {
  readonly bind: (address: Uint8Array) => string | null
  readonly connect: (address: Uint8Array) => string | null
  readonly set: (level: number, option: number, value: number | Uint8Array) => string | null
  /** The bytes of an option, at most `bytes`; none where it cannot be read. */
  readonly get: (level: number, option: number, bytes: number) => Buffer
  /** Lets only those packets through which the program wants, cut to what it wants of them; SO_ATTACH_FILTER. */
  readonly filter: (program: Program) => string | null
  /** Sends to `address`, or to where the socket is connected. */
  readonly send: (bytes: Uint8Array, address?: Uint8Array) => string | null
  readonly receive: () => Message | string
  /** The next message of the error queue; ip(7), IP_RECVERR. */
  readonly receiveError: () => Message | string
  readonly localAddress: () => Buffer
  /** The memory that the socket shares with the kernel, mmap(2); or the error's name. */
  readonly map: (bytes: number) => ArrayBuffer | string
  readonly close: () => void
  /** Hands the descriptor over to who asks: it is theirs to close. */
  readonly release: () => number
}

type Call = (...words: readonly unknown[]) => number

type Libc = {
  readonly socket: Call
  readonly bind: Call
  readonly connect: Call
  readonly setsockopt: Call
  readonly getsockopt: Call
  readonly sendto: Call
  readonly recvmsg: Call
  readonly getsockname: Call
  readonly close: Call
  /** close(2) on a thread: the kernel waits tens of ms before it lets go of a packet socket. */
  readonly closeLater: (fd: number) => void
  readonly if_nametoindex: Call
  readonly setns: Call
  readonly map: (fd: number, bytes: number) => ArrayBuffer | null
  readonly clock_gettime: Call
  readonly errno: () => string
  readonly address: (buffer: Buffer) => bigint
}

let loaded: Libc | null | undefined

function loadLibc(): Libc | null {
  try {
    const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi')
    if (koffi.sizeof('void *') !== 8) return null
    const libc = koffi.load(null)
    const at = (definition: string): Call => libc.func(definition) as Call
    return {
      socket: at('int socket(int, int, int)'),
      bind: at('int bind(int, const void *, uint32_t)'),
      connect: at('int connect(int, const void *, uint32_t)'),
      setsockopt: at('int setsockopt(int, int, int, const void *, uint32_t)'),
      getsockopt: at('int getsockopt(int, int, int, void *, void *)'),
      sendto: at('intptr_t sendto(int, const void *, size_t, int, const void *, uint32_t)'),
      recvmsg: at('intptr_t recvmsg(int, void *, int)'),
      getsockname: at('int getsockname(int, void *, void *)'),
      close: at('int close(int)'),
      closeLater: (fd) => libc.func('int close(int)').async(fd, () => {}),
      if_nametoindex: at('uint32_t if_nametoindex(const char *)'),
      setns: at('int setns(int, int)'),
      map: (fd, bytes) => {
        const mmap = libc.func('void *mmap(void *, size_t, int, int, int, int64_t)')
        const at: unknown = mmap(null, bytes, PROT_READ_WRITE, MAP_SHARED, fd, 0)
        return koffi.address(at) === MAP_FAILED ? null : koffi.view(at, bytes)
      },
      clock_gettime: at('int clock_gettime(int, void *)'),
      errno: () => {
        const number = koffi.errno()
        return number === EINPROGRESS ? 'EINPROGRESS' : getSystemErrorName(-number)
      },
      address: (buffer) => koffi.address(buffer),
    }
  } catch {
    return null
  }
}

function libc(): Libc | null {
  if (loaded === undefined) loaded = loadLibc()
  return loaded
}

/** What no other error name says: libc cannot be called at all. */
export const NO_LIBC = 'ENOSYS'

const DATA_BYTES = 64 << 10
const NAME_BYTES = 128
const CONTROL_BYTES = 1024

/** struct cmsghdr of 64 bits: length 8, level 4, type 4, then the data; each begins at a multiple of 8. */
function readControl(control: Buffer, end: number): ControlMessage[] {
  const messages: ControlMessage[] = []
  for (let at = 0; at + 16 <= end; ) {
    const length = Number(control.readBigUInt64LE(at))
    if (length < 16 || at + length > end) break
    messages.push({
      level: control.readInt32LE(at + 8),
      type: control.readInt32LE(at + 12),
      bytes: Buffer.from(control.subarray(at + 16, at + length)),
    })
    at += (length + 7) & ~7
  }
  return messages
}

/** struct msghdr of 64 bits, made once a socket, and what it points to. */
function receiver(c: Libc, fd: number): (flags: number) => Message | string {
  const data = Buffer.alloc(DATA_BYTES)
  const name = Buffer.alloc(NAME_BYTES)
  const control = Buffer.alloc(CONTROL_BYTES)
  const vector = Buffer.alloc(16)
  vector.writeBigUInt64LE(c.address(data), 0)
  vector.writeBigUInt64LE(BigInt(DATA_BYTES), 8)
  const header = Buffer.alloc(56)
  header.writeBigUInt64LE(c.address(name), 0)
  header.writeBigUInt64LE(c.address(vector), 16)
  header.writeBigUInt64LE(1n, 24)
  header.writeBigUInt64LE(c.address(control), 32)
  // Named here, so that no pointer in the header outlives what it points to.
  const pointed = { data, name, control, vector }
  return (flags) => {
    header.writeUInt32LE(NAME_BYTES, 8)
    header.writeBigUInt64LE(BigInt(CONTROL_BYTES), 40)
    const got = c.recvmsg(fd, header, flags)
    if (got < 0) return c.errno()
    return {
      bytes: Buffer.from(pointed.data.subarray(0, got)),
      from: Buffer.from(pointed.name.subarray(0, header.readUInt32LE(8))),
      control: readControl(pointed.control, Number(header.readBigUInt64LE(40))),
    }
  }
}

/** Opens a socket of socket(2)'s `domain`, `type` and `protocol`; without it, the error's name. */
export function openSocket(
  domain: number,
  type: number,
  protocol: number,
): KernelSocket | { readonly errno: string } {
  const c = libc()
  if (!c) return { errno: NO_LIBC }
  const fd = c.socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol)
  if (fd < 0) return { errno: c.errno() }
  const said = (result: number): string | null => (result < 0 ? c.errno() : null)
  // Made with the first message: a socket that only sends needs no room for any.
  let ready: ReturnType<typeof receiver> | null = null
  const receive = (flags: number): Message | string => {
    ready ??= receiver(c, fd)
    return ready(flags)
  }
  let open = true
  return {
    bind: (address) => said(c.bind(fd, address, address.length)),
    connect: (address) => said(c.connect(fd, address, address.length)),
    set: (level, option, value) => {
      const bytes = typeof value === 'number' ? Int32Array.of(value) : value
      return said(c.setsockopt(fd, level, option, bytes, bytes.byteLength))
    },
    get: (level, option, bytes) => {
      const value = Buffer.alloc(bytes)
      const length = Buffer.alloc(4)
      length.writeUInt32LE(bytes)
      return c.getsockopt(fd, level, option, value, length) < 0
        ? Buffer.alloc(0)
        : value.subarray(0, length.readUInt32LE())
    },
    filter: (program) => {
      // struct sock_filter: code 16, jt 8, jf 8, k 32; struct sock_fprog: count 16, then a pointer.
      const instructions = Buffer.alloc(8 * program.length)
      for (const [index, { code, jt, jf, k }] of program.entries()) {
        instructions.writeUInt16LE(code, 8 * index)
        instructions.writeUInt8(jt, 8 * index + 2)
        instructions.writeUInt8(jf, 8 * index + 3)
        instructions.writeUInt32LE(k, 8 * index + 4)
      }
      const whole = Buffer.alloc(16)
      whole.writeUInt16LE(program.length)
      whole.writeBigUInt64LE(c.address(instructions), 8)
      return said(c.setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, whole, whole.length))
    },
    send: (bytes, address) =>
      said(c.sendto(fd, bytes, bytes.length, 0, address ?? null, address?.length ?? 0)),
    receive: () => receive(0),
    receiveError: () => receive(MSG_ERRQUEUE),
    localAddress: () => {
      const name = Buffer.alloc(NAME_BYTES)
      const length = Buffer.alloc(4)
      length.writeUInt32LE(NAME_BYTES)
      return c.getsockname(fd, name, length) < 0
        ? Buffer.alloc(0)
        : name.subarray(0, length.readUInt32LE())
    },
    map: (bytes) => c.map(fd, bytes) ?? c.errno(),
    close: () => {
      if (open && domain === AF.packet) c.closeLater(fd)
      else if (open) c.close(fd)
      open = false
    },
    release: () => {
      open = false
      return fd
    },
  }
}

/** The index of a device; 0 where there is none of that name. */
export const interfaceIndex = (name: string): number => libc()?.if_nametoindex(name) ?? 0

const CLOCK_REALTIME = 0

/** struct timespec of 64 bits, in ms. */
export const readTimespec = (bytes: Buffer): number =>
  Number(bytes.readBigInt64LE(0)) * 1000 + Number(bytes.readBigInt64LE(8)) / 1e6

/** The kernel's clock as it stamps messages, in ms since 1970 with fractions; without libc, Node's. */
export function kernelNowMs(): number {
  const c = libc()
  if (!c) return Date.now()
  const time = Buffer.alloc(16)
  c.clock_gettime(CLOCK_REALTIME, time)
  return readTimespec(time)
}

const CLONE_NEWNET = 0x4000_0000

/** Takes the calling thread into the network that an open file of network_namespaces(7) stands for; setns(2). */
export const enterNetwork = (fd: number): string | null => {
  const c = libc()
  if (!c) return NO_LIBC
  return c.setns(fd, CLONE_NEWNET) < 0 ? c.errno() : null
}
