/** The beginning of a mail session: greeting, EHLO (RFC 5321), STARTTLS where it is offered (RFC 3207). */
import { type Conversation, leave, listen, openEar, secure, type Told } from '../conversation.ts'
import { askReply, formatReply, type Reply, takeReply } from '../reply.ts'
import { enhancedCode, explainEnhanced, explainSmtp, smtpCapabilities } from '../smtp.ts'

/** RFC 5321 §4.2.2: no mail service, or not for this client. */
const told = (reply: Reply): Told => {
  const enhanced = enhancedCode(reply.lines[0] ?? '')
  return {
    reception: reply.code < 400 ? 'served' : reply.code === 421 ? 'limited' : 'refused',
    code: reply.code,
    line: formatReply(reply),
    meaning: (enhanced && explainEnhanced(enhanced)) ?? explainSmtp(reply.code),
  }
}

/** Greets as `name`, begins TLS where that is offered, and leaves. */
export function* talkSmtp(name: string): Conversation<Told | null> {
  const ear = openEar()
  const greeting = yield* listen(ear, takeReply)
  if (greeting === null) return null
  let last = greeting
  if (greeting.code === 220) {
    const hello = yield* askReply(ear, `EHLO ${name}`)
    if (hello === null) return null
    last = hello
    const offered = smtpCapabilities(hello)?.keywords.has('STARTTLS') ?? false
    if (offered) {
      const ready = yield* askReply(ear, 'STARTTLS')
      if (ready === null) return null
      last = ready
      if (ready.code === 220) {
        if ((yield secure('smtp')) === null) return told(greeting)
        // RFC 3207 §4.2: nothing of what was said in clear counts any more.
        ear.rest = new Uint8Array()
        const again = yield* askReply(ear, `EHLO ${name}`)
        if (again === null) return null
        last = again
      }
    }
  }
  yield leave('QUIT\r\n')
  return last.code < 400 ? told(greeting) : told(last)
}
