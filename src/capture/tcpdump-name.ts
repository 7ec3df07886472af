/**
 * The two ends in a line of tcpdump: `192.0.2.1.80`, `2001:db8::1.https`, `www.example.org.http`. A packet has no room for a
 * name, so that each one gets an address that nobody has: of 240.0.0.0/4 (RFC 1112 §4) or, for IPv6, of 100::/64 (RFC 6666).
 */
import { type Address, formatAddress, parseAddress } from '../wire/address.ts'

/** An end; `port` is null where none is told. */
export type TextEnd = { readonly address: Address; readonly port: number | null }

/** Of /etc/services, what is met in captures; tcpdump prints these without `-n`. */
const SERVICES: Readonly<Record<string, number>> = {
  echo: 7,
  discard: 9,
  daytime: 13,
  chargen: 19,
  'ftp-data': 20,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  time: 37,
  whois: 43,
  nicname: 43,
  tacacs: 49,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  tftp: 69,
  gopher: 70,
  finger: 79,
  http: 80,
  www: 80,
  'http-alt': 8080,
  webcache: 8080,
  kerberos: 88,
  pop3: 110,
  'pop-3': 110,
  sunrpc: 111,
  auth: 113,
  ident: 113,
  nntp: 119,
  ntp: 123,
  epmap: 135,
  'netbios-ns': 137,
  'netbios-dgm': 138,
  'netbios-ssn': 139,
  imap: 143,
  imap2: 143,
  snmp: 161,
  'snmp-trap': 162,
  snmptrap: 162,
  bgp: 179,
  irc: 194,
  ldap: 389,
  https: 443,
  'microsoft-ds': 445,
  submissions: 465,
  urd: 465,
  isakmp: 500,
  exec: 512,
  login: 513,
  who: 513,
  shell: 514,
  syslog: 514,
  printer: 515,
  route: 520,
  submission: 587,
  ipp: 631,
  ldaps: 636,
  'domain-s': 853,
  rsync: 873,
  ftps: 990,
  imaps: 993,
  pop3s: 995,
  socks: 1080,
  openvpn: 1194,
  'ms-sql-s': 1433,
  radius: 1812,
  'radius-acct': 1813,
  nfs: 2049,
  mysql: 3306,
  'ms-wbt-server': 3389,
  sip: 5060,
  'sip-tls': 5061,
  mdns: 5353,
  postgresql: 5432,
  x11: 6000,
  redis: 6379,
}

/** Where made-up ports begin, for services whose number is not known. */
const FIRST_MADE_UP_PORT = 65_000
/** More names than that are no capture that somebody reads. */
const MOST_NAMES = 100_000
const HOST = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?$/
const SERVICE = /^[A-Za-z0-9][A-Za-z0-9_+-]{0,31}$/

/** The addresses that stand for names, and the ports that stand for services. */
export class TextNames {
  /** Address → name, as it was printed. */
  readonly printed: Map<string, string> = new Map()
  /** Services whose number is not known, and the port that stands for each. */
  readonly madeUpPorts: Map<string, number> = new Map()
  readonly #addresses = new Map<string, Address>()

  /** An end with a port behind its last dot; null where it is none. */
  endWithPort(text: string, family: 4 | 6): TextEnd | null {
    const dot = text.lastIndexOf('.')
    const port = this.#port(text.slice(dot + 1))
    const address = dot < 1 ? null : this.address(text.slice(0, dot), family)
    return address === null || port === null ? null : { address, port }
  }

  /** An address, or what stands for a name; null for other text. */
  address(text: string, family: 4 | 6): Address | null {
    const parsed = parseAddress(text)
    if (parsed !== null) return { ...parsed, zone: null }
    // What has only digits and dots was to be an address.
    if (!HOST.test(text) || /^[\d.]+$/.test(text)) return null
    const known = this.#addresses.get(text)
    if (known !== undefined) return known
    if (this.#addresses.size === MOST_NAMES) return null
    const made = madeUp(this.#addresses.size + 1, family)
    this.#addresses.set(text, made)
    this.printed.set(formatAddress(made), text)
    return made
  }

  #port(text: string): number | null {
    if (/^\d{1,5}$/.test(text)) return Number(text) <= 0xffff ? Number(text) : null
    const known = SERVICES[text] ?? this.madeUpPorts.get(text)
    if (known !== undefined) return known
    const next = FIRST_MADE_UP_PORT + this.madeUpPorts.size
    if (!SERVICE.test(text) || next > 0xffff) return null
    this.madeUpPorts.set(text, next)
    return next
  }
}

function madeUp(number: number, family: 4 | 6): Address {
  const tail = [(number >> 16) & 0xff, (number >> 8) & 0xff, number & 0xff]
  if (family === 4) return { family, bytes: Uint8Array.of(240, ...tail), zone: null }
  const bytes = new Uint8Array(16)
  bytes[0] = 1
  bytes.set(tail, 13)
  return { family, bytes, zone: null }
}
