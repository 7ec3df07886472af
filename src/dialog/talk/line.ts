/** Services of which a line is heard and little is said: IMAP (RFC 9051), POP3 (RFC 1939), any port. */
import {
  type Conversation,
  inText,
  leave,
  listen,
  openEar,
  type Told,
  takeLine,
} from '../conversation.ts'

const served = (line: string): Told => ({ reception: 'served', code: null, line, meaning: null })

/** Hears one line, of whatever kind; a port that says none is none the worse. */
export function* talkLine(): Conversation<Told | null> {
  const line = yield* listen(openEar(), inText(takeLine))
  return line === null ? null : served(line)
}

/** `* OK`, `* PREAUTH` or `* BYE`, RFC 9051 §7.1. */
export function* talkImap(): Conversation<Told | null> {
  const line = yield* listen(openEar(), inText(takeLine))
  if (line === null || !/^\* (?:OK|PREAUTH|BYE)\b/i.test(line)) return null
  if (/^\* BYE\b/i.test(line)) return { ...served(line), reception: 'refused', code: 'BYE' }
  yield leave('r1 LOGOUT\r\n')
  return served(line)
}

/** `+OK` or `-ERR`, RFC 1939 §3. */
export function* talkPop3(): Conversation<Told | null> {
  const line = yield* listen(openEar(), inText(takeLine))
  if (line === null || !/^(?:\+OK|-ERR)\b/.test(line)) return null
  if (line.startsWith('-')) return { ...served(line), reception: 'refused', code: '-ERR' }
  yield leave('QUIT\r\n')
  return served(line)
}
