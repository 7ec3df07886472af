/** Servers of a test on loopback, closed with everything that is connected to them. */
import { createServer, type Server, type Socket } from 'node:net'
import type { Endpoint } from '../../src/diagnose/probes.ts'

export type TestServer = {
  readonly to: Endpoint
  readonly sockets: readonly Socket[]
  readonly close: () => void
}

/** A TCP server on a free port that gives each connection to `serve`. */
export function listen(
  serve: (socket: Socket) => void,
  address = '127.0.0.1',
): Promise<TestServer> {
  const sockets: Socket[] = []
  const server: Server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  return new Promise((resolve) => {
    server.listen(0, address, () => {
      const { port } = server.address() as { port: number }
      resolve({
        to: { address, family: address.includes(':') ? 6 : 4, port },
        sockets,
        close: () => {
          for (const socket of sockets) socket.destroy()
          server.close()
        },
      })
    })
  })
}

/** A port where nobody listens. */
export async function closedPort(address = '127.0.0.1'): Promise<Endpoint> {
  const { to, close } = await listen(() => {}, address)
  close()
  return to
}
