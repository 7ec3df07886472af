/** A TCP connection attempt: how it ended, in the kernel's word, and in what time. */
import { connect, Socket } from 'node:net'
import type { Connect, Endpoint } from '../../diagnose/probes.ts'
import { formatEndpoint } from '../../wire/endpoint.ts'

/** What errno(3) means for an attempt; `denied` is a local rule, route or, for IPv6, a remote prohibition. */
const OUTCOMES: Readonly<Record<string, Connect['outcome']>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  ENONET: 'unreachable',
  EACCES: 'denied',
  EPERM: 'denied',
  EINVAL: 'denied',
  // Refused is what a reset says of a SYN; this one came when the handshake was done.
  ECONNRESET: 'connected',
}

const milliseconds = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`

const explain = (errno: string | null, tookMs: number): string =>
  errno === null
    ? `no answer within ${milliseconds(tookMs)}`
    : `${errno} after ${milliseconds(tookMs)}`

/** A connection that stands, or only how it failed: `connected` without a socket was reset at once. */
export type Connection = { readonly connect: Connect; readonly socket: Socket | null }

/** What begins the connection: Node's own way, unless the segments are to be small. */
async function opener(to: Endpoint, maxSegmentBytes: number | undefined): Promise<() => Socket> {
  const where = { host: to.address, port: to.port, family: to.family, noDelay: true }
  if (maxSegmentBytes === undefined) return () => connect(where)
  const { openStream } = await import('../kernel/stream.ts')
  return () => {
    const socket = openStream(to.family, { maxSegmentBytes })
    if (typeof socket !== 'string') return socket.connect(where)
    const failed = new Socket()
    failed.destroy(Object.assign(new Error(socket), { code: socket }))
    return failed
  }
}

/** Connects; the socket, where there is one, is the caller's to close. Never throws. */
export async function openConnection(
  to: Endpoint,
  timeoutMs: number,
  maxSegmentBytes?: number,
): Promise<Connection> {
  const open = await opener(to, maxSegmentBytes)
  const began = performance.now()
  const family = to.family === 6 ? '-6 ' : ''
  const command = `nping ${family}--tcp-connect -p ${to.port} -c 1 ${to.address}`
  return new Promise((resolve) => {
    const socket = open()
    const finish = (outcome: Connect['outcome'], errno: string | null): void => {
      clearTimeout(timer)
      socket.removeAllListeners('connect').removeAllListeners('error')
      const tookMs = performance.now() - began
      const connected = outcome === 'connected' && errno === null
      const from = connected ? { address: socket.localAddress, port: socket.localPort } : {}
      const line = connected
        ? `connected from ${from.address} port ${from.port} in ${milliseconds(tookMs)}`
        : explain(errno, tookMs)
      if (!connected) socket.on('error', () => {}).destroy()
      resolve({
        socket: connected ? socket : null,
        connect: {
          command,
          lines: [`${formatEndpoint(to)}: ${line}`],
          endpoint: to,
          outcome,
          errno,
          tookMs,
          localAddress: from.address ?? null,
          localPort: from.port ?? null,
        },
      })
    }
    const timer = setTimeout(() => finish('timeout', null), timeoutMs)
    socket.once('connect', () => finish('connected', null))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const errno = error.code ?? error.message
      finish(OUTCOMES[errno] ?? 'error', errno)
    })
  })
}

/** Connects and closes at once. */
export async function probeConnect(to: Endpoint, timeoutMs: number): Promise<Connect> {
  const { connect: result, socket } = await openConnection(to, timeoutMs)
  socket?.on('error', () => {}).destroy()
  return result
}
