/**
 * Sends frames through a packet socket as fast as the machine gives, or at a rate: `replay.js DEVICE SECONDS RATE FILE|BYTES`. FILE is
 * a pcap whose frames are sent over and over; BYTES makes UDP datagrams of frames of that length. Tells how many were sent.
 * Its calls are sendmmsg(2), sixty-four frames at a time.
 */
import { readFileSync } from 'node:fs'
import koffi from 'koffi'
import { writeLinkAddress } from '../src/host/kernel/sockaddr.ts'
import { interfaceIndex } from '../src/host/kernel/socket.ts'
import { viewOf } from '../src/wire/bytes.ts'
import { checksum } from '../src/wire/checksum.ts'

const [device = '', seconds = '1', rate = '0', what = '60'] = process.argv.slice(2)

/** struct iovec is 16 bytes of 64 bits, struct mmsghdr 64. */
const IOVEC_BYTES = 16
const MMSGHDR_BYTES = 64
const AT_A_TIME = 64
const AF_PACKET = 17
const SOCK_RAW = 3
const SOL_SOCKET = 1
const SO_SNDBUFFORCE = 32
const PCAP_HEADER_BYTES = 24
const PCAP_RECORD_BYTES = 16

/** UDP from 10.9.0.1 to 10.9.0.2, port 9 (discard), to whoever is on the link. */
function datagram(bytes: number): Buffer {
  const frame = Buffer.alloc(bytes)
  frame.fill(0xff, 0, 6)
  frame.set([2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0], 6)
  frame.writeUInt16BE(bytes - 14, 16)
  frame.set([64, 17, 0, 0, 10, 9, 0, 1, 10, 9, 0, 2], 22)
  frame.writeUInt16BE(checksum(viewOf(frame), 14, 34), 24)
  frame.writeUInt16BE(40_000, 34)
  frame.writeUInt16BE(9, 36)
  frame.writeUInt16BE(bytes - 34, 38)
  return frame
}

/** The frames, and where each begins and how long it is. */
function load(): {
  readonly bytes: Buffer
  readonly places: readonly (readonly [number, number])[]
} {
  if (/^\d+$/.test(what)) {
    const frame = datagram(Number(what))
    return {
      bytes: frame,
      places: Array.from({ length: AT_A_TIME }, () => [0, frame.length] as const),
    }
  }
  const bytes = readFileSync(what)
  const places: (readonly [number, number])[] = []
  for (let at = PCAP_HEADER_BYTES; at + PCAP_RECORD_BYTES < bytes.length; ) {
    const length = bytes.readUInt32LE(at + 8)
    places.push([at + PCAP_RECORD_BYTES, length])
    at += PCAP_RECORD_BYTES + length
  }
  return { bytes, places }
}

const { bytes, places } = load()
const libc = koffi.load(null)
const socket = libc.func('int socket(int, int, int)')
const bind = libc.func('int bind(int, const void *, uint32_t)')
const setsockopt = libc.func('int setsockopt(int, int, int, const void *, uint32_t)')
const sendmmsg = libc.func('int sendmmsg(int, void *, unsigned int, int)')

const fd = socket(AF_PACKET, SOCK_RAW, 0)
const to = writeLinkAddress(0, interfaceIndex(device))
if (fd < 0 || bind(fd, to, to.length) < 0) throw new Error(`no packet socket on ${device}`)
setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, Int32Array.of(8 << 20), 4)

const base = koffi.address(bytes)
const vectors = Buffer.alloc(places.length * IOVEC_BYTES)
const messages = Buffer.alloc(places.length * MMSGHDR_BYTES)
const vectorsAt = koffi.address(vectors)
for (const [index, [at, length]] of places.entries()) {
  vectors.writeBigUInt64LE(base + BigInt(at), index * IOVEC_BYTES)
  vectors.writeBigUInt64LE(BigInt(length), index * IOVEC_BYTES + 8)
  // struct msghdr: the iovec's address at 16, their number at 24.
  messages.writeBigUInt64LE(vectorsAt + BigInt(index * IOVEC_BYTES), index * MMSGHDR_BYTES + 16)
  messages.writeBigUInt64LE(1n, index * MMSGHDR_BYTES + 24)
}

const began = performance.now()
const perMs = Number(rate) / 1000
let sent = 0
let next = 0
let frames = 0
for (let passed = 0; passed < Number(seconds) * 1000; passed = performance.now() - began) {
  if (perMs > 0 && sent > passed * perMs) continue
  const count = Math.min(AT_A_TIME, places.length - next)
  const done = sendmmsg(fd, messages.subarray(next * MMSGHDR_BYTES), count, 0)
  if (done <= 0) continue
  for (let index = next; index < next + done; index++) frames += places[index]?.[1] ?? 0
  sent += done
  next = (next + done) % places.length
}
const tookMs = performance.now() - began
console.log(JSON.stringify({ sent, bytes: frames, tookMs }))
