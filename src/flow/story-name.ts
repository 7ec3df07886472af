/**
 * Which story a connection is: the decision alone, without a sentence, so that a hundred thousand
 * connections can be counted by it. RFC 9293 §3.5 (opening), §3.6 (closing), §3.10.7 (resets).
 */
import { PROTOCOL } from '../wire/protocol.ts'
import type { Connection, End } from './connection.ts'
import { icmpErrorKind, isRejection } from './icmp-error.ts'
import { resetAuthor } from './reset-author.ts'
import type { StoryName } from './story-word.ts'

/** A server that closes later than this was not turning the client away: it had waited for it. */
const AT_ONCE_NS = 20e9

/** Sent for the third time, data is not late but lost. */
export const LEAST_REPEATS = 3

/** A window that stays shut as long is no hiccup. */
const SHUT_NS = 2e9

/** The story of a connection, as `tellStory` names it. */
export function storyName(connection: Connection): StoryName {
  if (connection.protocol !== PROTOCOL.tcp) return datagramStory(connection)
  const { client, server } = connection
  if (client.synFrame < 0 && server.synFrame < 0) return 'midstream'
  if (server.synFrame < 0) return openingStory(connection)
  return connection.establishedFrame < 0 && !hasSpoken(client)
    ? 'half-open'
    : laterStory(connection)
}

/** Whether the end sent anything that only an established end sends. */
const hasSpoken = (end: End): boolean => end.payloadBytes > 0 && end.acknowledgedKnown

/** A SYN without a SYN-ACK. */
function openingStory(connection: Connection): StoryName {
  const { client, server } = connection
  // The other direction was not captured: the client speaks as to somebody who answers.
  if (server.packets === 0 && client.acknowledgedKnown) return 'midstream'
  if (server.payloadBytes > 0 || connection.establishedFrame >= 0) return laterStory(connection)
  if (server.resetFrame >= 0) return 'refused'
  if (isRejected(connection)) return 'rejected'
  return server.packets === 0 ? 'unanswered' : 'half-open'
}

/** Whether an ICMP error said that nothing arrives. */
const isRejected = (connection: Connection): boolean =>
  isRejection(icmpErrorKind(connection.ipVersion, connection.icmpError))

/** After the handshake. */
function laterStory(connection: Connection): StoryName {
  const { client, server } = connection
  if (isTurnedAway(connection)) return 'accepted-then-closed'
  if (client.finFrame >= 0 && server.finFrame >= 0) return 'closed'
  if (isShut(connection, true) || isShut(connection, false)) return 'stalled'
  if (isStalled(client, server) || isStalled(server, client)) return 'stalled'
  return resetFrameOf(client) >= 0 || resetFrameOf(server) >= 0 ? 'reset' : 'open'
}

/** The frame in which the end reset what it had opened; -1 where it did not. An RST before its SYN-ACK refused an earlier SYN. */
export const resetFrameOf = ({ resetFrame, synFrame }: End): number =>
  resetFrame > synFrame ? resetFrame : -1

/** The first frame in which the end closed or reset; -1 where it did neither. */
export function endFrame(end: End): number {
  const resetFrame = resetFrameOf(end)
  const { finFrame } = end
  return finFrame < 0 || (resetFrame >= 0 && resetFrame < finFrame) ? resetFrame : finFrame
}

/** Segments that were really sent again: second copies in the capture are none, unless every packet has the same identification. */
export const sentAgain = ({ retransmissions, copies }: End): number =>
  copies <= retransmissions ? retransmissions - copies : retransmissions

/** Whether the end said anything, captured or only acknowledged by the other. */
export const hasSaid = ({ payloadBytes, missedBytes }: End): boolean =>
  payloadBytes + missedBytes > 0

/** Whether the server ended it first, within seconds and without having said a byte. */
function isTurnedAway(connection: Connection): boolean {
  const { client, server, establishedNs, establishedFrame } = connection
  const frame = endFrame(server)
  if (hasSaid(server) || frame < 0) return false
  const first = endFrame(client)
  if (first >= 0 && first < frame) return false
  const since = establishedFrame >= 0 ? establishedNs : server.synNs
  const at = frame === server.finFrame ? server.finNs : server.resetNs
  if (at - since > AT_ONCE_NS) return false
  return frame !== server.resetFrame || resetAuthor(connection, false)?.by !== 'between'
}

/** Whether the end's data was sent again and again and never acknowledged. */
export function isStalled(end: End, peer: End): boolean {
  if (end.repeatTimesNs.length < LEAST_REPEATS || resetFrameOf(peer) >= 0) return false
  const last = (end.repeatSequence + end.repeatBytes) | 0
  return !peer.acknowledgedKnown || ((last - peer.acknowledged) | 0) > 0
}

/** Whether one end had shut its window for seconds when the connection was last heard of. */
export function isShut(connection: Connection, ofClient: boolean): boolean {
  const [end, peer] = ofClient
    ? [connection.client, connection.server]
    : [connection.server, connection.client]
  if (end.window !== 0 || end.windowZeroFrame < 0 || peer.finFrame >= 0) return false
  return connection.lastNs - end.windowZeroNs >= SHUT_NS
}

/** UDP, ICMP and the rest: nothing opens and nothing closes. */
function datagramStory(connection: Connection): StoryName {
  const { client, server } = connection
  if (server.packets === 0) return isRejected(connection) ? 'rejected' : 'unanswered'
  return server.lastNs >= client.lastNs || connection.ended === 'idle' ? 'closed' : 'open'
}
