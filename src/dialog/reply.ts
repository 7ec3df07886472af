/**
 * The replies that FTP (RFC 959 §4.2) and SMTP (RFC 5321 §4.2) share: three digits, then a space
 * before the last line's text or a hyphen before that of the first of several lines. SMTP repeats
 * the code on each line; FTP may leave it out between the first and the last.
 */
import { latin1 } from '../wire/bytes.ts'
import { type Conversation, type Ear, listen, say, type Taken } from './conversation.ts'

/** One reply. */
export type Reply = {
  readonly code: number
  /** The text of each line without the code. */
  readonly lines: readonly string[]
  /** The last line, with its end, was there. */
  readonly complete: boolean
  /** Characters that the reply takes; what comes after them is the next one. */
  readonly length: number
}

/** Lines of one reply that are kept; what a server says beyond is not read. */
const MOST_LINES = 500

/** The first reply in `text`, maybe not yet complete; null where it does not begin as one. */
export function readReply(text: string): Reply | null {
  const first = /^(\d{3})(?:[ -]|\r?\n|\r?$)/.exec(text)
  if (first === null) return null
  const code = first[1] ?? ''
  const lines: string[] = []
  let at = 0
  while (at < text.length && lines.length < MOST_LINES) {
    const feed = text.indexOf('\n', at)
    const line = text.slice(at, feed < 0 ? undefined : feed).replace(/\r$/, '')
    const own = line.startsWith(code) && (line.length === 3 || ' -'.includes(line.charAt(3)))
    lines.push(own ? line.slice(4) : line)
    at = feed < 0 ? text.length : feed + 1
    const last = own && line.charAt(3) !== '-'
    if (last || feed < 0)
      return { code: Number(code), lines, complete: last && feed >= 0, length: at }
  }
  return { code: Number(code), lines, complete: false, length: at }
}

/** More than this that does not begin as a reply is another service. */
const MOST_CHARACTERS = 512

/** Takes the first reply for a conversation, once it is whole. */
export function takeReply(bytes: Uint8Array): Taken<Reply> {
  const text = latin1(bytes)
  const reply = readReply(text)
  if (reply?.complete) return { value: reply, length: reply.length }
  const begun = reply !== null || (text.length < 4 && /^\d*$/.test(text))
  return !begun && (text.includes('\n') || text.length > MOST_CHARACTERS) ? 'foreign' : 'more'
}

/** Says `line` and hears the reply. */
export function* askReply(ear: Ear, line: string): Conversation<Reply | null> {
  yield say(`${line}\r\n`)
  return yield* listen(ear, takeReply)
}

/** A reply in one line: `220 mail.example.org ESMTP`. */
export const formatReply = ({ code, lines }: Reply): string => `${code} ${lines.join(' ')}`

/** All complete replies in `text`, in order. */
export function readReplies(text: string): Reply[] {
  const replies: Reply[] = []
  for (let at = 0; ; ) {
    const reply = readReply(text.slice(at))
    if (reply === null || !reply.complete) return replies
    replies.push(reply)
    at += reply.length
  }
}

/** What the first digit says, RFC 5321 §4.2.1 and RFC 959 §4.2.1. */
export function replyOutcome(
  code: number,
): 'preliminary' | 'done' | 'continue' | 'later' | 'no' | null {
  const outcomes = ['preliminary', 'done', 'continue', 'later', 'no'] as const
  return outcomes[Math.floor(code / 100) - 1] ?? null
}
