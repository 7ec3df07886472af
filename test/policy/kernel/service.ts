/** What answers on a host: TCP ports that listen, and UDP ports that send back what they are sent. */
import { closeSync } from 'node:fs'
import { writeSockaddr } from '../../../src/host/kernel/sockaddr.ts'
import { AF, type KernelSocket, openSocket, SOCK } from '../../../src/host/kernel/socket.ts'
import { parseAddress } from '../../../src/wire/address.ts'
import type { Arrival } from './arrival.ts'
import { listen } from './libc.ts'
import { addressesOf, type HostName, type Network } from './network.ts'

/** The ports that are served; on others nobody listens. */
export const PORTS: readonly number[] = [8001, 8002, 8003, 8004]

const FAMILIES = [4, 6] as const
const BACKLOG = 65_535

export type Service = {
  /** Answers a datagram that has arrived at a served port; says whether it did. */
  readonly answer: (arrival: Arrival) => boolean
  readonly close: () => void
}

/** An address and a port as bind(2) and sendto(2) want them. */
export function socketName(address: string, port: number): Buffer {
  const parsed = parseAddress(address)
  if (parsed === null) throw new Error(`${address} is no address`)
  const name = writeSockaddr(parsed)
  name.writeUInt16BE(port, 2)
  return name
}

export function opened(socket: KernelSocket | { readonly errno: string }): KernelSocket {
  if ('errno' in socket) throw new Error(`no socket: ${socket.errno}`)
  return socket
}

function listenOn(family: 4 | 6, port: number): number {
  const socket = opened(openSocket(family === 4 ? AF.inet : AF.inet6, SOCK.stream, 0))
  if (family === 6) socket.set(41, 26, 1) // IPV6_V6ONLY, ipv6(7)
  const refused = socket.bind(socketName(family === 4 ? '0.0.0.0' : '::', port))
  if (refused !== null) throw new Error(`port ${port}: ${refused}`)
  const fd = socket.release()
  listen(fd, BACKLOG)
  return fd
}

/** Serves the ports on all addresses of the host. */
export function serve(network: Network, host: HostName): Service {
  const listeners: number[] = []
  const sockets = new Map<string, KernelSocket>()
  network.inside(host, () => {
    for (const family of FAMILIES) {
      for (const port of PORTS) {
        listeners.push(listenOn(family, port))
        for (const address of addressesOf(host, family)) {
          const socket = opened(openSocket(family === 4 ? AF.inet : AF.inet6, SOCK.datagram, 0))
          const refused = socket.bind(socketName(address, port))
          if (refused !== null) throw new Error(`${address} port ${port}: ${refused}`)
          sockets.set(`${address} ${port}`, socket)
        }
      }
    }
  })
  return {
    answer: ({ destination, destinationPort, source, sourcePort, data }) => {
      const socket = sockets.get(`${destination} ${destinationPort}`)
      // A rule may forbid it: that the answer does not arrive is what is looked at.
      socket?.send(data, socketName(source, sourcePort ?? 0))
      return socket !== undefined
    },
    close: () => {
      for (const fd of listeners) closeSync(fd)
      for (const socket of sockets.values()) socket.close()
    },
  }
}
