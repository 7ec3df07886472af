/** Services that behave as broken ones do. */
import net from 'node:net'
import { forgive, type Listening, listen, sayReady } from './listen.ts'

/** Accepts and closes at once, without a byte, as an access list (`hosts.deny`) does. */
export const serveAcceptClose = (how: Listening): Promise<void> =>
  listen(() => net.createServer((socket) => forgive(socket).end().resume()), how)

/** Accepts, reads, and never says anything. */
export const serveSilent = (how: Listening): Promise<void> =>
  listen(() => net.createServer((socket) => forgive(socket).resume()), how)

export type Unread = Listening & {
  /** What is answered to whatever begins with GET; null where not even that is read. */
  readonly answer: string | null
  /** After so long a piece more is read of anything else; null: nothing more ever is. */
  readonly delayMs: number | null
}

/**
 * Accepts and reads nothing, so that its window closes, but for requests that it answers: as a full
 * disk makes a store do, or, where it reads a piece now and then, as one that is only slow does.
 */
export function serveUnread({ answer, delayMs, ...how }: Unread): Promise<void> {
  const serve = (socket: net.Socket): void => {
    forgive(socket)
    if (answer === null) return
    socket.on('data', (words) => {
      if (words.toString('latin1').startsWith('GET ')) socket.end(answer)
      else socket.pause()
    })
    socket.resume()
    if (delayMs === null) return
    const reading = setInterval(() => socket.resume(), delayMs)
    socket.on('close', () => clearInterval(reading))
  }
  return listen(() => net.createServer({ pauseOnConnect: true }, serve), how)
}

/** Says `greeting`, answers the first words with `answer`, each where it is given, and resets. */
export const serveReset = (
  how: Listening & { readonly greeting: string | null; readonly answer: string | null },
): Promise<void> =>
  listen(
    () =>
      net.createServer((socket) => {
        forgive(socket).write(how.greeting ?? '')
        socket.once('data', () =>
          socket.write(how.answer ?? '', () => setTimeout(() => socket.resetAndDestroy(), 20)),
        )
      }),
    how,
  )

/** Listens and never accepts: the process sleeps (state S) for good, as in a deadlock. */
export async function serveHung(how: Listening): Promise<never> {
  await listen(() => net.createServer(), how)
  sayReady()
  // The line must leave before this thread stops.
  await new Promise((resolve) => setTimeout(resolve, 100))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  throw new Error('nobody wakes it')
}

/** Holds `count` connections open, so that a queue is full. Ready once no more get through. */
export async function serveHold(host: string, port: number, count: number): Promise<void> {
  const connect = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = forgive(net.connect({ host, port }))
      socket.once('connect', resolve)
      // A queue that is full does not answer; that is what was wanted.
      setTimeout(resolve, 500)
    })
  await Promise.all(Array.from({ length: count }, connect))
  setInterval(() => {}, 1 << 30)
}
