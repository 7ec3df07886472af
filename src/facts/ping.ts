/**
 * What `ping` prints: iputils (ping/ping_common.c, ping4_func.c, ping6_common.c) in any language as
 * far as the numbers tell, and busybox. One run is read, the first in the text.
 */
export type PingReply = {
  readonly sequence: number
  readonly from: string
  readonly ttl: number | null
  /** Null where the payload had no room for a time. */
  readonly rttMs: number | null
}

export type PingError = {
  /** Who reported it; null for the local host. */
  readonly from: string | null
  /** In ping's words: `Destination Host Unreachable`, `local error: message too long, mtu=1500`. */
  readonly text: string
  /** The MTU that it names. */
  readonly mtu: number | null
}

export type PingText = {
  /** The address that was asked; null when ping found none. */
  readonly address: string | null
  readonly sent: number
  readonly received: number
  readonly replies: readonly PingReply[]
  readonly errors: readonly PingError[]
}

const HEADER = /^PING \S{1,300}?\s?\((?:[^()\s]{1,300} \()?([0-9a-f:.]{2,45}(?:%[\w.-]{1,15})?)\)/i
const TIME_STAMP = /^\[\d{1,12}\.\d{1,9}\] /
const REPLY =
  /^\d{1,6} \S{1,20} \S{1,20} (\S{1,300}(?: \([^()\s]{1,80}\))?): (?:icmp_)?seq=(\d{1,10})\b/
const REPORT = /^\S{1,20} (\S{1,300}(?: \([^()\s]{1,80}\))?):? icmp_seq=\d{1,10} (\S.*)$/
const OWN_ERROR = /^(?:ping6?: |(?=connect: ))(\S.*)$/
const SUMMARY = /^(\d{1,10}) [^\d,]{1,60}, (\d{1,10}) [^\d]{1,60}.*%/

/** `name (address)` or an address; `:::1` is how some copies of a session spell `::1`. */
const addressIn = (text: string): string =>
  (/\(([^()]+)\)$/.exec(text)?.[1] ?? text).replace(/:$/, '').replace(/^:::/, '::')

const decimal = (text: string | undefined): number | null =>
  text === undefined ? null : Number(text.replace(',', '.'))

function parseReply(line: string): PingReply | null {
  const match = REPLY.exec(line)
  if (!match) return null
  return {
    sequence: Number(match[2]),
    from: addressIn(match[1] ?? ''),
    ttl: decimal(/ (?:ttl|hlim)=(\d{1,3})\b/.exec(line)?.[1]),
    rttMs: decimal(/=(\d{1,9}(?:[.,]\d{1,6})?) ms\b/.exec(line)?.[1]),
  }
}

function parseError(line: string): PingError | null {
  const mtu = decimal(/mtu ?[=:] ?(\d{1,6})\b/i.exec(line)?.[1])
  const report = REPORT.exec(line)
  if (report) return { from: addressIn(report[1] ?? ''), text: (report[2] ?? '').trim(), mtu }
  const own = OWN_ERROR.exec(line)
  return own ? { from: null, text: (own[1] ?? '').trim(), mtu } : null
}

/** The first run of ping in `text`; null when there is none. Cut short, it counts what it shows. */
export function parsePing(text: string): PingText | null {
  const replies: PingReply[] = []
  const errors: PingError[] = []
  let address: string | null = null
  let total: RegExpExecArray | null = null
  for (const raw of text.split('\n')) {
    const line = raw.replace(TIME_STAMP, '').trimEnd()
    const header = HEADER.exec(line)
    if (header && address !== null) break
    if (header) address = addressIn(header[1] ?? '')
    const reply = parseReply(line)
    const error = reply ? null : parseError(line)
    if (reply) replies.push(reply)
    if (error) errors.push(error)
    total = SUMMARY.exec(line)
    if (total) break
  }
  if (address === null && total === null && replies.length + errors.length === 0) return null
  const shown = new Set(replies.map((reply) => reply.sequence)).size
  const reported = errors.filter((error) => error.from !== null).length
  return {
    address,
    sent: total ? Number(total[1]) : shown + reported,
    received: total ? Number(total[2]) : shown,
    replies,
    errors,
  }
}
