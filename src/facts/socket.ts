/** A TCP or UDP socket as every tool tells it: `ss`, `netstat`, /proc/net/tcp. */
import { servicePort } from './service-names.ts'

export type SocketAddress = {
  /**
   * `*` for any address of any family, `0.0.0.0` for any IPv4 one, `::` for any IPv6 one; without
   * brackets. `ss` alone tells a dual-stack socket by `*`; `netstat` and /proc say `::` for it too.
   */
  readonly address: string
  /** Null for any port (`*`), and for a service's name that is not well known. */
  readonly port: number | null
  /** The interface that it is bound to, as in `0.0.0.0%eth0`, or an IPv6 zone. */
  readonly device: string | null
}

export type Socket = {
  readonly protocol: 'tcp' | 'udp'
  /** As `ss` words it: `LISTEN`, `ESTAB`, `SYN-SENT`, `SYN-RECV`, `TIME-WAIT`, `UNCONN`, … */
  readonly state: string
  /** Bytes not yet read; connections not yet accepted where it listens. */
  readonly receiveQueue: number
  /**
   * Bytes not yet acknowledged; the backlog's length where it listens. Null for a listening socket
   * that `netstat` or /proc told, since they do not know the backlog.
   */
  readonly sendQueue: number | null
  readonly local: SocketAddress
  readonly remote: SocketAddress
  readonly processes: readonly {
    readonly name: string
    readonly pid: number
    readonly fd: number
  }[]
}

/** The kernel's states (include/net/tcp_states.h) in their order from 1, as `ss` words them. */
export const STATES: readonly string[] = [
  'ESTAB',
  'SYN-SENT',
  'SYN-RECV',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'TIME-WAIT',
  'UNCONN',
  'CLOSE-WAIT',
  'LAST-ACK',
  'LISTEN',
  'CLOSING',
]

/**
 * An address and a port, as `0.0.0.0:80`, `[::]:https`, `*:*`, `0.0.0.0%eth0:67`, `:::443` or
 * `[fe80::1]%eth0:546`; null for anything else.
 */
export function parseSocketAddress(text: string): SocketAddress | null {
  const colon = text.lastIndexOf(':')
  const service = text.slice(colon + 1)
  if (colon < 0 || !/^(?:\*|[\w.+-]{1,40})$/.test(service)) return null
  const host = text.slice(0, colon).replace(/[[\]]/g, '')
  const [address = '', device = null] = host.split('%')
  if (!/^(?:\*|[\w.:-]{1,255})$/.test(address)) return null
  const port = /^\d{1,5}$/.test(service) ? Number(service) : servicePort(service)
  return { address, port: port !== null && port > 0 && port <= 0xffff ? port : null, device }
}

/** Whether a socket awaits somebody: a TCP socket in LISTEN, a UDP socket without a peer. */
export const isListener = (socket: Socket): boolean =>
  socket.state === (socket.protocol === 'tcp' ? 'LISTEN' : 'UNCONN')
