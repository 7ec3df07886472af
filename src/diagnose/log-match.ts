/**
 * A client's attempt in the server's log. It is found by the token that it carried: translation
 * changes addresses, and clocks and time zones differ. Where the protocol carries no token, the
 * address and port of the client's socket are the weaker match. What the log complains of is tied to
 * the attempt by its connection, its request, its address, or only by the time.
 */
import type { Clock } from '../facts/date.ts'
import type { LogLine } from '../facts/log-line.ts'
import { canonicalAddress, familyOf } from '../wire/address.ts'
import type { LogPage } from './logbook.ts'

/** What the client sent, and when by its own clock. */
export type Attempted = {
  /** Null where what was said held no token. */
  readonly token: string | null
  readonly address: string | null
  readonly port: number | null
  readonly fromMs: number
  readonly toMs: number
}

/** A line of the log that is about the attempt. */
export type LogMatch = {
  readonly by: 'token' | 'address and port'
  readonly source: string
  readonly line: LogLine
}

/** How a complaint belongs to the attempt: the surest first. */
export type Tie = 'connection' | 'request' | 'address' | 'time'

export type Complained = {
  readonly source: string
  readonly line: LogLine
  readonly tie: Tie
}

export type LogReading = {
  readonly match: LogMatch | null
  /** How far the log's time is ahead of the client's; null where no line tells. */
  readonly aheadMs: number | null
  /** What was complained of, the surest tie first. */
  readonly complaints: readonly Complained[]
}

/** Most logs tell whole seconds. */
const RESOLUTION_MS = 1500
/** A daemon tells of a connection's end some time after it. */
const AFTERWARDS_MS = 1500

/** Whether two texts are the same address. */
export const sameAddress = (one: string | null, other: string | null): boolean =>
  one !== null &&
  other !== null &&
  (canonicalAddress(one) ?? one) === (canonicalAddress(other) ?? other)

/** `word` not as a part of a longer one. */
function holdsWord(text: string, word: string): boolean {
  const at = text.indexOf(word)
  const touches = (character: string | undefined): boolean => /[A-Za-z0-9]/.test(character ?? '')
  return at >= 0 && !touches(text[at - 1]) && !touches(text[at + word.length])
}

/** When the line was written, by the server's clock; a line without a zone is in `zoneMs`. */
const writtenMs = ({ time }: LogLine, zoneMs: number): number | null =>
  time && time.epochMs - (time.zoneMs === null ? zoneMs : 0)

/** How far `ms` is outside of the attempt; 0 within it. */
function distance(ms: number, { fromMs, toMs }: Attempted): number {
  if (ms < fromMs - RESOLUTION_MS) return ms - fromMs
  return ms > toMs + RESOLUTION_MS ? ms - toMs : 0
}

type Found = Pick<LogMatch, 'source' | 'line'>

/** A check visits every address of the target: of its lines the one that is of this visit's way. */
const nearest = (found: readonly Found[], address: string | null): Found | undefined => {
  const family = address === null ? null : familyOf(address)
  const of = (fits: (peer: string) => boolean): Found | undefined =>
    found.findLast(({ line: { peer } }) => peer !== null && fits(peer.address))
  return (
    of((peer) => sameAddress(peer, address)) ??
    of((peer) => familyOf(peer) === family) ??
    found.at(-1)
  )
}

function findMatch(pages: readonly LogPage[], sent: Attempted): LogMatch | null {
  const { token, address, port } = sent
  const all = pages.flatMap(({ source, lines }) => lines.map((line) => ({ source, line })))
  const marked = token === null ? [] : all.filter(({ line }) => holdsWord(line.text, token))
  const own = nearest(marked, address)
  if (own) return { by: 'token', ...own }
  const tied = all.findLast(
    ({ line: { peer } }) =>
      peer !== null && peer.port === port && sameAddress(peer.address, address),
  )
  return tied && port !== null ? { by: 'address and port', ...tied } : null
}

const ORDER: readonly Tie[] = ['connection', 'request', 'address', 'time']

/** Reads what `pages` say of the attempt; `clock` is the server's, where it told it. */
export function matchLog(
  pages: readonly LogPage[],
  sent: Attempted,
  clock: { readonly server: Clock; readonly clientMs: number } | null,
): LogReading {
  const match = findMatch(pages, sent)
  // A daemon may be in another zone than its host: its access log tells which.
  const own = match && match.line.status !== null ? match.line.time?.zoneMs : null
  const zoneMs = own ?? clock?.server.zoneMs ?? 0
  const matchedMs = match && writtenMs(match.line, zoneMs)
  const told = matchedMs === null ? null : distance(matchedMs, sent)
  const shiftMs = told ?? (clock ? clock.server.epochMs - clock.clientMs : 0)
  const seenAs = match?.line.peer?.address ?? null

  const near = (line: LogLine): boolean => {
    const ms = writtenMs(line, zoneMs)
    if (ms === null) return false
    const at = ms - shiftMs
    return at >= sent.fromMs - RESOLUTION_MS && at <= sent.toMs + AFTERWARDS_MS
  }
  const tieOf = (line: LogLine): Tie | null => {
    const { peer, request } = line
    const known =
      peer && (sameAddress(peer.address, sent.address) || sameAddress(peer.address, seenAs))
    if (known && sent.port !== null && peer.port === sent.port) return 'connection'
    if (!near(line)) return null
    const [asked] = match?.line.request?.split(' HTTP/') ?? []
    if (known && asked && request?.startsWith(asked)) return 'request'
    return known ? 'address' : 'time'
  }
  const complaints = pages.flatMap(({ source, lines }) =>
    lines.flatMap((line) => {
      const tie = line.complaint === null ? null : tieOf(line)
      return tie ? [{ source, line, tie }] : []
    }),
  )
  return {
    match,
    aheadMs: told,
    complaints: complaints.toSorted((a, b) => ORDER.indexOf(a.tie) - ORDER.indexOf(b.tie)),
  }
}
