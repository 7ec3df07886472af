/** The token of a check: by it, a line of a server's log is known to be about this check. */
import { randomBytes } from 'node:crypto'

/** Fit for a host's name, a User-Agent and a path alike; no digit that looks like a letter. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** Forty bits: no line of a log holds it by chance. */
const CHARACTERS = 8

/** A new random token, such as `k3vxw2ab`; it begins with a letter. */
export function newToken(): string {
  const [first = 0, ...rest] = randomBytes(CHARACTERS)
  return [first % 26, ...rest.map((byte) => byte % ALPHABET.length)]
    .map((index) => ALPHABET[index])
    .join('')
}
