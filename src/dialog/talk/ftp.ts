/** The greeting of a file server, RFC 959 §5.4. */
import { type Conversation, leave, listen, openEar, type Told } from '../conversation.ts'
import { explainFtp } from '../ftp.ts'
import { type Reply, takeReply } from '../reply.ts'

/** A reply that turns away: 421 and 530 are said to who comes as one too many. */
const told = ({ code, lines }: Reply): Told => ({
  reception: code < 400 ? 'served' : code === 530 ? 'login' : code === 421 ? 'limited' : 'denied',
  code,
  line: `${code} ${lines.join(' ')}`,
  meaning: explainFtp(code),
})

/** Hears the greeting and leaves. */
export function* talkFtp(): Conversation<Told | null> {
  const ear = openEar()
  const greeting = yield* listen(ear, takeReply)
  if (greeting === null) return null
  yield leave('QUIT\r\n')
  return told(greeting)
}
