/**
 * A conversation is what we say to a service and what we make of its answers, without a socket: a
 * generator that yields what it wants done and is given what came of it. Whoever drives it
 * (`host/probe/exchange.ts`, or a test with a playbook) bounds its bytes, its time and its steps.
 */
import { joinBytes, latin1 } from '../wire/bytes.ts'
import type { HttpHead } from './http.ts'
import type { SshHostKey, SshKexinit } from './ssh.ts'

/** The protocols in which TLS begins after some words in clear, as openssl s_client names them. */
export type Starttls = 'smtp' | 'ftp' | 'imap' | 'pop3' | 'postgres' | 'mysql'

/** Where another connection is to be tried while this one is kept; the peer's own address if null. */
export type Place = { readonly address: string | null; readonly port: number }

/**
 * What is wanted next. `leave` says a last word, maybe none, and closes in order: a service that is
 * left so has nothing to complain of in its log.
 */
export type Act =
  | { readonly do: 'say'; readonly bytes: Uint8Array; readonly shown: string | null }
  | { readonly do: 'hear' }
  | { readonly do: 'secure'; readonly alpn: readonly string[]; readonly starttls: Starttls | null }
  | { readonly do: 'reach'; readonly place: Place }
  | { readonly do: 'rest'; readonly ms: number }
  | { readonly do: 'leave'; readonly bytes: Uint8Array; readonly shown: string | null }

/**
 * Given back for `hear`: the bytes that came, or null where nothing more comes. For everything
 * else: no bytes where it was done, null where it could not be.
 */
export type Given = Uint8Array | null

export type Conversation<T> = Generator<Act, T, Given>

/** How a service received us, in the words that all protocols share. */
export type Reception =
  | 'served' // it answers as its protocol wants
  | 'login' // it refuses whoever comes without a login, or with this one
  | 'denied' // this client is not let in, by a rule
  | 'limited' // too many or too often from here: later
  | 'exhausted' // it has nothing left to serve with
  | 'starting' // it is not ready yet, or on its way down
  | 'refused' // it refuses for another reason, which it says

/** One data connection of FTP. */
export type DataAttempt = {
  readonly mode: 'EPSV' | 'PASV'
  /** Where the server says that it waits; null where it did not say. */
  readonly place: Place | null
  readonly reached: boolean
  /** True where not the address that the server told was tried, but that of the control connection. */
  readonly elsewhere: boolean
  /** The server's reply. */
  readonly line: string
}

/** What came of a conversation. */
export type Told = {
  readonly reception: Reception
  /** The protocol's own: a status, a reply's code, an SQLSTATE, an error's word. */
  readonly code: string | number | null
  /** What the service said, in one line; not yet printable. */
  readonly line: string
  /** What the code means. */
  readonly meaning: string | null
  /** The head of an HTTP answer. */
  readonly head?: HttpHead
  /** True where it was the proxy that said so, which does not lead on. */
  readonly byProxy?: boolean
  /** The data connections of FTP that were tried, in order. */
  readonly data?: readonly DataAttempt[]
  /** What an SSH server offers. */
  readonly algorithms?: SshKexinit
  /** The host key that it shows. */
  readonly hostKey?: SshHostKey
}

/** One character a byte. */
const encode = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0))

const asBytes = (words: string | Uint8Array): Uint8Array =>
  typeof words === 'string' ? encode(words) : words

/** Says `words`; `shown` stands for bytes that are no text. */
export const say = (words: string | Uint8Array, shown: string | null = null): Act => ({
  do: 'say',
  bytes: asBytes(words),
  shown,
})

/** The last word, maybe none. */
export const leave = (words: string | Uint8Array = '', shown: string | null = null): Act => ({
  do: 'leave',
  bytes: asBytes(words),
  shown,
})

export const secure = (starttls: Starttls | null = null, alpn: readonly string[] = []): Act => ({
  do: 'secure',
  alpn,
  starttls,
})

/** What was heard and has not been taken yet. */
export type Ear = { rest: Uint8Array }

export const openEar = (): Ear => ({ rest: new Uint8Array() })

/** One word of a protocol and the bytes that it takes; or more is needed; or it will never be one. */
export type Taken<T> = { readonly value: T; readonly length: number } | 'more' | 'foreign'

/** Listens until `read` finds a word; null where it never will, or nothing more comes. */
export function* listen<T>(
  ear: Ear,
  read: (bytes: Uint8Array) => Taken<T>,
): Conversation<T | null> {
  for (;;) {
    const taken = ear.rest.length === 0 ? 'more' : read(ear.rest)
    if (taken === 'foreign') return null
    if (taken !== 'more') {
      ear.rest = ear.rest.subarray(taken.length)
      return taken.value
    }
    const more = yield { do: 'hear' }
    if (more === null) return null
    ear.rest = joinBytes(ear.rest, more)
  }
}

/** A reader of bytes from a reader of text with one character a byte. */
export const inText =
  <T>(read: (text: string) => Taken<T>) =>
  (bytes: Uint8Array): Taken<T> =>
    read(latin1(bytes))

/** More than this without the end of a line is no line. */
const MOST_LINE_CHARACTERS = 512

/** Takes one line, without its end. */
export function takeLine(text: string): Taken<string> {
  const feed = text.indexOf('\n')
  if (feed >= 0) return { value: text.slice(0, feed).replace(/\r$/, ''), length: feed + 1 }
  return text.length > MOST_LINE_CHARACTERS ? { value: text, length: text.length } : 'more'
}

/** The conversation with a rest of `ms` before our first word: who greets has done so by then. */
export function* afterRest<T>(talk: Conversation<T>, ms: number): Conversation<T> {
  let rested = false
  let step = talk.next(null)
  while (!step.done) {
    if (!rested && step.value.do !== 'hear') {
      rested = true
      yield { do: 'rest', ms }
    }
    step = talk.next(yield step.value)
  }
  return step.value
}

/** The conversation inside TLS from its first byte on; null where TLS does not come to stand. */
export function* insideTls<T>(
  talk: Conversation<T>,
  alpn: readonly string[] = [],
): Conversation<T | null> {
  return (yield secure(null, alpn)) === null ? null : yield* talk
}
