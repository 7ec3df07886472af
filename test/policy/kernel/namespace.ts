/**
 * Network namespaces without names: each is held by a descriptor of this process and is gone with it,
 * however it ends. The thread that enters one makes its sockets and children there.
 */
import { closeSync, openSync } from 'node:fs'
import { enterNetwork, leaveNetwork } from './libc.ts'

export type Namespace = {
  /** A path by which ip(8) finds it. */
  readonly path: string
  /** Does the work inside; the work must not wait for anything. */
  readonly inside: <T>(work: () => T) => T
  readonly close: () => void
}

/** The thread's own: that of `/proc/self` would be the first thread's. */
const openOwn = (): number => openSync('/proc/thread-self/ns/net', 'r')

/** Makes a new one and comes back. */
export function makeNamespace(): Namespace {
  const home = openOwn()
  leaveNetwork()
  const fd = openOwn()
  enterNetwork(home)
  closeSync(home)
  return {
    path: `/proc/${process.pid}/fd/${fd}`,
    inside: (work) => {
      const outer = openOwn()
      enterNetwork(fd)
      try {
        return work()
      } finally {
        enterNetwork(outer)
        closeSync(outer)
      }
    },
    close: () => closeSync(fd),
  }
}
