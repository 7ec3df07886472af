/** Connections that came to a halt: data that is never acknowledged, windows that stay shut. */
import type { Connection, End } from './connection.ts'
import { describeIcmpError, icmpErrorKind } from './icmp-error.ts'
import { isShut, isStalled } from './story-name.ts'
import {
  formatCount,
  formatLength,
  formatSchedule,
  frames,
  type Plot,
  type StorySide,
  type Suspect,
  suspect,
} from './story-word.ts'

/** Below this no path is too narrow (RFC 791 §3.2: 576 with headers; RFC 8200 §5: 1280). */
const NARROWEST_BYTES = 500

/** A rest after which boxes on the path forget connections. */
const LONG_REST_NS = 60e9

/** Data sent again and again, or a window that stays shut. */
export function stalled(connection: Connection): Plot {
  const { client, server } = connection
  if (isShut(connection, false)) return shut(connection, server, 'server')
  if (isShut(connection, true)) return shut(connection, client, 'client')
  return isStalled(server, client)
    ? unacknowledged(connection, server, client, 'server')
    : unacknowledged(connection, client, server, 'client')
}

function shut(connection: Connection, end: End, who: StorySide): Plot {
  const since = formatLength(connection.lastNs - end.windowZeroNs)
  const zero = suspect('tcp.zero-window', who)
  return {
    summary: `the ${who} shut its window ${formatLength(end.windowZeroNs - connection.firstNs)} after the beginning and had not opened it ${since} later: its application does not read`,
    suspects: who === 'server' ? [zero, suspect('tcp.frozen', 'server')] : [zero],
    fault: true,
    proven: true,
    proof: frames(end.windowZeroFrame, connection.lastFrame),
  }
}

/** Bytes of the end that the peer acknowledged, SYN not counted. */
const acknowledgedBytes = (end: End, peer: End): number =>
  peer.acknowledgedKnown ? Math.max(0, ((peer.acknowledged - end.initialSequence) | 0) - 1) : 0

/** Whether no segment of the repeated one's size ever passed, while smaller ones did. */
export function isBlackHole(connection: Connection, end: End, peer: End): boolean {
  if (end.repeatBytes < NARROWEST_BYTES) return false
  const passed = peer.acknowledgedKnown && ((end.largestSequence - peer.acknowledged) | 0) < 0
  if (passed && acknowledgedBytes(end, peer) >= end.repeatBytes) return false
  if (icmpErrorKind(connection.ipVersion, connection.icmpError) === 'too-big') return true
  const segment = Math.min(...[end, peer].map((one) => one.maximumSegmentBytes || 1460))
  // Timestamps and other options take up to 40 bytes of each full segment.
  return end.repeatBytes >= segment - 40
}

function unacknowledged(connection: Connection, end: End, peer: End, who: StorySide): Plot {
  const { icmpError, ipVersion, icmpFrame } = connection
  const [first = 0] = end.repeatTimesNs
  const schedule = formatSchedule(
    end.repeatTimesNs,
    Math.max(end.repeatTimesNs.length, end.repeatCount),
  )
  const hole = isBlackHole(connection, end, peer)
  const tooBig = hole && icmpErrorKind(ipVersion, icmpError) === 'too-big'
  const idle = connection.restNs >= LONG_REST_NS && end.repeatFrames.includes(connection.restFrame)
  const rest = idle ? `, after a rest of ${formatLength(connection.restNs)}` : ''
  const other = who === 'server' ? 'client' : 'server'
  const silence =
    peer.lastNs < first
      ? `; nothing came from the ${other} any more`
      : `; the ${other} was still heard`
  const size = hole ? '; smaller segments pass, none of this size did' : silence
  const told = tooBig
    ? `; ${describeIcmpError(connection)} told an MTU of ${connection.icmpMtu}, in vain`
    : ''
  return {
    summary: `${formatCount(end.repeatBytes, 'byte')} of the ${who} were sent ${schedule}${rest} and never acknowledged${size}${told}`,
    suspects: stallSuspects(hole, idle),
    fault: true,
    proven: tooBig,
    proof: frames(...end.repeatFrames, tooBig ? icmpFrame : -1),
  }
}

function stallSuspects(hole: boolean, idle: boolean): readonly Suspect[] {
  const [stall, loss] = [suspect('tcp.stalled', 'path'), suspect('path.loss', 'path')]
  if (hole) return [suspect('mtu.black-hole', 'path'), loss, stall]
  return idle
    ? [suspect('tcp.idle-cut', 'path'), stall, loss]
    : [stall, loss, suspect('firewall.path-drop', 'path')]
}
