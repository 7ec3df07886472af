/**
 * The clear beginning of SSH: identifications (RFC 4253 §4.2), the server's algorithms (§7.1), and
 * as much of a key exchange (§8) as shows the host key; that the server has its secret is not
 * verified. It ends with a disconnect, whose words sshd writes to its log; nothing is tried to log in.
 */
import { isStopped } from '../../base/stopped.ts'
import { joinBytes, latin1, viewOf } from '../../wire/bytes.ts'
import {
  type Conversation,
  type Ear,
  inText,
  leave,
  listen,
  openEar,
  say,
  type Taken,
  type Told,
} from '../conversation.ts'
import {
  keyExchangeFor,
  readHostKey,
  readKexinit,
  readSshIdentification,
  type SshHostKey,
  type SshIdentification,
  type SshKexinit,
  writeDisconnect,
  writeKexinit,
  writeKeyExchange,
} from '../ssh.ts'

/** How the client calls itself, its last word, and the types of host keys that it asks for first. */
export type SshManner = {
  readonly software: string
  readonly farewell: string
  readonly keyTypes?: readonly string[]
}

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

/** Those of today first, as OpenSSH has them. */
const KEY_TYPES = ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']

/** The algorithms of host keys that the server has, those for `keyTypes` first. */
function hostKeysOf({ hostKey }: SshKexinit, keyTypes: readonly string[]): string[] {
  const isWanted = (name: string): boolean =>
    keyTypes.includes(/^rsa-/.test(name) ? 'ssh-rsa' : name)
  const usual = [...KEY_TYPES, ...hostKey].filter((name) => hostKey.includes(name))
  const plain = [...new Set(usual)].filter((name) => !name.includes('-cert-'))
  return [...plain.filter(isWanted), ...plain.filter((name) => !isWanted(name))]
}

/** A cookie makes the keys of a session its own (RFC 4253 §7.1); here none come to be. */
const COOKIE = new Uint8Array(16)

/** Messages that may stand between the server's algorithms and its key, such as debugging. */
const MOST_PACKETS = 8

/** Asks for the host key, by whatever algorithms the server has; null where it cannot be had. */
function* askHostKey(
  ear: Ear,
  offered: SshKexinit,
  keyTypes: readonly string[],
): Conversation<SshHostKey | null> {
  const method = keyExchangeFor(offered)
  const hostKey = hostKeysOf(offered, keyTypes)
  if (method === null || hostKey.length === 0) return null
  // All else is what the server has: it never finds nothing in common, which it would log.
  yield say(
    joinBytes(
      writeKexinit({ ...offered, keyExchange: [method], hostKey }, COOKIE),
      writeKeyExchange(method),
    ),
    `the first half of a key exchange: ${method}, ${hostKey.join(',')}`,
  )
  for (let packets = 0; packets < MOST_PACKETS; packets++) {
    const packet = yield* listen(ear, readPacket)
    if (packet === null) return null
    const key = readHostKey(packet)
    if (key) return key
  }
  return null
}

/** What OpenSSH says in place of its identification: to a source with penalties, or to one too many. */
const TURNED_AWAY = /^(?:Not allowed at this time|Exceeded MaxStartups)/

/** Exchanges identifications, hears the server's algorithms and its host key, and leaves. */
export function* talkSsh({
  software,
  farewell,
  keyTypes = [],
}: SshManner): Conversation<Told | null> {
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
  const algorithms = isStopped(kexinit) ? null : kexinit
  const hostKey = algorithms && (yield* askHostKey(ear, algorithms, keyTypes))
  yield leave(writeDisconnect(farewell), `disconnect: ${farewell}`)
  const { protocol, software: theirs, comments } = identification
  return {
    reception: 'served',
    code: null,
    line: `SSH-${protocol}-${theirs}${comments === null ? '' : ` ${comments}`}`,
    meaning: null,
    ...(algorithms && { algorithms }),
    ...(hostKey && { hostKey }),
  }
}
