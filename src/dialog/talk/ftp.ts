/** The greeting of a file server, RFC 959 §5.4. */
import { type Conversation, leave, listen, openEar, type Told } from '../conversation.ts'
import { explainFtp } from '../ftp.ts'
import { formatReply, type Reply, takeReply } from '../reply.ts'

/** A reply that turns away: 421 and 530 are said to who comes as one too many. */
const told = (reply: Reply): Told => ({
  reception:
    reply.code < 400
      ? 'served'
      : reply.code === 530
        ? 'login'
        : reply.code === 421
          ? 'limited'
          : 'denied',
  code: reply.code,
  line: formatReply(reply),
  meaning: explainFtp(reply.code),
})

/** Hears the greeting and leaves. */
export function* talkFtp(): Conversation<Told | null> {
  const ear = openEar()
  const greeting = yield* listen(ear, takeReply)
  if (greeting === null) return null
  yield leave('QUIT\r\n')
  return told(greeting)
}
