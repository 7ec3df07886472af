/** The way through a proxy: CONNECT, RFC 9110 §9.3.6, and whatever is said through it. */
import { latin1 } from '../../wire/bytes.ts'
import { type Conversation, inText, listen, openEar, say, type Told } from '../conversation.ts'
import { explainStatus, readHttpHead, takeHead } from '../http.ts'

/** Asks a proxy to lead on, and holds `talk` once it does. */
export function* talkThrough(
  request: string,
  talk: Conversation<Told | null>,
): Conversation<Told | null> {
  const ear = openEar()
  yield say(request)
  const head = (yield* listen(ear, inText(takeHead))) ?? readHttpHead(latin1(ear.rest))
  if (head === null) return null
  const { status, reason, complete } = head
  // Nothing may follow the head of a 2xx before we speak: TLS lets the client begin.
  if (complete && status >= 200 && status < 300) return yield* talk
  return {
    reception: 'refused',
    code: status,
    line: `${status} ${reason}`.trim(),
    meaning: explainStatus(status),
    byProxy: true,
  }
}
