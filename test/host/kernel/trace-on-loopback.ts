/** A trace of one hop, on the loopback: what a socket sends and receives, without any network. */
import { createServer } from 'node:net'
import type { TraceProtocol } from '../../../src/diagnose/trace/probe.ts'
import { usualPacketBytes } from '../../../src/diagnose/trace/probe.ts'
import { openEgress } from '../../../src/host/kernel/egress.ts'
import { pollUntil } from '../../../src/host/kernel/poll.ts'
import type {
  NoTraceSocket,
  Opening,
  TimedArrival,
  TraceSocket,
} from '../../../src/host/kernel/trace-socket.ts'
import { parseAddress } from '../../../src/wire/address.ts'

/** An opening for this protocol, or why there is none. */
export function opening(
  host: '127.0.0.1' | '::1',
  protocol: TraceProtocol,
  flowNumber: number,
  port = 33_434,
): Opening | NoTraceSocket {
  const target = parseAddress(host)
  if (target === null) throw new Error(host)
  const request = { target, protocol, port, flowNumber, device: null, source: null }
  const egress = openEgress({ ...request, port: protocol === 'icmp' ? 0 : port })
  return 'reason' in egress ? egress : { request, egress }
}

/** Sends the probe with this number, and waits for what answers it. */
export async function sendAndReceive(
  socket: TraceSocket,
  number: number,
): Promise<{
  readonly arrivals: TimedArrival[]
  readonly sentMs: number
  readonly errno: string | null
}> {
  const said = socket.send(number, 1, usualPacketBytes(socket.flow.destination.family))
  const arrivals: TimedArrival[] = []
  await pollUntil(() => arrivals.push(...socket.receive()) > 0, 1000)
  return {
    arrivals,
    sentMs: 'atMs' in said ? said.atMs : 0,
    errno: 'errno' in said ? said.errno : null,
  }
}

/** A port of the loopback where somebody listens while `act` runs. */
export async function listening(host: string, act: (port: number) => Promise<void>): Promise<void> {
  const server = createServer((socket) => socket.on('error', () => {}))
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  try {
    await act(typeof address === 'object' && address ? address.port : 0)
  } finally {
    server.close()
  }
}
