/** Connections that were established: how they ended, or that they did not. */
import type { Connection, End } from './connection.ts'
import { icmpErrorKind } from './icmp-error.ts'
import { type ResetAuthor, resetAuthor } from './reset-author.ts'
import { endFrame, hasSaid, resetFrameOf, sentAgain } from './story-name.ts'
import {
  formatCount,
  formatLength,
  frames,
  type Plot,
  type Suspect,
  suspect,
} from './story-word.ts'

/** Waiting longer than this for a first byte is told. */
const LONG_WAIT_NS = 2e9

/** A rest after which boxes on the path forget connections; RFC 5382 §5 allows no less than 2 h 4 min, many take minutes. */
const LONG_REST_NS = 60e9

/** Loss from here on is told as a cause: so many times, and so much of what was sent. */
const LEAST_LOST = 3
const LEAST_LOST_FRACTION = 0.02

/** So many keep-alives in a row are no accident. */
const LEAST_PROBES = 2

/** Services whose server speaks first: FTP, SSH, telnet, SMTP, POP3, NNTP, IMAP, submission, MySQL, VNC. */
const SPEAKS_FIRST: ReadonlySet<number> = new Set([
  21, 22, 23, 25, 110, 119, 143, 587, 2525, 3306, 5900,
])

/** `5 bytes to the server, 1,234 back`. */
const amounts = ({ client, server }: Connection): string =>
  `${formatCount(sentOnce(client), 'byte')} to the server, ${formatCount(sentOnce(server), 'byte')} back`

/** What came from an end, each byte once, with what only the other's acknowledgment tells of. */
const sentOnce = (end: End): number =>
  Math.max(0, end.payloadBytes - end.retransmittedBytes) + end.missedBytes

/** How long the client waited for a first byte that never came; 0 where it did not. */
export function silenceNs(connection: Connection): number {
  const { client, server, establishedFrame, establishedNs } = connection
  if (hasSaid(server) || establishedFrame < 0) return 0
  const asked = client.payloadBytes > 0
  if (!asked && !SPEAKS_FIRST.has(server.port)) return 0
  const since = asked ? client.lastPayloadNs : establishedNs
  const end = endFrame(client)
  const until =
    end < 0 ? connection.lastNs : end === client.finFrame ? client.finNs : client.resetNs
  return until - since >= LONG_WAIT_NS ? until - since : 0
}

const SILENT: readonly Suspect[] = [
  suspect('tcp.frozen', 'server'),
  suspect('service.slow-greeting', 'server'),
]

type Blemish = {
  readonly note: string
  readonly suspects: readonly Suspect[]
  readonly frame: number
}

const NO_BLEMISH: Blemish = { note: '', suspects: [], frame: -1 }

/** What is wrong although the connection went its way: nothing, a late first word, or loss. */
function blemish(connection: Connection): Blemish {
  const { client, server, establishedNs, establishedFrame } = connection
  const late = server.firstPayloadNs - establishedNs
  const first = client.firstPayloadFrame < 0 || server.firstPayloadFrame < client.firstPayloadFrame
  if (establishedFrame >= 0 && server.firstPayloadFrame > 0 && first && late >= LONG_WAIT_NS)
    return {
      note: `; the server's first word took ${formatLength(late)}`,
      suspects: [suspect('service.slow-greeting', 'server')],
      frame: server.firstPayloadFrame,
    }
  const shut = server.zeroWindows >= client.zeroWindows ? 'server' : 'client'
  if (client.zeroWindows + server.zeroWindows > 0)
    return {
      note: `; the ${shut} shut its window for a while, since it read more slowly than it was sent to`,
      suspects: [suspect('tcp.zero-window', shut)],
      frame: -1,
    }
  // What was too big for the path had to be sent again, and was not lost.
  if (icmpErrorKind(connection.ipVersion, connection.icmpError) === 'too-big') return NO_BLEMISH
  const again = sentAgain(client) + sentAgain(server)
  const packets = client.packets + server.packets
  if (again >= LEAST_LOST && again >= LEAST_LOST_FRACTION * packets)
    return {
      note: `; ${formatCount(again, 'segment')} of ${packets} had to be sent again`,
      suspects: [suspect('path.loss', 'path')],
      frame: -1,
    }
  return NO_BLEMISH
}

/** The story of a client that waited for a word of the server in vain. */
function unheard(connection: Connection, waitedNs: number, end: string): Plot {
  const { client, establishedFrame } = connection
  const asked = client.payloadBytes > 0
  const said = asked
    ? `the server took ${formatCount(sentOnce(client), 'byte')} and said nothing for ${formatLength(waitedNs)}`
    : `the server said nothing for ${formatLength(waitedNs)} after the handshake`
  return {
    summary: `${said}${end}`,
    suspects: SILENT,
    fault: true,
    proof: frames(establishedFrame, client.lastPayloadFrame, endFrame(client)),
  }
}

/** Both ends closed. */
export function closed(connection: Connection): Plot {
  const { client, server } = connection
  const byClient = client.finFrame < server.finFrame
  const who = byClient ? 'client' : 'server'
  const waited = byClient ? silenceNs(connection) : 0
  if (waited > 0) return unheard(connection, waited, ', then the client closed')
  const { note, suspects, frame } = blemish(connection)
  const lasted = formatLength(connection.lastNs - connection.firstNs)
  return {
    summary: `closed in order after ${lasted}, the ${who} first: ${amounts(connection)}${note}`,
    suspects,
    fault: false,
    proof: frames(client.finFrame, server.finFrame, frame),
  }
}

/** Not closed, as far as was seen. */
export function open(connection: Connection): Plot {
  const { client, server } = connection
  const half = client.finFrame >= 0 ? 'client' : server.finFrame >= 0 ? 'server' : null
  const waited = silenceNs(connection)
  if (waited > 0)
    return unheard(connection, waited, half ? `, and the ${half} has closed its side` : '')
  const deaf = unansweredProbes(connection)
  if (deaf) return deaf
  const { note, suspects, frame } = blemish(connection)
  const how =
    half !== null
      ? `half closed: the ${half} has sent its FIN, the other side has not`
      : connection.ended === 'idle'
        ? 'not closed, and silent ever since'
        : 'still open when the capture ends'
  return {
    summary: `${how}: ${amounts(connection)}${note}`,
    suspects,
    fault: false,
    proof: frames(connection.establishedFrame, connection.lastFrame, frame),
  }
}

/** Keep-alives that nobody answers any more. */
function unansweredProbes(connection: Connection): Plot | null {
  const { client, server, lastNs } = connection
  const who = client.keepAlives >= server.keepAlives ? 'client' : 'server'
  const [end, peer] = who === 'client' ? [client, server] : [server, client]
  if (end.keepAlives < LEAST_PROBES || lastNs - peer.lastNs < LONG_WAIT_NS) return null
  const other = who === 'client' ? 'server' : 'client'
  return {
    summary: `${formatCount(end.keepAlives, 'keep-alive')} of the ${who}, and nothing came from the ${other} for ${formatLength(lastNs - peer.lastNs)}`,
    suspects: [
      suspect('tcp.idle-cut', 'path'),
      suspect('firewall.path-drop', 'path'),
      suspect('path.loss', 'path'),
    ],
    fault: true,
    proof: frames(connection.lastFrame),
  }
}

/** The server closed within seconds and without a byte. */
export function acceptedThenClosed(connection: Connection): Plot {
  const { client, server, establishedFrame, establishedNs } = connection
  const byReset = endFrame(server) === server.resetFrame
  const since = establishedFrame >= 0 ? establishedNs : server.synNs
  const after = formatLength((byReset ? server.resetNs : server.finNs) - since)
  const asked =
    client.payloadBytes > 0
      ? `, ${formatCount(sentOnce(client), 'byte')} of the client's unanswered`
      : ''
  return {
    summary: `accepted, and ${byReset ? 'reset' : 'closed'} by the server ${after} later without a byte from it${asked}`,
    suspects: [
      suspect('session.accepted-then-closed', 'server'),
      suspect('service.no-resources', 'server'),
      suspect('service.crash-loop', 'server'),
      ...(byReset && client.payloadBytes > 0 ? [suspect('tcp.reset', 'server')] : []),
    ],
    fault: true,
    proof: frames(server.synFrame, establishedFrame, endFrame(server)),
  }
}

/** By whom it was reset, and why that is thought. */
function describeReset(author: ResetAuthor, who: string): readonly [by: string, because: string] {
  const why = author.reasons.length > 0 ? `: ${author.reasons.join('; ')}` : ''
  if (author.by === 'end') return [`by the ${who}`, `; the RST is its own${why}`]
  if (author.by === 'between')
    return [`in the ${who}'s name`, `; the RST came from something between${why}`]
  return [`by the ${who}, or in its name`, why]
}

/** Ended by an RST. */
export function reset(connection: Connection): Plot {
  const { client, server } = connection
  const [ofClient, ofServer] = [resetFrameOf(client), resetFrameOf(server)]
  const byServer = ofClient < 0 || (ofServer >= 0 && ofServer < ofClient)
  const [end, who] = byServer ? [server, 'server'] : [client, 'client']
  const author = resetAuthor(connection, !byServer) ?? { by: 'unknown', sure: false, reasons: [] }
  const waited = byServer || author.by === 'between' ? 0 : silenceNs(connection)
  if (waited > 0) return unheard(connection, waited, ', then the client reset')
  const rest =
    connection.restNs >= LONG_REST_NS && connection.restFrame >= end.resetFrame - REST_FRAMES
  const after = formatLength(end.resetNs - connection.firstNs)
  const idle = rest ? `, right after a rest of ${formatLength(connection.restNs)}` : ''
  const [by, because] = describeReset(author, who)
  const suspects = resetSuspects(author, byServer, rest)
  return {
    summary: `reset ${by} ${after} after it began${idle}, ${amounts(connection)}${because}`,
    suspects,
    fault: suspects.length > 0,
    proven: author.by === 'between' && author.sure,
    proof: frames(rest ? connection.restFrame : -1, end.resetFrame, end.afterResetFrame),
  }
}

/** What wakes a connection and its answer lie so near to each other. */
const REST_FRAMES = 3

function resetSuspects(author: ResetAuthor, byServer: boolean, rest: boolean): readonly Suspect[] {
  const idle = rest ? [suspect('tcp.idle-cut', 'path')] : []
  const between = suspect('firewall.path-reset', 'path')
  if (author.by === 'between') return [between, ...idle]
  // A client may go whenever it wants.
  if (!byServer) return idle
  const own = suspect('tcp.reset', 'server')
  return author.by === 'end' ? [...idle, own] : [...idle, own, between]
}
