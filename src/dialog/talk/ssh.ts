/**
 * The clear beginning of SSH: identifications (RFC 4253 §4.2) and the server's algorithms (§7.1).
 * It ends with a disconnect, whose words sshd writes to its log; nothing is tried to log in.
 */
import { isStopped } from '../../base/stopped.ts'
import { latin1, viewOf } from '../../wire/bytes.ts'
import {
  type Conversation,
  inText,
  leave,
  listen,
  openEar,
  say,
  type Taken,
  type Told,
} from '../conversation.ts'
import {
  readKexinit,
  readSshIdentification,
  type SshIdentification,
  writeDisconnect,
} from '../ssh.ts'

/** How the client calls itself, and its last word. */
export type SshManner = { readonly software: string; readonly farewell: string }

/** More than this without the identification is another service. */
const MOST_CHARACTERS = 512
/** RFC 4253 §6.1 asks for packets of 35 000 bytes; more is none. */
const MOST_PACKET_BYTES = 35_000

const readIdentification = (text: string): Taken<SshIdentification> => {
  const found = readSshIdentification(text)
  if (found && text[found.length - 1] === '\n') return { value: found, length: found.length }
  // Lines may precede the identification, but not those of other services.
  const foreign = text.length > MOST_CHARACTERS || /^(HTTP\/|\d{3}[ -])/.test(text)
  return foreign ? 'foreign' : 'more'
}

/** A whole packet, RFC 4253 §6, before encryption begins. */
function readPacket(bytes: Uint8Array): Taken<Uint8Array> {
  if (bytes.length < 5) return 'more'
  const length = 4 + viewOf(bytes).getUint32(0)
  if (length < 8 || length > MOST_PACKET_BYTES) return 'foreign'
  return bytes.length < length ? 'more' : { value: bytes.subarray(0, length), length }
}

/** What OpenSSH says in place of its identification: to a source with penalties, or to one too many. */
const TURNED_AWAY = /^(?:Not allowed at this time|Exceeded MaxStartups)/

/** Exchanges identifications, hears the server's algorithms and leaves. */
export function* talkSsh({ software, farewell }: SshManner): Conversation<Told | null> {
  const ear = openEar()
  yield say(`SSH-2.0-${software}\r\n`)
  const identification = yield* listen(ear, inText(readIdentification))
  if (identification === null) {
    const line = latin1(ear.rest).split(/\r?\n/)[0] ?? ''
    return TURNED_AWAY.test(line)
      ? { reception: 'limited', code: null, line, meaning: 'the server takes no more connections' }
      : null
  }
  const packet = yield* listen(ear, readPacket)
  if (packet === null) return null
  const kexinit = readKexinit(viewOf(packet), 0, packet.length)
  yield leave(writeDisconnect(farewell), `disconnect: ${farewell}`)
  const { protocol, software: theirs, comments } = identification
  return {
    reception: 'served',
    code: null,
    line: `SSH-${protocol}-${theirs}${comments === null ? '' : ` ${comments}`}`,
    meaning: null,
    ...(!isStopped(kexinit) && { algorithms: kexinit }),
  }
}
