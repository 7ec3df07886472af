/**
 * The first words with MySQL and MariaDB ("Connection Phase" of their manuals, protocol 10): the
 * greeting, and a login as a user that nobody is. A client that goes away before it has said who it
 * is counts as a broken connection, and after 100 of them the server blocks its host
 * (max_connect_errors); one that is refused does not. No password is sent.
 */
import { joinBytes, latin1, viewOf } from '../../wire/bytes.ts'
import {
  type Conversation,
  leave,
  listen,
  openEar,
  type Reception,
  say,
  type Taken,
  type Told,
} from '../conversation.ts'

type Packet = { readonly number: number; readonly body: Uint8Array }

/** No packet of the connection phase is longer. */
const MOST_PACKET_BYTES = 4096

/** A length of 24 bits and a number, little-endian, then the body. */
function takePacket(bytes: Uint8Array): Taken<Packet> {
  if (bytes.length < 4) return 'more'
  const length = viewOf(bytes).getUint32(0, true) & 0xffffff
  if (length === 0 || length > MOST_PACKET_BYTES) return 'foreign'
  const end = 4 + length
  return bytes.length < end
    ? 'more'
    : { value: { number: bytes[3] ?? 0, body: bytes.subarray(4, end) }, length: end }
}

const packet = (number: number, body: Uint8Array): Uint8Array => {
  const head = new Uint8Array(4)
  viewOf(head).setUint32(0, body.length, true)
  head[3] = number
  return joinBytes(head, body)
}

// Capabilities of the client: long password, protocol 4.1, the secure authentication and its plugins.
const CAPABILITIES = 0x00000001 | 0x00000200 | 0x00008000 | 0x00080000
const UTF8 = 45 // utf8mb4_general_ci

/** HandshakeResponse41: capabilities, the largest packet, the character set, the user, no password. */
function login(user: string): Uint8Array {
  const fixed = new Uint8Array(32)
  const view = viewOf(fixed)
  view.setUint32(0, CAPABILITIES, true)
  view.setUint32(4, 1 << 24, true)
  fixed[8] = UTF8
  return joinBytes(fixed, new TextEncoder().encode(`${user}\0\0mysql_native_password\0`))
}

const GREETING = 10
const ERROR = 0xff
const SWITCH = 0xfe
const QUIT = Uint8Array.of(1)

/** Error numbers of the server that meet a connection. */
const ERRORS: Readonly<Record<number, readonly [Reception, string]>> = {
  1040: ['exhausted', 'max_connections are open already'],
  1041: ['exhausted', 'it is out of memory'],
  1044: ['served', 'it refuses the user that nobody is, and answers'],
  1045: ['served', 'it refuses the user that nobody is, and answers'],
  1053: ['starting', 'it is shutting down'],
  1129: ['denied', 'the host is blocked after too many broken connections: FLUSH HOSTS'],
  1130: ['denied', 'no user may come from this host'],
  1203: ['exhausted', 'max_user_connections are open already'],
  1226: ['limited', 'a limit of the user is used up'],
  1251: ['served', 'it wants another way to log in, and answers'],
  1698: ['served', 'it refuses the user that nobody is, and answers'],
  2061: ['served', 'it wants another way to log in, and answers'],
}

/** `ff`, a number of 16 bits, maybe `#` and an SQLSTATE, the message. */
function readError(body: Uint8Array): Told {
  const number = (body[1] ?? 0) | ((body[2] ?? 0) << 8)
  const text = new TextDecoder().decode(body.subarray(3)).replace(/^#\w{5}/, '')
  const [reception, meaning] = ERRORS[number] ?? ['refused', null]
  return { reception, code: String(number), line: `ERROR ${number}: ${text}`, meaning }
}

/** Ways to log in that a server may ask for one after the other, before it says no. */
const MOST_TURNS = 4

/** Hears the greeting, logs in as `user`, and hears that it is refused. */
export function* talkMysql(user: string): Conversation<Told | null> {
  const ear = openEar()
  const greeting = yield* listen(ear, takePacket)
  if (greeting === null) return null
  const [kind] = greeting.body
  if (kind === ERROR) return readError(greeting.body)
  if (kind !== GREETING) return null
  const version = latin1(greeting.body.subarray(1)).split('\0')[0] ?? ''
  const served: Told = { reception: 'served', code: null, line: version, meaning: null }
  yield say(packet(greeting.number + 1, login(user)), `login as ${user}, without a password`)
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const answer = yield* listen(ear, takePacket)
    if (answer === null) return null
    if (answer.body[0] === ERROR) {
      const error = readError(answer.body)
      return error.reception === 'served' ? { ...error, line: `${version}; ${error.line}` } : error
    }
    if (answer.body[0] === SWITCH)
      yield say(packet(answer.number + 1, new Uint8Array()), 'an empty answer')
    else break
  }
  yield leave(packet(0, QUIT), 'quit')
  return served
}
