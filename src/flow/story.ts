/**
 * The story of a connection: what happened, which causes that supports, and the frames that show it.
 * What its application said joins in where the segments tell nothing worse.
 */
import { PROTOCOL } from '../wire/protocol.ts'
import type { Connection } from './connection.ts'
import { icmpAuthor } from './icmp-error.ts'
import { resetAuthor } from './reset-author.ts'
import { rejectedDatagram, spokenDatagrams, unansweredDatagram } from './story-datagram.ts'
import { acceptedThenClosed, closed, open, reset } from './story-ending.ts'
import { endFrame, isStalled, resetFrameOf, storyName } from './story-name.ts'
import { halfOpen, midstream, refused, rejected, unanswered } from './story-opening.ts'
import { remarksOn } from './story-remark.ts'
import { stalled } from './story-stall.ts'
import {
  type Closing,
  fewSuspects,
  frames,
  type Plot,
  type Story,
  type StoryName,
  type StorySide,
} from './story-word.ts'

/** What an application's record may say of a connection: an answer that is a refusal, e.g. 4xx or SERVFAIL. */
export type ApplicationFinding = {
  /** A cause of the catalogue. */
  readonly cause: string
  readonly side?: StorySide
  /** One sentence. */
  readonly sentence: string
  readonly frames: readonly number[]
}

const PLOTS: Readonly<Record<StoryName, (connection: Connection) => Plot>> = {
  closed,
  open,
  refused,
  unanswered,
  rejected,
  'half-open': halfOpen,
  'accepted-then-closed': acceptedThenClosed,
  reset,
  stalled,
  midstream: fromTheMiddle,
}

const DATAGRAM_PLOTS: Readonly<Partial<Record<StoryName, (connection: Connection) => Plot>>> = {
  unanswered: unansweredDatagram,
  rejected: rejectedDatagram,
}

/** Tells the story of a connection, whether it has ended or not. */
export function tellStory(connection: Connection): Story {
  const name = storyName(connection)
  const isTcp = connection.protocol === PROTOCOL.tcp
  const plot = (isTcp ? PLOTS[name] : (DATAGRAM_PLOTS[name] ?? spokenDatagrams))(connection)
  const finding = findingOf(connection)
  const own = finding ? withFinding(plot, finding) : plot
  const told = connection.service === 'ftp-data' && own.fault ? asDataChannel(own) : own
  return {
    name,
    fault: told.fault,
    suspects: fewSuspects(told.suspects),
    proven: told.proven ?? false,
    summary: told.summary,
    closing: closingOf(connection, name),
    proof: told.proof,
    remarks: remarksOn(connection),
  }
}

/** What was wrong with a connection whose beginning was not seen is wrong all the same. */
function fromTheMiddle(connection: Connection): Plot {
  const { client, server } = connection
  const plot = midstream(connection)
  if (client.packets === 0 || server.packets === 0) return plot
  if (isStalled(client, server) || isStalled(server, client)) {
    const { summary, suspects, proof } = stalled(connection)
    return { summary: `${plot.summary}; ${summary}`, suspects, fault: true, proof }
  }
  if (server.resetFrame < 0 && client.resetFrame < 0) return plot
  const { summary, suspects, fault, proof } = reset(connection)
  return { summary: `it was open before the capture began; ${summary}`, suspects, fault, proof }
}

/** What the application found; records that cannot tell give null. */
function findingOf({ application }: Connection): ApplicationFinding | null {
  if (typeof application !== 'object' || application === null) return null
  if (!('finding' in application) || typeof application.finding !== 'function') return null
  return application.finding() as ApplicationFinding | null
}

/** An application's no is a reason of its own; a connection that failed below keeps its own story. */
function withFinding(plot: Plot, finding: ApplicationFinding): Plot {
  if (plot.fault) return { ...plot, summary: `${plot.summary}; ${finding.sentence}` }
  return {
    summary: `${finding.sentence}; ${plot.summary}`,
    suspects: [{ cause: finding.cause, side: finding.side ?? 'server' }, ...plot.suspects],
    fault: true,
    proven: true,
    proof: frames(...finding.frames, ...plot.proof),
  }
}

/** A data connection that failed is what its control connection is told of; what it failed by stands behind. */
const asDataChannel = (plot: Plot): Plot => ({
  ...plot,
  summary: `FTP's data connection failed: ${plot.summary}`,
  suspects: [{ cause: 'ftp.data-channel', side: 'server' }, ...plot.suspects],
})

/** Who ended it and how. */
function closingOf(connection: Connection, name: StoryName): Closing {
  const { client, server } = connection
  if (name === 'rejected') {
    const by = icmpAuthor(connection)
    return { by: by === 'between' ? 'path' : by, how: 'icmp' }
  }
  if (connection.protocol !== PROTOCOL.tcp) return { by: null, how: null }
  if (name === 'accepted-then-closed')
    return { by: 'server', how: endFrame(server) === server.finFrame ? 'fin' : 'reset' }
  if (name === 'stalled' || name === 'unanswered') return { by: null, how: 'timeout' }
  const first = [client.finFrame, server.finFrame, client.resetFrame, server.resetFrame]
    .filter((frame) => frame >= 0)
    .reduce((least, frame) => Math.min(least, frame), Number.POSITIVE_INFINITY)
  const bothClosed = client.finFrame >= 0 && server.finFrame >= 0
  const resets = [client, server].filter((end) => resetFrameOf(end) >= 0)
  if (resets.length > 0 && !bothClosed) {
    const [at = client] = resets.toSorted((a, b) => a.resetFrame - b.resetFrame)
    const author = resetAuthor(connection, at === client)
    const end = at === client ? 'client' : 'server'
    return { by: author?.by === 'between' ? 'path' : end, how: 'reset' }
  }
  if (Number.isFinite(first)) {
    const by = first === client.finFrame ? 'client' : 'server'
    return { by, how: bothClosed ? 'fin' : 'half-close' }
  }
  return { by: null, how: connection.ended === 'idle' ? 'timeout' : null }
}
