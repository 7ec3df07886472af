/**
 * The large write of a path MTU test: connects, writes, and watches whether the far kernel
 * acknowledges it all.
 */
import type { Socket } from 'node:net'
import type { Endpoint, Probes, Shown } from '../../diagnose/probes.ts'
import { openConnection } from './connect.ts'
import { readStanding } from './standing.ts'

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

type Watched = { readonly outcome: LargeWrite['outcome']; readonly left: number }

/** Watches until all is acknowledged, the far end closes, or the time is over. */
function watch(socket: Socket, to: Endpoint, local: number, timeoutMs: number): Promise<Watched> {
  const end = performance.now() + timeoutMs
  return new Promise((resolve) => {
    let closed = false
    let left = 0
    const look = (): boolean => {
      const standing = readStanding(to, local)
      if (standing === null) return false
      left = standing.unacknowledgedBytes + socket.writableLength
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
