/**
 * One spelling for what tools spell in several ways: protocols, ICMP types and codes (IANA, Protocol
 * Numbers, ICMP and ICMPv6 Parameters), service classes (IANA, DSCP values), TCP flags.
 */

/** Protocols that have several names or are also written as a number (IANA, Protocol Numbers). */
const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['1', 'icmp'],
  ['6', 'tcp'],
  ['17', 'udp'],
  ['58', 'ipv6-icmp'],
  ['icmpv6', 'ipv6-icmp'],
  ['icmp6', 'ipv6-icmp'],
])

/** `tcp`, `udp`, `icmp`, `ipv6-icmp`, another name, or a number: one spelling for each protocol. */
export function protocolText(word: string): string {
  const lower = word.toLowerCase()
  return PROTOCOLS.get(lower) ?? lower
}

/** The names that nft(8) gives to ICMP types, by number. */
const ICMP_NAMES: ReadonlyMap<string, string> = new Map([
  ['0', 'echo-reply'],
  ['3', 'destination-unreachable'],
  ['4', 'source-quench'],
  ['5', 'redirect'],
  ['8', 'echo-request'],
  ['9', 'router-advertisement'],
  ['10', 'router-solicitation'],
  ['11', 'time-exceeded'],
  ['12', 'parameter-problem'],
  ['13', 'timestamp-request'],
  ['14', 'timestamp-reply'],
])

const ICMPV6_NAMES: ReadonlyMap<string, string> = new Map([
  ['1', 'destination-unreachable'],
  ['2', 'packet-too-big'],
  ['3', 'time-exceeded'],
  ['4', 'parameter-problem'],
  ['128', 'echo-request'],
  ['129', 'echo-reply'],
  ['130', 'mld-listener-query'],
  ['131', 'mld-listener-report'],
  ['132', 'mld-listener-done'],
  ['133', 'nd-router-solicit'],
  ['134', 'nd-router-advert'],
  ['135', 'nd-neighbor-solicit'],
  ['136', 'nd-neighbor-advert'],
  ['137', 'nd-redirect'],
])

/** The name of an ICMP type given by name or number, a code kept: `3/4` is `destination-unreachable/4`. */
export function icmpTypeText(word: string, family: 4 | 6): string {
  const [type = '', code] = word.split('/')
  const name = (family === 4 ? ICMP_NAMES : ICMPV6_NAMES).get(type) ?? type
  return code === undefined ? name : `${name}/${code}`
}

/** Whether `icmpTypeText` gave a type that is known by its name or its number, with its code or without. */
export function isIcmpType(text: string, family: 4 | 6): boolean {
  const [type = '', code] = text.split('/')
  const names = [...(family === 4 ? ICMP_NAMES : ICMPV6_NAMES).values()]
  return (names.includes(type) || /^\d+$/.test(type)) && (code === undefined || /^\d+$/.test(code))
}

/** ICMP codes by the names of nft(8) and iptables-extensions(8). */
const ICMP_CODES: ReadonlyMap<string, string> = new Map([
  ['net-unreachable', '0'],
  ['host-unreachable', '1'],
  ['prot-unreachable', '2'],
  ['port-unreachable', '3'],
  ['frag-needed', '4'],
  ['net-prohibited', '9'],
  ['host-prohibited', '10'],
  ['admin-prohibited', '13'],
])

const ICMPV6_CODES: ReadonlyMap<string, string> = new Map([
  ['no-route', '0'],
  ['admin-prohibited', '1'],
  ['addr-unreachable', '3'],
  ['port-unreachable', '4'],
  ['policy-fail', '5'],
  ['reject-route', '6'],
])

/** The number of an ICMP code given by name or number. */
export const icmpCodeText = (word: string, family: 4 | 6): string =>
  (family === 4 ? ICMP_CODES : ICMPV6_CODES).get(word) ?? word

/** The number of a service class given by name (`cs1`, `af21`, `ef`) or number. */
export function serviceClassText(word: string): string {
  const lower = word.toLowerCase()
  const [, kind, first = '', second = ''] = /^(cs|af)([0-7])([1-3]?)$/.exec(lower) ?? []
  if (kind === 'cs' && second === '') return String(8 * Number(first)) // RFC 2474 §4.2.2
  if (kind === 'af' && second !== '') return String(8 * Number(first) + 2 * Number(second)) // RFC 2597 §6
  const other: ReadonlyMap<string, string> = new Map([
    ['be', '0'],
    ['df', '0'],
    ['le', '1'], // RFC 8622
    ['lephb', '1'],
    ['va', '44'], // RFC 5865
    ['ef', '46'], // RFC 3246
  ])
  const named = other.get(lower)
  return named ?? (/^0x[0-9a-f]+$/.test(lower) ? String(Number(lower)) : word)
}

/** TCP's flags in the order of the header's bits. */
export const TCP_FLAGS: readonly string[] = ['fin', 'syn', 'rst', 'psh', 'ack', 'urg', 'ecn', 'cwr']

/** A set of TCP flags as one word: `syn,ack`; empty for none. */
export const tcpFlagsText = (names: readonly string[]): string =>
  TCP_FLAGS.filter((name) => names.includes(name)).join(',')
