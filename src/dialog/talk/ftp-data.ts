/**
 * An anonymous login and the data connections that the server offers (RFC 959 §4.1.2, RFC 2428 §3).
 * Nothing is transferred: that they can be had is what most often fails.
 */
import {
  type Conversation,
  type DataAttempt,
  type Ear,
  leave,
  listen,
  openEar,
  type Place,
  type Told,
} from '../conversation.ts'
import { explainFtp, parseEpsv, parsePasv } from '../ftp.ts'
import { askReply, formatReply, takeReply } from '../reply.ts'

/** The server's own address, as an IPv4-mapped one or not. */
const isOwn = (address: string | null, own: string): boolean =>
  address === null || address === own.replace(/^::ffff:/i, '')

/** Asks for one passive mode, and tries what the server names; null where it breaks off. */
function* tryMode(
  ear: Ear,
  mode: DataAttempt['mode'],
  own: string,
): Conversation<readonly DataAttempt[] | null> {
  const reply = yield* askReply(ear, mode)
  if (reply === null) return null
  const text = reply.lines.join(' ')
  const port = mode === 'EPSV' && reply.code === 229 ? parseEpsv(text) : null
  const place: Place | null =
    port !== null
      ? { address: null, port }
      : mode === 'PASV' && reply.code === 227
        ? parsePasv(text)
        : null
  const attempt = { mode, line: formatReply(reply) }
  if (place === null) return [{ ...attempt, place, reached: false, elsewhere: false }]
  const reached = (yield { do: 'reach', place }) !== null
  const first = { ...attempt, place, reached, elsewhere: false }
  if (reached || isOwn(place.address, own)) return [first]
  // The port may be right though the address is not: then the address is the reason.
  const there = { address: null, port: place.port }
  return [
    first,
    { ...first, reached: (yield { do: 'reach', place: there }) !== null, elsewhere: true },
  ]
}

/** Logs in as anonymous and tries to reach the data ports; `own` is the address that is spoken to. */
export function* talkFtpData(own: string, password: string): Conversation<Told | null> {
  const ear = openEar()
  const greeting = yield* listen(ear, takeReply)
  if (greeting === null || greeting.code !== 220) return null
  const user = yield* askReply(ear, 'USER anonymous')
  const login = user?.code === 331 ? yield* askReply(ear, `PASS ${password}`) : user
  if (!login) return null
  const told: Told = {
    reception: login.code === 230 ? 'served' : 'login',
    code: login.code,
    line: formatReply(login),
    meaning: explainFtp(login.code),
  }
  if (login.code !== 230) {
    yield leave('QUIT\r\n')
    return told
  }
  const extended = yield* tryMode(ear, 'EPSV', own)
  if (extended === null) return null
  const needsOld =
    !extended.some(({ reached }) => reached) && !own.replace(/^::ffff:/i, '').includes(':')
  const old = needsOld ? yield* tryMode(ear, 'PASV', own) : []
  yield leave('QUIT\r\n')
  return { ...told, data: [...extended, ...(old ?? [])] }
}
