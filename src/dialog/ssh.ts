/** The start of an SSH connection: identification (RFC 4253 §4.2) and KEXINIT (§7.1). */
import { isStopped, type Stopped } from '../base/stopped.ts'
import { bytesBetween, latin1, stoppedAt } from '../wire/bytes.ts'

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

/** The algorithm both would use: the client's first that the server has too (§7.1); null where none. */
export const commonAlgorithm = (
  client: readonly string[],
  server: readonly string[],
): string | null => client.find((name) => server.includes(name)) ?? null
