/**
 * Greetings that are lines of text: HTTP (RFC 9112), SSH (RFC 4253), SMTP (RFC 5321), FTP
 * (RFC 959), IMAP (RFC 9051), POP3 (RFC 1939), VNC (RFC 6143), Redis and memcached.
 */
import { readHttpHead, serverProduct } from './http.ts'
import type { Found, Service } from './identity.ts'
import { readReply } from './reply.ts'
import { readSshIdentification, sshProduct } from './ssh.ts'

/** Programs by the words of their greeting; what a pattern captures is the version. */
type Products = readonly (readonly [string, RegExp])[]

const VERSION = String.raw`[ /(_v]*(\d[\w.~+-]*)?`
const named = (name: string): readonly [string, RegExp] => [
  name,
  new RegExp(`\\b${name}\\b${VERSION}`, 'i'),
]

const MAIL: Products = [
  ['Microsoft Exchange', /Microsoft ESMTP MAIL Service(?:,? Version:? ([\d.]+))?/i],
  ...['Postfix', 'Exim', 'Sendmail', 'OpenSMTPD', 'Haraka', 'qmail', 'Stalwart', 'MailHog'].map(
    named,
  ),
]

const FILES: Products = [
  ['Microsoft FTP Service', /Microsoft FTP Service/i],
  ['FileZilla Server', /FileZilla Server(?: version)?[ :]*([\d.]+\w*)?/i],
  ...['vsFTPd', 'ProFTPD', 'Pure-FTPd', 'pyftpdlib', 'bftpd'].map(named),
]

const BOXES: Products = [
  ['Microsoft Exchange', /Microsoft Exchange (?:Server )?(?:\d+ )?(?:IMAP4|POP3)/i],
  ['Cyrus', /\bCyrus (?:IMAP|POP3)\S*(?: v?(\d[\w.~+-]*))?/i],
  ...['Dovecot', 'Courier', 'Zimbra', 'Stalwart'].map(named),
]

function productIn(
  text: string,
  products: Products,
): { product: string | null; version: string | null } {
  for (const [product, pattern] of products) {
    const match = pattern.exec(text)
    if (match !== null) return { product, version: match[1] ?? null }
  }
  return { product: null, version: null }
}

/** What a recogniser is given: the text with one character a byte, and what is expected there. */
type Recogniser = (text: string, expected: Service | null) => Found | null

const http: Recogniser = (text) => {
  const head = readHttpHead(text)
  if (head !== null) return { service: 'http', ...serverProduct(head) }
  return /^\s*<(?:!doctype )?html\b/i.test(text) ? { service: 'http' } : null
}

const ssh: Recogniser = (text) => {
  const identification = /^SSH-|\nSSH-/.test(text) ? readSshIdentification(text) : null
  if (identification === null) return null
  const { protocol, software, comments } = identification
  return {
    service: 'ssh',
    ...sshProduct(software),
    text: `SSH-${protocol}-${software}${comments === null ? '' : ` ${comments}`}`,
  }
}

const vnc: Recogniser = (text) => {
  const version = /^RFB (\d{3}\.\d{3})/.exec(text)?.[1]
  return version === undefined ? null : { service: 'vnc', version }
}

/** Words that only one of the two services with three-digit replies would say. */
const SAYS_MAIL = /\bE?SMTP\b|^[245]\.\d\.\d\b/i
const SAYS_FILES = /\bFTP|FTP\b|ftpd\b/i

/** A host's own name says nothing: `ftp.example.org ESMTP`. */
const HOST_NAME = /^[a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}\s/i

/** 220 and its like are SMTP or FTP: by the program, by the words, else by what is expected. */
const reply: Recogniser = (text, expected) => {
  const first = readReply(text)
  if (first === null || first.code < 100 || first.code > 599) return null
  const said = first.lines.join(' ').replace(HOST_NAME, '')
  const mail = productIn(said, MAIL)
  if (mail.product !== null) return { service: 'smtp', ...mail }
  const files = productIn(said, FILES)
  if (files.product !== null) return { service: 'ftp', ...files }
  const [isMail, isFiles] = [SAYS_MAIL.test(said), SAYS_FILES.test(said)]
  if (isMail !== isFiles) return { service: isMail ? 'smtp' : 'ftp' }
  return { service: expected === 'smtp' || expected === 'ftp' ? expected : 'unknown' }
}

const imap: Recogniser = (text) =>
  /^\* (?:OK|PREAUTH|BYE)\b/i.test(text) ? { service: 'imap', ...productIn(text, BOXES) } : null

const pop3: Recogniser = (text, expected) => {
  const good = /^\+OK\b/.test(text) && expected !== 'redis'
  const bad =
    /^-ERR\b/.test(text) &&
    (expected === 'pop3' || /\b(?:POP3?|mailbox|maildrop|login)\b/i.test(text))
  return good || bad ? { service: 'pop3', ...productIn(text, BOXES) } : null
}

/** The error words of its source (`server.c`), a pong, or the reply to INFO. */
const redis: Recogniser = (text) => {
  const version = /^\$\d+\r?\n(?:# Server\r?\n)?redis_version:(\S+)/.exec(text)?.[1]
  if (version !== undefined) return { service: 'redis', product: 'Redis', version }
  return /^-(?:ERR|NOAUTH|NOPERM|DENIED|WRONGPASS|LOADING|MISCONF|MASTERDOWN)\b|^\+(?:PONG|OK)\b/.test(
    text,
  )
    ? { service: 'redis' }
    : null
}

const memcached: Recogniser = (text) => {
  const version = /^VERSION (\d\S*)\r?\n/.exec(text)?.[1]
  if (version !== undefined) return { service: 'memcached', product: 'memcached', version }
  return /^(?:ERROR\r\n|(?:CLIENT|SERVER)_ERROR |STAT \w+ )/.test(text)
    ? { service: 'memcached' }
    : null
}

const RECOGNISERS: readonly Recogniser[] = [http, ssh, vnc, reply, imap, pop3, redis, memcached]

/** The service that a text greeting shows, or null. */
export function recogniseText(text: string, expected: Service | null): Found | null {
  for (const recognise of RECOGNISERS) {
    const found = recognise(text, expected)
    if (found !== null) return found
  }
  return null
}
