/** FTP replies: RFC 959 §4.2.2, the passive mode of §4.1.2 and its extension in RFC 2428 §3. */

/** Where the server waits for the data connection. */
export type PassivePlace = {
  /** A dotted quad. Behind NAT it is often the server's inner address. */
  readonly address: string
  readonly port: number
}

/** The place in a 227 reply, `Entering Passive Mode (127,0,0,1,177,207).`; null where there is none. */
export function parsePasv(text: string): PassivePlace | null {
  // RFC 1123 §4.1.2.6: the parentheses may be missing, so the six numbers are looked for.
  const numbers = /(?<!\d)\d{1,3}(?:,\d{1,3}){5}(?!\d)/.exec(text)?.[0].split(',').map(Number)
  if (numbers === undefined || numbers.some((number) => number > 255)) return null
  const [high = 0, low = 0] = numbers.slice(4)
  return { address: numbers.slice(0, 4).join('.'), port: high * 256 + low }
}

/** The port in a 229 reply, `Entering Extended Passive Mode (|||12403|)`; null where there is none. */
export function parseEpsv(text: string): number | null {
  // The delimiter may be any printable character, four times the same (RFC 2428 §2).
  const digits = /\(([!-~])\1\1(\d{1,5})\1\)/.exec(text)?.[2]
  const port = digits === undefined ? 0 : Number(digits)
  return port >= 1 && port <= 0xffff ? port : null
}

/** RFC 959 §4.2.2, RFC 2228 §5.1 (TLS, by way of RFC 4217) and RFC 2428. */
const EXPLAINED: Readonly<Record<number, string>> = {
  110: 'restart marker',
  120: 'the service will be ready in some minutes',
  125: 'the data connection is open and the transfer begins',
  150: 'the file is fine and the data connection is about to open',
  200: 'done',
  202: 'the command is superfluous here',
  211: 'system status or features',
  212: 'directory status',
  213: 'file status',
  214: 'help',
  215: 'the system’s type',
  220: 'the service is ready',
  221: 'the server closes the control connection',
  225: 'the data connection is open and idle',
  226: 'the transfer is done and the data connection is closed',
  227: 'the server waits for a data connection at the address and port given',
  229: 'the server waits for a data connection at the port given',
  230: 'logged in',
  232: 'logged in by way of the security exchange',
  234: 'the security exchange (TLS) begins',
  250: 'done',
  257: 'the path was created or is the current one',
  331: 'the name is taken and a password is needed',
  332: 'an account is needed',
  350: 'the server waits for the next command',
  421: 'the service is not available and the connection is closed',
  425: 'the data connection cannot be opened',
  426: 'the data connection was cut and the transfer is lost',
  430: 'the name or the password is refused',
  431: 'the security resource is not available',
  450: 'the file is busy',
  451: 'a local error stopped the command',
  452: 'the server has too little storage',
  500: 'the command is not recognised, or the server refuses to serve',
  501: 'the parameters are not understood',
  502: 'the command is not implemented',
  503: 'the commands came in the wrong order',
  504: 'the parameter is not implemented',
  521: 'the data connection must be protected otherwise',
  522: 'the network protocol is not supported, or TLS is required on the data connection',
  530: 'not logged in: the credentials are refused or anonymous users are not taken',
  532: 'an account is needed to store files',
  534: 'policy requires TLS',
  550: 'the file is not there or may not be read',
  551: 'the page type is unknown',
  552: 'the storage is over its quota',
  553: 'the file name is not allowed',
}

const CLASSES: Readonly<Record<number, string>> = {
  1: 'the command has begun',
  2: 'the command succeeded',
  3: 'the server waits for more',
  4: 'the command failed for now and may be tried again',
  5: 'the command failed for good',
  6: 'the reply is protected',
}

/** What a reply code means; an unregistered one by its first digit. */
export const explainFtp = (code: number): string =>
  EXPLAINED[code] ?? CLASSES[Math.floor(code / 100)] ?? `reply ${code}, which is not an FTP code`
