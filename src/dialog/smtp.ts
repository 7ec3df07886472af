/** SMTP replies: RFC 5321 §4.2, the capabilities of EHLO (§4.1.1.1), enhanced codes (RFC 3463). */
import type { Reply } from './reply.ts'

/** An enhanced status code and the text after it. */
export type EnhancedCode = {
  /** 2 success, 4 try later, 5 failure. */
  readonly class: number
  readonly subject: number
  readonly detail: number
  readonly text: string
}

/** The enhanced code that a reply's line begins with, such as `5.7.1 Relaying denied`; else null. */
export function enhancedCode(line: string): EnhancedCode | null {
  const match = /^([245])\.(\d{1,3})\.(\d{1,3})(?: +(.*))?$/.exec(line)
  if (match === null) return null
  const [, kind, subject, detail, text = ''] = match
  return { class: Number(kind), subject: Number(subject), detail: Number(detail), text }
}

/** RFC 3463 §3, subjects with their details; 0 is what is not said closer. */
const ENHANCED: Readonly<Record<string, string>> = {
  '1': 'about the address',
  '1.1': 'the mailbox does not exist',
  '1.2': 'the destination system does not exist',
  '1.8': 'the sender’s domain is not accepted',
  '1.10': 'the recipient’s domain takes no mail',
  '2': 'about the mailbox',
  '2.1': 'the mailbox is disabled',
  '2.2': 'the mailbox is full',
  '3': 'about the mail system',
  '3.1': 'the mail system’s disk is full',
  '3.2': 'the system takes no messages from the network now',
  '3.4': 'the message is too big for the system',
  '4': 'about the network and the routing',
  '4.1': 'the next host does not answer',
  '4.2': 'the connection is bad or was cut',
  '4.3': 'the directory or name server fails',
  '4.5': 'the mail system is congested',
  '4.7': 'the delivery time has expired',
  '5': 'about the protocol',
  '5.1': 'the command is not valid',
  '5.2': 'the syntax is wrong',
  '6': 'about the content',
  '7': 'about security or policy',
  '7.0': 'about security or policy',
  '7.1': 'not permitted by policy',
  '7.4': 'the security features are not supported',
  '7.8': 'the credentials are refused',
  '7.25': 'the client’s address has no reverse name that fits',
  '7.26': 'authentication checks (SPF, DKIM, DMARC) fail',
  '7.27': 'the sender’s address has no MX that takes mail',
}

/** What an enhanced code means, RFC 3463 §3 and its registry; by its subject where the detail is unknown. */
export const explainEnhanced = ({ subject, detail }: EnhancedCode): string | null =>
  ENHANCED[`${subject}.${detail}`] ?? ENHANCED[String(subject)] ?? null

/** What a server said to EHLO. */
export type SmtpCapabilities = {
  /** The name by which the server calls itself. */
  readonly domain: string
  /** Parameters by keyword in upper case: `SIZE` → `10240000`, `STARTTLS` → empty. */
  readonly keywords: ReadonlyMap<string, string>
}

/** The capabilities in the reply to EHLO; null for another reply. */
export function smtpCapabilities(reply: Reply): SmtpCapabilities | null {
  if (reply.code !== 250) return null
  const [greeting = '', ...lines] = reply.lines
  const pairs = lines.map((line): [string, string] => {
    // Some old servers write `AUTH=LOGIN`.
    const cut = line.search(/[ =]/)
    const keyword = cut < 0 ? line : line.slice(0, cut)
    return [keyword.toUpperCase(), cut < 0 ? '' : line.slice(cut + 1).trim()]
  })
  return { domain: greeting.split(' ')[0] ?? '', keywords: new Map(pairs) }
}

/** RFC 5321 §4.2.3, RFC 4954 §6 and RFC 3207 §4. */
const EXPLAINED: Readonly<Record<number, string>> = {
  211: 'system status',
  214: 'help',
  220: 'the service is ready',
  221: 'the server closes the connection',
  235: 'authentication succeeded',
  250: 'done',
  251: 'the recipient is not local and the message will be forwarded',
  252: 'the recipient cannot be verified, but the message is taken',
  334: 'the server waits for the next step of authentication',
  354: 'the server waits for the message',
  421: 'the service is not available and the connection is closed',
  432: 'a password transition is needed',
  450: 'the mailbox is not available now: busy, or greylisted',
  451: 'a local error stopped the command',
  452: 'the server has too little storage',
  454: 'authentication or TLS failed for the moment',
  455: 'the parameters cannot be taken now',
  500: 'the command is not recognised',
  501: 'the parameters are not understood',
  502: 'the command is not implemented',
  503: 'the commands came in the wrong order',
  504: 'the parameter is not implemented',
  521: 'the host takes no mail',
  530: 'authentication or STARTTLS is required first',
  534: 'the authentication mechanism is too weak',
  535: 'the credentials are refused',
  538: 'encryption is required for this authentication',
  550: 'the mailbox is not available or the sender is refused by policy',
  551: 'the recipient is not local',
  552: 'the mailbox is over its quota',
  553: 'the mailbox name is not allowed',
  554: 'the transaction failed, or there is no mail service here for this client',
  555: 'the parameters of MAIL or RCPT are not recognised',
  556: 'the recipient’s domain takes no mail',
}

const CLASSES: Readonly<Record<number, string>> = {
  2: 'the command succeeded',
  3: 'the server waits for more',
  4: 'the command failed for now and may be tried again',
  5: 'the command failed for good',
}

/** What a reply code means; an unregistered one by its first digit. */
export const explainSmtp = (code: number): string =>
  EXPLAINED[code] ?? CLASSES[Math.floor(code / 100)] ?? `reply ${code}, which is not an SMTP code`
