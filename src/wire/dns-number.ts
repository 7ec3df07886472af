/** The numbers of the DNS by name, from IANA's registry “Domain Name System (DNS) Parameters”. */

const TYPES: Readonly<Record<string, number>> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  RP: 17,
  AAAA: 28,
  LOC: 29,
  SRV: 33,
  NAPTR: 35,
  DNAME: 39,
  OPT: 41,
  DS: 43,
  SSHFP: 44,
  RRSIG: 46,
  NSEC: 47,
  DNSKEY: 48,
  NSEC3: 50,
  NSEC3PARAM: 51,
  TLSA: 52,
  CDS: 59,
  CDNSKEY: 60,
  SVCB: 64,
  HTTPS: 65,
  SPF: 99,
  TSIG: 250,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
  URI: 256,
  CAA: 257,
}

const TYPE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(TYPES).map(([name, number]) => [number, name]),
)

/** A record type's mnemonic, or `TYPE1234` (RFC 3597 §5). */
export const typeName = (type: number): string => TYPE_NAMES.get(type) ?? `TYPE${type}`

/** The number of a mnemonic in either case, or of `TYPE1234`; null for anything else. */
export function typeNumber(name: string): number | null {
  const upper = name.toUpperCase()
  if (Object.hasOwn(TYPES, upper)) return TYPES[upper] ?? null
  const digits = /^TYPE(\d{1,5})$/.exec(upper)?.[1]
  const number = digits === undefined ? Number.NaN : Number(digits)
  return number <= 0xffff ? number : null
}

const CLASSES: ReadonlyMap<number, string> = new Map([
  [1, 'IN'],
  [3, 'CH'],
  [4, 'HS'],
  [254, 'NONE'],
  [255, 'ANY'],
])

/** A class's mnemonic, or `CLASS1234` (RFC 3597 §5). */
export const className = (number: number): string => CLASSES.get(number) ?? `CLASS${number}`

const OPCODES: ReadonlyMap<number, string> = new Map([
  [0, 'QUERY'],
  [1, 'IQUERY'],
  [2, 'STATUS'],
  [4, 'NOTIFY'],
  [5, 'UPDATE'],
])

/** What a message asks for, or `OPCODE7`. */
export const opcodeName = (opcode: number): string => OPCODES.get(opcode) ?? `OPCODE${opcode}`

const RCODES: ReadonlyMap<number, string> = new Map([
  [0, 'NOERROR'],
  [1, 'FORMERR'],
  [2, 'SERVFAIL'],
  [3, 'NXDOMAIN'],
  [4, 'NOTIMP'],
  [5, 'REFUSED'],
  [6, 'YXDOMAIN'],
  [7, 'YXRRSET'],
  [8, 'NXRRSET'],
  [9, 'NOTAUTH'],
  [10, 'NOTZONE'],
  [16, 'BADVERS'],
  [17, 'BADKEY'],
  [18, 'BADTIME'],
  [22, 'BADTRUNC'],
  [23, 'BADCOOKIE'],
])

/** A response code's mnemonic as dig prints it, or `RCODE11`. */
export const rcodeName = (rcode: number): string => RCODES.get(rcode) ?? `RCODE${rcode}`

/** “Extended DNS Error Codes”, RFC 8914 §4 and later registrations, in the order of their numbers. */
const EXTENDED_ERRORS: readonly string[] = [
  'Other',
  'Unsupported DNSKEY Algorithm',
  'Unsupported DS Digest Type',
  'Stale Answer',
  'Forged Answer',
  'DNSSEC Indeterminate',
  'DNSSEC Bogus',
  'Signature Expired',
  'Signature Not Yet Valid',
  'DNSKEY Missing',
  'RRSIGs Missing',
  'No Zone Key Bit Set',
  'NSEC Missing',
  'Cached Error',
  'Not Ready',
  'Blocked',
  'Censored',
  'Filtered',
  'Prohibited',
  'Stale NXDOMAIN Answer',
  'Not Authoritative',
  'Not Supported',
  'No Reachable Authority',
  'Network Error',
  'Invalid Data',
  'Signature Expired before Valid',
  'Too Early',
  'Unsupported NSEC3 Iterations Value',
  'Unable to conform to policy',
  'Synthesized',
]

/** What an extended error says, or `extended error 1234`. */
export const extendedErrorName = (code: number): string =>
  EXTENDED_ERRORS[code] ?? `extended error ${code}`
