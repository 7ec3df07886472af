/** TCP sockets with options that Node cannot set before it connects: tcp(7). */
import { Socket } from 'node:net'
import { AF, openSocket, SOCK } from './socket.ts'

/** From the kernel's include/uapi/linux/in.h and tcp.h. */
const IPPROTO_TCP = 6
const TCP_MAXSEG = 2

export type StreamOptions = {
  /** Announced to the far end as the largest segment to send; 88 to 32767. */
  readonly maxSegmentBytes: number
}

/** A socket that is not connected yet, or the name of the error. */
export function openStream(family: 4 | 6, options: StreamOptions): Socket | string {
  const kernel = openSocket(family === 6 ? AF.inet6 : AF.inet, SOCK.stream, 0)
  if ('errno' in kernel) return kernel.errno
  const errno = kernel.set(IPPROTO_TCP, TCP_MAXSEG, options.maxSegmentBytes)
  if (errno !== null) {
    kernel.close()
    return errno
  }
  return new Socket({ fd: kernel.release() })
}
