/** The start of an SSH connection: identification (RFC 4253 §4.2) and KEXINIT (§7.1). */
import { isStopped, type Stopped } from '../base/stopped.ts'
import { bytesBetween, joinBytes, latin1, parseHex, stoppedAt, viewOf } from '../wire/bytes.ts'

/** What a side says of itself. */
export type SshIdentification = {
  /** `2.0`, or `1.99` where version 1 is spoken too. */
  readonly protocol: string
  /** Such as `OpenSSH_9.2p1`. */
  readonly software: string
  /** What follows the software, such as `Debian-2+deb12u10`; null where nothing does. */
  readonly comments: string | null
  /** Lines that a server sent before it. */
  readonly preamble: readonly string[]
  /** Characters up to the end of the line; the packets come after them. */
  readonly length: number
}

/** Lines before the identification that are looked through; OpenSSH's client takes 1024. */
const MOST_PREAMBLE_LINES = 1024

/** The identification in `text`, after any lines that come before it; null where there is none. */
export function readSshIdentification(text: string): SshIdentification | null {
  const preamble: string[] = []
  let at = 0
  while (at < text.length && preamble.length < MOST_PREAMBLE_LINES) {
    const feed = text.indexOf('\n', at)
    const length = feed < 0 ? text.length : feed + 1
    const line = text.slice(at, feed < 0 ? undefined : feed).replace(/\r$/, '')
    const match = /^SSH-([^-\s]{1,10})-(\S+)(?: (.*))?$/.exec(line)
    if (match !== null) {
      const [, protocol = '', software = '', comments = null] = match
      return { protocol, software, comments, preamble, length }
    }
    preamble.push(line)
    at = length
  }
  return null
}

/** `OpenSSH_9.2p1` → OpenSSH, 9.2p1; `dropbear_2022.83` → dropbear, 2022.83; else the whole name. */
export function sshProduct(software: string): { product: string; version: string | null } {
  const [, product = software, version = null] =
    /^([A-Za-z][A-Za-z. -]*?)[_-]v?(\d\S*)$/.exec(software) ?? []
  return { product, version }
}

/** The algorithms that a side offers, the preferred first. */
export type SshKexinit = {
  readonly keyExchange: readonly string[]
  readonly hostKey: readonly string[]
  readonly encryptionToServer: readonly string[]
  readonly encryptionToClient: readonly string[]
  readonly macToServer: readonly string[]
  readonly macToClient: readonly string[]
  readonly compressionToServer: readonly string[]
  readonly compressionToClient: readonly string[]
}

const MESSAGE_KEXINIT = 20 // RFC 4253 §12
const LISTS_AT = 4 + 1 + 1 + 16 // packet length, padding length, message number, cookie

function readList(
  view: DataView,
  at: number,
  end: number,
): { list: string[]; next: number } | Stopped {
  if (end - at < 4) return stoppedAt('ssh name-list', at, 4, end)
  const next = at + 4 + view.getUint32(at)
  if (next > end) return stoppedAt('ssh name-list', at, next - at, end)
  const text = latin1(bytesBetween(view, at + 4, next))
  return { list: text === '' ? [] : text.split(','), next }
}

/** Reads the unencrypted packet at `at`, which follows the identification line. */
export function readKexinit(view: DataView, at: number, end: number): SshKexinit | Stopped {
  if (end - at < LISTS_AT) return stoppedAt('ssh kexinit', at, LISTS_AT, end)
  if (view.getUint8(at + 5) !== MESSAGE_KEXINIT) return stoppedAt('ssh kexinit', at, LISTS_AT, at)
  const lists: string[][] = []
  for (let place = at + LISTS_AT; lists.length < 8; ) {
    const read = readList(view, place, end)
    if (isStopped(read)) return read
    lists.push(read.list)
    place = read.next
  }
  const [keyExchange = [], hostKey = [], ...rest] = lists
  const [encryptionToServer = [], encryptionToClient = [], macToServer = [], ...last] = rest
  const [macToClient = [], compressionToServer = [], compressionToClient = []] = last
  return {
    keyExchange,
    hostKey,
    encryptionToServer,
    encryptionToClient,
    macToServer,
    macToClient,
    compressionToServer,
    compressionToClient,
  }
}

/** A 32-bit number, and bytes with their length in front: RFC 4251 §5. */
const uint32 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4)
  viewOf(bytes).setUint32(0, value)
  return bytes
}
const string = (bytes: Uint8Array): Uint8Array => joinBytes(uint32(bytes.length), bytes)

/** Packets are padded to this, with at least 4 bytes; RFC 4253 §6. */
const BLOCK_BYTES = 8
const LEAST_PADDING_BYTES = 4

/** A packet as it is before encryption begins: its length, its padding's, the payload, the padding. */
export function writeSshPacket(payload: Uint8Array): Uint8Array {
  const bare = 4 + 1 + payload.length + LEAST_PADDING_BYTES
  const padding = LEAST_PADDING_BYTES + ((BLOCK_BYTES - (bare % BLOCK_BYTES)) % BLOCK_BYTES)
  return joinBytes(
    uint32(1 + payload.length + padding),
    Uint8Array.of(padding),
    payload,
    new Uint8Array(padding),
  )
}

const nameList = (names: readonly string[]): Uint8Array =>
  string(new TextEncoder().encode(names.join(',')))

/** A packet that offers these algorithms, RFC 4253 §7.1; `cookie` is 16 bytes that nobody can foresee. */
export function writeKexinit(offer: SshKexinit, cookie: Uint8Array): Uint8Array {
  const lists = [
    offer.keyExchange,
    offer.hostKey,
    offer.encryptionToServer,
    offer.encryptionToClient,
    offer.macToServer,
    offer.macToClient,
    offer.compressionToServer,
    offer.compressionToClient,
    [], // languages to the server
    [], // and to the client
  ]
  return writeSshPacket(
    joinBytes(
      Uint8Array.of(MESSAGE_KEXINIT),
      cookie,
      ...lists.map(nameList),
      Uint8Array.of(0), // no guessed packet follows
      uint32(0), // reserved
    ),
  )
}

const MESSAGE_KEX_INIT = 30 // RFC 4253 §8 and RFC 5656 §4 alike
const MESSAGE_KEX_REPLY = 31

/** Numbers are written with their first bit clear (RFC 4251 §5), far from the ends of their range. */
const someNumber = (bits: number): Uint8Array => new Uint8Array(bits / 8).fill(0x5a)

/** The base point of P-256, uncompressed: SEC 2 §2.4.2. */
const P256_BASE = `04
  6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296
  4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5`

/**
 * A public value of the client for each method. Nobody knows a secret for it and none is needed:
 * the server shows its host key in answer to any, and there the exchange ends.
 */
const PUBLIC_VALUES: Readonly<Record<string, Uint8Array>> = {
  'curve25519-sha256': Uint8Array.of(9, ...new Uint8Array(31)), // RFC 7748 §4.1
  'curve25519-sha256@libssh.org': Uint8Array.of(9, ...new Uint8Array(31)),
  'ecdh-sha2-nistp256': parseHex(P256_BASE.replaceAll(/\s/g, '')) ?? new Uint8Array(),
  'diffie-hellman-group14-sha256': someNumber(2048),
  'diffie-hellman-group16-sha512': someNumber(4096),
  'diffie-hellman-group14-sha1': someNumber(2048),
  'diffie-hellman-group1-sha1': someNumber(1024),
}

/** The first method of the server by which its host key can be asked for; null where there is none. */
export const keyExchangeFor = ({ keyExchange }: SshKexinit): string | null =>
  Object.keys(PUBLIC_VALUES).find((name) => keyExchange.includes(name)) ?? null

/** The client's half of a key exchange by a method of `keyExchangeFor`. */
export const writeKeyExchange = (method: string): Uint8Array =>
  writeSshPacket(
    joinBytes(Uint8Array.of(MESSAGE_KEX_INIT), string(PUBLIC_VALUES[method] ?? new Uint8Array())),
  )

/** A host key as the server shows it: its type, and all of it as files of known hosts hold it. */
export type SshHostKey = { readonly type: string; readonly blob: Uint8Array }

/** Reads the host key in the server's half, RFC 4253 §8; null for any other packet. */
export function readHostKey(packet: Uint8Array): SshHostKey | null {
  const view = viewOf(packet)
  if (packet.length < 14 || packet[5] !== MESSAGE_KEX_REPLY) return null
  const end = 10 + view.getUint32(6)
  if (end > packet.length || end < 14) return null
  const typeEnd = 14 + view.getUint32(10)
  if (typeEnd > end) return null
  return { type: latin1(packet.subarray(14, typeEnd)), blob: packet.slice(10, end) }
}

/** A server's half that shows the host key `blob`, with a value and a signature that hold nothing. */
export const writeHostKey = (blob: Uint8Array): Uint8Array =>
  writeSshPacket(
    joinBytes(
      Uint8Array.of(MESSAGE_KEX_REPLY),
      string(blob),
      string(new Uint8Array(32)),
      string(new Uint8Array()),
    ),
  )

const MESSAGE_DISCONNECT = 1 // RFC 4253 §12
const BY_APPLICATION = 11 // RFC 4253 §11.1

/** The polite end, RFC 4253 §11.1; sshd writes `words` (ASCII) to its log. */
export const writeDisconnect = (words: string): Uint8Array =>
  writeSshPacket(
    joinBytes(
      Uint8Array.of(MESSAGE_DISCONNECT),
      uint32(BY_APPLICATION),
      string(new TextEncoder().encode(words)),
      string(new Uint8Array()),
    ),
  )

/** The algorithm both would use: the client's first that the server has too (§7.1); null where none. */
export const commonAlgorithm = (
  client: readonly string[],
  server: readonly string[],
): string | null => client.find((name) => server.includes(name)) ?? null
