/**
 * The large write of a path MTU test: connects, writes, and watches whether the far kernel
 * acknowledges it all. What is not acknowledged is the tx_queue of /proc/net/tcp (write_seq −
 * snd_una, the kernel's net/ipv4/tcp_ipv4.c get_tcp4_sock).
 */
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import type { Endpoint, Probes, Shown } from '../../diagnose/probes.ts'
import { openConnection } from './connect.ts'

export type LargeWrite = Awaited<ReturnType<Probes['largeWrite']>>

/** How often the queue is looked at. */
const STEP_MS = 10

/** Ports where TLS is spoken from the first byte: https, smtps, ldaps, ftps, imaps, pop3s. */
const TLS_PORTS: ReadonlySet<number> = new Set([443, 465, 636, 990, 993, 995, 8443])

/** The longest TLS handshake record that may be announced, RFC 8446 §5.1: a server waits for it. */
const TLS_RECORD = Uint8Array.of(22, 3, 1, 0x40, 0)

/** Bytes that a server reads on without an answer: the start of a record, or empty lines (RFC 9112 §2.2). */
export function patientBytes(port: number, bytes: number): Uint8Array {
  if (!TLS_PORTS.has(port)) return Buffer.alloc(bytes, '\r\n')
  const data = new Uint8Array(bytes)
  data.set(TLS_RECORD.subarray(0, bytes))
  return data
}

const hexPort = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0')

/** The bytes not yet acknowledged, in the text of /proc/net/tcp or tcp6; null where it has no such socket. */
export function parseUnacknowledged(text: string, local: number, remote: number): number | null {
  const row = new RegExp(
    `^ *\\d+: [0-9A-F]+:${hexPort(local)} [0-9A-F]+:${hexPort(remote)} [0-9A-F]{2} ([0-9A-F]{8}):`,
    'm',
  )
  const hex = row.exec(text)?.[1]
  return hex === undefined ? null : Number.parseInt(hex, 16)
}

function unacknowledged(to: Endpoint, local: number): number | null {
  try {
    const text = readFileSync(to.family === 6 ? '/proc/net/tcp6' : '/proc/net/tcp', 'latin1')
    return parseUnacknowledged(text, local, to.port)
  } catch {
    return null
  }
}

type Watched = { readonly outcome: LargeWrite['outcome']; readonly left: number }

/** Watches until all is acknowledged, the far end closes, or the time is over. */
function watch(socket: Socket, to: Endpoint, local: number, timeoutMs: number): Promise<Watched> {
  const end = performance.now() + timeoutMs
  return new Promise((resolve) => {
    let closed = false
    let left = 0
    const look = (): boolean => {
      const queued = unacknowledged(to, local)
      if (queued === null) return false
      left = queued + socket.writableLength
      return left === 0
    }
    const step = (): void => {
      if (look()) resolve({ outcome: 'acknowledged', left })
      else if (closed) resolve({ outcome: 'closed', left })
      else if (performance.now() >= end) resolve({ outcome: 'stuck', left })
      else setTimeout(step, STEP_MS)
    }
    const close = (): void => {
      closed = true
    }
    socket.on('error', close).on('end', close).resume()
    step()
  })
}

/** Writes `bytes` of data and waits for their acknowledgment. Never throws. */
export async function probeLargeWrite(
  to: Endpoint,
  bytes: number,
  timeoutMs: number,
): Promise<LargeWrite> {
  const began = performance.now()
  const shown = (outcome: LargeWrite['outcome'], lines: Shown['lines']): LargeWrite => ({
    command: `head -c ${bytes} /dev/zero | nc ${to.address} ${to.port} & sleep 2; ss -tn dst ${to.address}`,
    lines,
    outcome,
  })
  const { connect, socket } = await openConnection(to, timeoutMs)
  const { localPort } = connect
  if (!socket || localPort === null) return shown('failed', connect.lines)
  socket.write(patientBytes(to.port, bytes))
  const left = Math.max(STEP_MS, timeoutMs - (performance.now() - began))
  const seen = await watch(socket, to, localPort, left)
  socket.on('error', () => {}).destroy()
  const after = `after ${Math.round(performance.now() - began)} ms`
  const line =
    seen.outcome === 'closed'
      ? `the far end closed the connection, ${seen.left} of ${bytes} bytes unacknowledged`
      : `${bytes - seen.left} of ${bytes} bytes acknowledged ${after} (Send-Q ${seen.left})`
  return shown(seen.outcome, [line])
}
