/** All that a socket of a trace holds, read at once: each message with the time of its arrival. */
import type { Arrival } from '../../diagnose/trace/arrival.ts'
import { kernelNowMs, type Message } from './socket.ts'
import { arrivalMs } from './socket-option.ts'
import type { TimedArrival } from './trace-socket.ts'

/** More messages than this are read only after the event loop has had its turn. */
const MOST_MESSAGES = 2000

/** Takes messages until there are none, and of them what `read` finds to be of this trace. */
export function drainArrivals(
  next: () => Message | string,
  read: (message: Message) => Arrival | null,
): TimedArrival[] {
  const found: TimedArrival[] = []
  for (let count = 0; count < MOST_MESSAGES; count++) {
    const message = next()
    if (message === 'EAGAIN') break
    // An error that was met is told once, and what was received is behind it.
    if (typeof message === 'string') continue
    const arrival = read(message)
    if (arrival !== null) found.push({ ...arrival, atMs: arrivalMs(message) ?? kernelNowMs() })
  }
  return found
}
