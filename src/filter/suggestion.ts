/** What an unknown word of a filter was probably meant to be. */

import { nearest } from '../base/nearest.ts'
import { KEYWORDS } from './keyword.ts'

/** Words of other tools and protocols, and how the filter language says them. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  ipv4: 'ip',
  ipv6: 'ip6',
  icmpv6: 'icmp6',
  http: 'tcp port 80',
  https: 'tcp port 443',
  dns: 'port 53',
  dhcp: 'udp port 67 or udp port 68',
  ssh: 'tcp port 22',
  ftp: 'tcp port 21',
  smtp: 'tcp port 25',
  ntp: 'udp port 123',
  quic: 'udp port 443',
  ports: 'port',
  source: 'src',
  destination: 'dst',
  sport: 'src port',
  dport: 'dst port',
  dest: 'dst',
  from: 'src',
  to: 'dst',
  eth: 'ether',
  mac: 'ether host',
  network: 'net',
  address: 'host',
  addr: 'host',
  xor: '^',
  size: 'len',
  incoming: 'inbound',
  outgoing: 'outbound',
  pppoe: 'pppoes',
}

const KNOWN: readonly string[] = [...KEYWORDS.keys()].filter((word) => word.length > 2)

/** The keyword, or the expression, that somebody who wrote `word` probably meant; null where nothing is near. */
export function suggestKeyword(word: string): string | null {
  const lower = word.toLowerCase()
  if (Object.hasOwn(OTHER_WORDS, lower)) return OTHER_WORDS[lower] ?? null
  if (KEYWORDS.has(lower) && lower !== word) return lower
  return nearest(lower, KNOWN)
}

/** The name in `known` that `word` probably was meant to be. */
export const suggestName = (word: string, known: Iterable<string>): string | null =>
  nearest(word, [...known])
