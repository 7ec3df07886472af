/** One request and the head of its answer, RFC 9112. */
import { latin1 } from '../../wire/bytes.ts'
import { type Conversation, inText, listen, openEar, say, type Told } from '../conversation.ts'
import { explainStatus, readHttpHead, takeHead } from '../http.ts'

/** Says `request` and hears the head of the answer; the rest of it is not waited for. */
export function* talkHttp(request: string): Conversation<Told | null> {
  const ear = openEar()
  yield say(request)
  // A head that breaks off has a status all the same.
  const head = (yield* listen(ear, inText(takeHead))) ?? readHttpHead(latin1(ear.rest))
  if (head === null) return null
  const { status, reason } = head
  return {
    reception: status >= 400 ? 'refused' : 'served',
    code: status,
    line: `${status} ${reason}`.trim(),
    meaning: explainStatus(status),
    head,
  }
}
