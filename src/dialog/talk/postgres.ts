/**
 * The first words with PostgreSQL, protocol 3 ("Message Flow" and "Message Formats" of its manual):
 * TLS where the server has it, a startup with a user that nobody is, and what the server says of
 * it. No password is sent.
 */
import { joinBytes, latin1, viewOf } from '../../wire/bytes.ts'
import {
  type Conversation,
  leave,
  listen,
  openEar,
  type Reception,
  say,
  secure,
  type Taken,
  type Told,
} from '../conversation.ts'

const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f) // 1234 and 5679
const VERSION_3 = Uint8Array.of(0, 3, 0, 0)
/** What the manual calls Terminate. */
const TERMINATE = Uint8Array.of(0x58, 0, 0, 0, 4)

/** No message that answers a startup is longer. */
const MOST_MESSAGE_BYTES = 10_000

function startup(user: string): Uint8Array {
  const words = ['user', user, 'database', user, 'application_name', 'rungs', '']
  const body = new TextEncoder().encode(`${words.join('\0')}\0`)
  const message = joinBytes(new Uint8Array(4), VERSION_3, body)
  viewOf(message).setUint32(0, message.length)
  return message
}

/** One byte: `S` or `N`; or an error message, of a server that knows no TLS at all. */
const takeTls = (bytes: Uint8Array): Taken<'S' | 'N'> => {
  const letter = latin1(bytes.subarray(0, 1))
  return letter === 'S' || letter === 'N' ? { value: letter, length: 1 } : 'foreign'
}

type Message = { readonly type: string; readonly body: Uint8Array }

/** A type and a length that counts itself, then the body. */
function takeMessage(bytes: Uint8Array): Taken<Message> {
  const type = latin1(bytes.subarray(0, 1))
  if (!/^[A-Za-z]$/.test(type)) return 'foreign'
  if (bytes.length < 5) return 'more'
  const length = 1 + viewOf(bytes).getUint32(1)
  if (length < 5 || length > MOST_MESSAGE_BYTES) return 'foreign'
  return bytes.length < length
    ? 'more'
    : { value: { type, body: bytes.subarray(5, length) }, length }
}

/** The fields of an ErrorResponse by their letter: S severity, C SQLSTATE, M message. */
const readError = (body: Uint8Array): ReadonlyMap<string, string> =>
  new Map(
    new TextDecoder()
      .decode(body)
      .split('\0')
      .filter((field) => field.length > 1)
      .map((field) => [field.charAt(0), field.slice(1)]),
  )

/** Appendix A of the manual, the codes that meet a startup. */
const STATES: Readonly<Record<string, readonly [Reception, string]>> = {
  '28P01': ['served', 'it wants a password, and answers'],
  '3D000': ['served', 'it knows no database of this name, and answers'],
  '53200': ['exhausted', 'it is out of memory'],
  '53300': ['exhausted', 'max_connections are open already'],
  '57P03': ['starting', 'it is starting up, shutting down or recovering'],
}

function told(error: ReadonlyMap<string, string>): Told {
  const code = error.get('C') ?? ''
  const line = `${error.get('S') ?? 'ERROR'}: ${error.get('M') ?? ''}`
  // A client whose address no line names is not let in, whoever it is; an unknown role is no fault.
  const noLine = code === '28000' && /pg_hba\.conf/.test(line)
  const [reception, meaning] = noLine
    ? (['denied', 'no line of pg_hba.conf lets this client in'] as const)
    : (STATES[code] ??
      (code.startsWith('28') || code.startsWith('3D')
        ? (['served', 'it refuses the user that nobody is, and answers'] as const)
        : (['refused', null] as const)))
  return { reception, code, line, meaning }
}

/** Asks for TLS, starts as `user`, and leaves before any password. */
export function* talkPostgres(user: string): Conversation<Told | null> {
  const ear = openEar()
  yield say(SSL_REQUEST, 'SSLRequest')
  const answer = yield* listen(ear, takeTls)
  if (answer === 'S' && (yield secure('postgres')) === null) return null
  // A server that answers with an error instead says why.
  if (answer !== null) yield say(startup(user), `StartupMessage user=${user} database=${user}`)
  const message = yield* listen(ear, takeMessage)
  if (message === null) return null
  if (message.type === 'E') return told(readError(message.body))
  if (message.type !== 'R') return null
  const wanted = message.body.length >= 4 ? viewOf(message.body).getUint32(0) : 0
  // To end without a word at the prompt for a password is no error in the server's log.
  yield wanted === 0 ? leave(TERMINATE, 'Terminate') : leave()
  return {
    reception: 'served',
    code: null,
    line: wanted === 0 ? 'AuthenticationOk' : 'a password is asked for',
    meaning: null,
  }
}
