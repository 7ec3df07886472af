/** How every service of the lab listens, and says so. */
import type net from 'node:net'
import { READY } from '../service.ts'

export type Listening = {
  readonly port: number
  /** Addresses to bind; `::` takes IPv4 as well. */
  readonly binds: readonly string[]
  /** Connections that may wait to be accepted; the kernel's default of Linux is 4096, node's 511. */
  readonly backlog?: number
}

/** Puts a server on its addresses: the first is its own, each other one gets a listener beside it. */
export async function listen(make: () => net.Server, how: Listening): Promise<void> {
  await Promise.all(
    how.binds.map(
      (host) =>
        new Promise<void>((resolve, reject) => {
          const server = make()
          server.once('error', reject)
          const { port, backlog } = how
          server.listen({ port, host, ...(backlog !== undefined && { backlog }) }, resolve)
        }),
    ),
  )
}

/** Says that all listeners are up. Whoever started this service stops reading then. */
export const sayReady = (): void => {
  process.stdout.write(`${READY}\n`)
}

/** A client that goes away is no error of the service. */
export const forgive = (socket: net.Socket): net.Socket => socket.on('error', () => {})
