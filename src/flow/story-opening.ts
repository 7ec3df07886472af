/** Connections that never came about: refused, unanswered, rejected, half-open; and those that were seen too late. */
import { formatAddress } from '../wire/address.ts'
import type { Connection } from './connection.ts'
import { describeIcmpError, icmpAuthor, icmpSuspects } from './icmp-error.ts'
import { resetAuthor } from './reset-author.ts'
import {
  formatLength,
  formatSchedule,
  frames,
  type Plot,
  type Suspect,
  suspect,
} from './story-word.ts'

/** `SYN at 0, 3.0 and 9.0 s`. */
const synSchedule = ({ client }: Connection): string =>
  client.synCount > 1 ? `SYN ${formatSchedule(client.synTimesNs, client.synCount)}` : 'one SYN'

/** Linux reflects the TOS of the SYN that it refuses; a rule's RST has 0. */
function ruleSpeaks({ client, server }: Connection): boolean {
  const asked = client.synTrafficClass & 0xfc
  return asked !== 0 && server.resetTrafficClass >= 0 && (server.resetTrafficClass & 0xfc) === 0
}

/** The SYN was answered by an RST. */
export function refused(connection: Connection): Plot {
  const { client, server } = connection
  const after = formatLength(server.resetNs - client.synNs)
  const times = server.resetCount > 1 ? `, ${server.resetCount} times in all` : ''
  const [port, rule, path] = [
    suspect('tcp.no-listener', 'server'),
    suspect('firewall.ingress-reset', 'server'),
    suspect('firewall.path-reset', 'path'),
  ]
  const byRule = ruleSpeaks(connection)
  const note = byRule ? '; the RST does not reflect the TOS of the SYN, as a rule’s does not' : ''
  return {
    summary: `the SYN was answered by an RST after ${after}${times}${note}`,
    suspects: byRule ? [rule, path, port] : [port, rule, path],
    fault: true,
    proof: frames(client.synFrame, server.resetFrame),
  }
}

/** Whether both are in one /24 or /64: then the last hop to the server is the client's own link. */
function isNear({ client, server, ipVersion }: Connection): boolean {
  const bytes = ipVersion === 6 ? 8 : 3
  const [one, other] = [client.address, server.address]
  return one.subarray(0, bytes).every((byte, index) => byte === other[index])
}

/**
 * Why nothing may come back, as far as one connection tells. On the way to another network the far
 * end is the last to be blamed without a sign that it is there.
 */
export const silenceSuspects = (connection: Connection): readonly Suspect[] =>
  isNear(connection)
    ? [
        suspect('firewall.ingress-drop', 'server'),
        suspect('link.neighbour-failed', 'server'),
        suspect('route.return-missing', 'server'),
        suspect('firewall.path-drop', 'path'),
      ]
    : [
        suspect('firewall.path-drop', 'path'),
        suspect('firewall.ingress-drop', 'server'),
        suspect('route.return-missing', 'server'),
        suspect('route.dead-end', 'path'),
      ]

/** SYNs, and nothing came back. */
export function unanswered(connection: Connection): Plot {
  const { client } = connection
  const last = client.synTimesNs.at(-1) ?? client.synNs
  const waited =
    connection.lastNs > last ? `, given up ${formatLength(connection.lastNs - last)} later` : ''
  const end = client.synCount > 1 ? ', then no more' : ''
  return {
    summary: `${synSchedule(connection)}${end}: nothing came back${waited}`,
    suspects: silenceSuspects(connection),
    fault: true,
    proof: frames(...client.synFrames),
  }
}

/** The SYN was answered by an ICMP error. */
export function rejected(connection: Connection): Plot {
  const { client, icmpNs, icmpFrame } = connection
  const author = { server: ', the server itself', client: ', the client itself', between: '' }
  const by = author[icmpAuthor(connection)]
  return {
    summary: `the SYN was answered by ${describeIcmpError(connection)}${by} after ${formatLength(icmpNs - client.synNs)}`,
    suspects: icmpSuspects(connection),
    fault: true,
    proof: frames(client.synFrame, icmpFrame),
  }
}

/** A SYN and a SYN-ACK, and no end of the handshake. */
export function halfOpen(connection: Connection): Plot {
  const { client, server } = connection
  const proof = frames(client.synFrame, ...server.synFrames, client.resetFrame, server.resetFrame)
  const answers =
    server.synCount > 1
      ? `SYN-ACK ${formatSchedule(server.synTimesNs, server.synCount)}`
      : 'one SYN-ACK'
  if (server.synFrame < 0)
    return {
      summary: `${synSchedule(connection)}: answered by an ACK and never by a SYN-ACK, as an end does that remembers an older connection`,
      suspects: [],
      fault: true,
      proof: frames(client.synFrame, connection.lastFrame),
    }
  if (client.resetFrame > server.synFrame)
    return {
      summary: `the client answered the SYN-ACK by an RST after ${formatLength(client.resetNs - server.synNs)}: it wanted to know only whether the port is open, or had given up`,
      suspects: [],
      fault: false,
      proof,
    }
  if (connection.icmpError >= 0 && icmpAuthor(connection) !== 'server')
    return {
      summary: `the SYN-ACK was answered by ${describeIcmpError(connection)}`,
      suspects: [
        suspect('firewall.ingress-reject', 'server'),
        suspect('firewall.path-reject', 'path'),
      ],
      fault: true,
      proof: frames(...proof, connection.icmpFrame),
    }
  const again = client.synCount > 1 && (client.synTimesNs.at(-1) ?? 0) > server.synNs
  const known = again
    ? `${answers}, and the client sent its SYN again: the SYN-ACK does not reach it`
    : `${answers}, and no ACK came`
  return {
    summary: known,
    suspects: again
      ? [
          suspect('firewall.path-drop', 'path'),
          suspect('firewall.ingress-drop', 'client'),
          suspect('route.asymmetric', 'path'),
          suspect('route.return-missing', 'server'),
        ]
      : [suspect('firewall.path-drop', 'path'), suspect('route.asymmetric', 'path')],
    fault: true,
    proof,
  }
}

/** No handshake was seen. */
export function midstream(connection: Connection): Plot {
  const { client, server } = connection
  const oneWay = client.packets === 0 || server.packets === 0
  if (oneWay) {
    const silent = client.packets === 0 ? client : server
    const family = connection.ipVersion === 6 ? 6 : 4
    const name = formatAddress({ family, bytes: silent.address, zone: null })
    return {
      summary: `only one direction was captured: nothing that ${name} sent`,
      suspects: [],
      fault: false,
      proof: frames(connection.firstFrame),
    }
  }
  const reset = resetAuthor(connection, false) ?? resetAuthor(connection, true)
  const end = reset
    ? `, ended by an RST of the ${server.resetFrame >= 0 ? 'server' : 'client'}`
    : client.finFrame >= 0 && server.finFrame >= 0
      ? ', closed in order'
      : ''
  return {
    summary: `it was open before the capture began${end}`,
    suspects: [],
    fault: false,
    proof: frames(connection.firstFrame, server.resetFrame, client.resetFrame),
  }
}
