/** What the segments of a connection tell beside its story: loss, windows, MSS and path MTU, congestion, gaps. */
import { PROTOCOL } from '../wire/protocol.ts'
import type { Connection, End } from './connection.ts'
import { icmpErrorKind } from './icmp-error.ts'
import { MARK } from './mark.ts'
import { sentAgain } from './story-name.ts'
import { formatCount, formatSchedule } from './story-word.ts'

/** Ethernet's MTU; smaller ones tell of a tunnel or of a router that clamps the MSS. */
const ETHERNET_MTU = 1500

type Named = readonly [name: string, end: End]

/** Sentences without full stops, in the order of a connection's life; none where nothing is to be said. */
export function remarksOn(connection: Connection): readonly string[] {
  if (connection.protocol !== PROTOCOL.tcp) return gaps(connection)
  return [
    ...late(connection),
    ...segmentSizes(connection),
    ...scaling(connection),
    ...repeated(connection),
    ...windows(connection),
    ...congestion(connection),
    ...gaps(connection),
    ...reused(connection),
  ]
}

const ends = ({ client, server }: Connection): readonly Named[] => [
  ['client', client],
  ['server', server],
]

/** A SYN or SYN-ACK that had to be sent again although the handshake was completed. */
function late(connection: Connection): string[] {
  if (connection.establishedFrame < 0) return []
  return ends(connection)
    .filter(([, end]) => end.synCount > 1)
    .map(
      ([name, end]) =>
        `${name === 'client' ? 'SYN' : 'SYN-ACK'} ${formatSchedule(end.synTimesNs, end.synCount)}: the handshake was late`,
    )
}

function segmentSizes(connection: Connection): string[] {
  const { client, server, ipVersion, icmpError, icmpMtu, icmpFrame } = connection
  const remarks: string[] = []
  const headers = ipVersion === 6 ? 60 : 40
  const sizes = [client, server].map((end) => end.maximumSegmentBytes)
  const least = Math.min(...sizes.filter((size) => size > 0))
  if (Number.isFinite(least) && least + headers < ETHERNET_MTU) {
    const [ofClient, ofServer] = sizes
    remarks.push(
      ofClient === ofServer
        ? `MSS ${least} at both ends: an MTU of ${least + headers}`
        : `MSS ${ofClient || 'none'} of the client and ${ofServer || 'none'} of the server: an MTU of ${least + headers}`,
    )
  }
  if (icmpErrorKind(ipVersion, icmpError) === 'too-big') {
    const told = icmpMtu > 0 ? `an MTU of ${icmpMtu}` : 'no MTU'
    remarks.push(`a router told that a packet was too big (frame ${icmpFrame}), and ${told}`)
  }
  return remarks
}

function scaling({ client, server }: Connection): string[] {
  if (client.synFrame < 0 || server.synFrame < 0) return []
  if (client.windowShift >= 0 === server.windowShift >= 0) return []
  const without = client.windowShift < 0 ? 'client' : 'server'
  return [
    `no window scaling, since the ${without} did not ask for it: at most 65,535 bytes under way`,
  ]
}

function repeated(connection: Connection): string[] {
  // What was sent again before there was a connection, the story says.
  if (connection.establishedFrame < 0 && connection.client.synFrame >= 0) return []
  return ends(connection)
    .filter(([, end]) => end.retransmissions > 0)
    .map(([name, end]) => {
      const again = sentAgain(end)
      if (again === 0)
        return `${formatCount(end.copies, 'segment')} of the ${name} are in the capture twice, as on two interfaces: not sent again`
      const share = ((100 * again) / Math.max(1, end.packets)).toFixed(1)
      return `the ${name} sent ${formatCount(again, 'segment')} again (${share} % of its packets)`
    })
}

function windows(connection: Connection): string[] {
  return ends(connection)
    .filter(([, end]) => end.zeroWindows > 0)
    .map(
      ([name, end]) =>
        `the ${name} shut its window (${formatCount(end.zeroWindows, 'segment')} with a window of 0)`,
    )
}

function congestion(connection: Connection): string[] {
  return ends(connection)
    .filter(([, end]) => end.congestionMarks > 0)
    .map(
      ([name, end]) =>
        `${formatCount(end.congestionMarks, 'packet')} of the ${name} bore ECN's mark of congestion`,
    )
}

function gaps(connection: Connection): string[] {
  return ends(connection)
    .filter(([, end]) => end.missedBytes > 0)
    .map(
      ([name, end]) =>
        `${formatCount(end.missedBytes, 'byte')} of the ${name} are not in the capture`,
    )
}

const reused = ({ marks }: Connection): string[] =>
  marks & MARK.portReused ? ['its ports were those of a connection before it'] : []
