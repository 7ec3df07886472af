/**
 * Addresses as the kernel prints them in /proc/net: hexadecimal. The tables of sockets and IPv4
 * routes print 32-bit words in the machine's order (net/ipv4/tcp_ipv4.c get_tcp4_sock), which is
 * little-endian on every machine that Debian is built for but s390x; IPv6 routes and addresses
 * print the bytes in their order (net/ipv6/route.c).
 */
const pairs = (hex: string): string[] => hex.match(/../g) ?? []

const dotted = (bytes: readonly string[]): string =>
  bytes.map((byte) => Number.parseInt(byte, 16)).join('.')

/** RFC 5952 §4: the longest run of two or more zero groups is left out, the first of equals. */
function formatGroups(groups: readonly string[]): string {
  const text = groups.map((group) => Number.parseInt(group, 16).toString(16))
  let best = { at: 0, length: 1 }
  for (let at = 0; at < text.length; at++) {
    let length = 0
    while (text[at + length] === '0') length++
    if (length > best.length) best = { at, length }
  }
  if (best.length < 2) return text.join(':')
  return `${text.slice(0, best.at).join(':')}::${text.slice(best.at + best.length).join(':')}`
}

/** The address of 4 or 16 bytes in their order, as 8 or 32 digits; null for anything else. */
export function addressOfBytes(hex: string): string | null {
  if (!/^(?:[0-9a-f]{8}|[0-9a-f]{32})$/i.test(hex)) return null
  const bytes = pairs(hex)
  if (bytes.length === 4) return dotted(bytes)
  // RFC 4291 §2.5.5.2: an IPv4-mapped address.
  if (/^0{20}ffff/i.test(hex)) return `::ffff:${dotted(bytes.slice(12))}`
  return formatGroups(hex.match(/.{4}/g) ?? [])
}

/** The address of one or four little-endian words, as 8 or 32 digits; null for anything else. */
export function addressOfWords(hex: string): string | null {
  const words = hex.length % 8 === 0 ? (hex.match(/.{8}/g) ?? []) : []
  return addressOfBytes(words.map((word) => pairs(word).reverse().join('')).join(''))
}
