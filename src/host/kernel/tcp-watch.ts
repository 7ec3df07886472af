/**
 * What comes from one endpoint, by a raw socket beside the connections that it belongs to (raw(7)):
 * the TTL and the options of a reset, which no usual socket tells. The kernel keeps the segments
 * until they are read; the socket is connected, so that only those of that address are kept.
 */
import type { Endpoint, SegmentSeen } from '../../diagnose/probes.ts'
import { parseAddress } from '../../wire/address.ts'
import { PROTOCOL } from '../../wire/protocol.ts'
import { writeSockaddr } from './sockaddr.ts'
import { AF, interfaceIndex, openSocket, SOCK } from './socket.ts'
import { readSegment, tellHeaders } from './tcp-segment.ts'

/** More than this is a download, of which the first are enough. */
const MOST_SEEN = 1000

export type TcpWatch = { readonly stop: () => readonly SegmentSeen[] }

/** Watches from now on; null without the privilege for a raw socket. Never throws. */
export function watchSegments(from: Endpoint): TcpWatch | null {
  const address = parseAddress(from.address)
  if (!address) return null
  const { family, zone } = address
  const socket = openSocket(family === 4 ? AF.inet : AF.inet6, SOCK.raw, PROTOCOL.tcp)
  if ('errno' in socket) return null
  tellHeaders(socket, family)
  const scope = zone === null ? 0 : Number(zone) || interfaceIndex(zone)
  if (socket.connect(writeSockaddr(address, scope)) !== null) {
    socket.close()
    return null
  }
  return {
    stop: () => {
      const seen: SegmentSeen[] = []
      for (let count = 0; count < MOST_SEEN; count++) {
        const message = socket.receive()
        if (typeof message === 'string') break
        const segment = readSegment(message, family, from.port)
        if (segment) seen.push(segment)
      }
      socket.close()
      return seen
    },
  }
}
