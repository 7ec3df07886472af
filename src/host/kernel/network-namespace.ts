/**
 * Sockets of another network namespace, from within this process: a socket belongs for good to the network in which it was made,
 * so that the thread only has to be there for a moment; setns(2), network_namespaces(7).
 */
import { closeSync, openSync } from 'node:fs'
import { enterNetwork } from './socket.ts'

/** The network of this thread; other threads may be elsewhere. */
const OWN = '/proc/thread-self/ns/net'

/** Why the network could not be entered. */
export type NoEntry = { readonly errno: string }

const errnoOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error)

/**
 * Calls `make` in the network that the file `path` stands for and comes back, whatever happens. `make` may not wait for
 * anything: the whole thread is there. Without the right to (CAP_SYS_ADMIN), the error's name.
 */
export function inNetwork<T>(path: string, make: () => T): T | NoEntry {
  const files: number[] = []
  const open = (file: string): number => {
    const fd = openSync(file, 'r')
    files.push(fd)
    return fd
  }
  try {
    const own = open(OWN)
    const errno = enterNetwork(open(path))
    if (errno !== null) return { errno }
    try {
      return make()
    } finally {
      // To go on in the wrong network would falsify all that comes.
      if (enterNetwork(own) !== null) process.abort()
    }
  } catch (error) {
    return { errno: errnoOf(error) }
  } finally {
    for (const fd of files) closeSync(fd)
  }
}
