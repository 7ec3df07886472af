/** The first words with Redis in its inline form (RESP, "Inline commands"): PING, and what it says. */
import {
  type Conversation,
  inText,
  leave,
  listen,
  openEar,
  type Reception,
  say,
  type Told,
  takeLine,
} from '../conversation.ts'

/** What an error means; its first word is its kind (`server.c`, `networking.c`). */
const ERRORS: readonly (readonly [RegExp, Reception, string])[] = [
  [/^-NOAUTH\b/, 'served', 'it wants a password before anything else'],
  [/^-NOPERM\b/, 'served', 'the user may not run this command'],
  [/^-DENIED\b/, 'denied', 'protected mode: without a password only loopback is let in'],
  [/^-LOADING\b/, 'starting', 'it loads its data into memory, and answers when that is done'],
  [/^-ERR max number of clients/, 'exhausted', 'maxclients connections are open already'],
  [/^-MASTERDOWN\b/, 'refused', 'a replica without its master does not answer'],
  [/^-MISCONF\b/, 'served', 'it cannot write its data to the disk'],
]

/** Says PING and leaves. */
export function* talkRedis(): Conversation<Told | null> {
  yield say('PING\r\n')
  const line = yield* listen(openEar(), inText(takeLine))
  if (line === null || !/^[+-][A-Z]/.test(line)) return null
  const [, reception, meaning] = ERRORS.find(([pattern]) => pattern.test(line)) ?? []
  yield leave('QUIT\r\n')
  return {
    reception: reception ?? (line.startsWith('-') ? 'refused' : 'served'),
    code: /^-(\S+)/.exec(line)?.[1] ?? null,
    line,
    meaning: meaning ?? null,
  }
}
