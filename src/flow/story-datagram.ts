/** The stories of UDP, ICMP and what else has no handshake: asked and answered, or not. */
import { classify } from '../wire/address.ts'
import { PROTOCOL, protocolName } from '../wire/protocol.ts'
import type { Connection } from './connection.ts'
import { describeIcmpError, icmpAuthor, icmpSuspects } from './icmp-error.ts'
import { silenceSuspects } from './story-opening.ts'
import { formatCount, formatLength, frames, type Plot } from './story-word.ts'

/** DNS: its own causes tell more than those of a firewall. */
const DNS_PORT = 53

/** The messages of ICMP that are answered, RFC 792 and RFC 950. */
const QUESTION: Readonly<Record<number, string>> = {
  13: 'timestamp request',
  15: 'information request',
  17: 'mask request',
}

/** `3 datagrams`, `4 echo requests`, `2 packets of SCTP`. */
function describeAsked({ protocol, icmpType, client }: Connection): string {
  const count = client.packets
  if (protocol === PROTOCOL.udp) return formatCount(count, 'datagram')
  if (isIcmp(protocol)) return formatCount(count, QUESTION[icmpType] ?? 'echo request')
  return `${formatCount(count, 'packet')} of ${protocolName(protocol)}`
}

const isIcmp = (protocol: number): boolean =>
  protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6

/** Whether many are spoken to, none of whom has to answer. */
function isToMany({ server, ipVersion }: Connection): boolean {
  const family = ipVersion === 6 ? 6 : 4
  const kind = classify({ family, bytes: server.address, zone: null })
  // A network's own broadcast address ends in ones; 255 is the last byte of nearly all of them.
  return kind === 'multicast' || kind === 'broadcast' || (family === 4 && server.address[3] === 255)
}

/** Nothing came back. */
export function unansweredDatagram(connection: Connection): Plot {
  const { client, server, protocol } = connection
  const asked = describeAsked(connection)
  const proof = frames(connection.firstFrame, connection.lastFrame)
  if (isToMany(connection))
    return {
      summary: `${asked} to many at once: no answer is due`,
      suspects: [],
      fault: false,
      proof,
    }
  if (protocol !== PROTOCOL.udp)
    return { summary: `${asked}, and nothing came back`, suspects: [], fault: false, proof }
  const over = formatLength(client.lastNs - client.firstNs)
  const summary = `${asked}${client.packets > 1 ? ` within ${over}` : ''}, and nothing came back`
  if (server.port === DNS_PORT)
    return {
      summary,
      suspects: [{ cause: 'dns.unreachable', side: 'path' }, ...silenceSuspects(connection)],
      fault: true,
      proof,
    }
  // Many datagrams ask for nothing: logs, statistics, media.
  return { summary, suspects: [], fault: false, proof }
}

/** An ICMP error came back. */
export function rejectedDatagram(connection: Connection): Plot {
  const { client, icmpFrame, icmpNs } = connection
  const by = icmpAuthor(connection) === 'server' ? ', the server itself' : ''
  return {
    summary: `${describeAsked(connection)}, answered by ${describeIcmpError(connection)}${by} after ${formatLength(icmpNs - client.firstNs)}`,
    // A trace provokes the errors that it reads.
    suspects: isTrace(connection) ? [] : icmpSuspects(connection),
    fault: !isTrace(connection),
    proof: frames(connection.firstFrame, icmpFrame),
  }
}

/** The ports of traceroute's datagrams, from 33434 on. */
const isTrace = ({ protocol, server, icmpError }: Connection): boolean => {
  const isOfTrace = server.port >= 33434 && server.port <= 33534
  return (
    (protocol === PROTOCOL.udp && isOfTrace) || (icmpError >> 8 === 11 && protocol !== PROTOCOL.udp)
  )
}

/** Both spoke. */
export function spokenDatagrams(connection: Connection): Plot {
  const { client, server } = connection
  const proof = frames(connection.firstFrame, connection.lastFrame)
  const asked = describeAsked(connection)
  const first = server.firstNs - client.firstNs
  const after = first > 0 ? `, the first after ${formatLength(first)}` : ''
  const answers =
    isIcmp(connection.protocol) && server.packets < client.packets
      ? `only ${server.packets} answered`
      : `${formatCount(server.packets, 'answer')}`
  return { summary: `${asked}, ${answers}${after}`, suspects: [], fault: false, proof }
}
