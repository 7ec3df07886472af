/** Link-layer addresses of Ethernet and its kin, EUI-48: six bytes, written `02:00:00:00:00:0a`. */

/** Six bytes from `02:00:00:00:00:0a`, `02-00-…` or `0200.0000.000a`, in either case; else null. */
export function parseMac(text: string): Uint8Array | null {
  const pairs = /^[0-9a-fA-F]{2}(?:([:-])[0-9a-fA-F]{2})(?:\1[0-9a-fA-F]{2}){4}$/
  const words = /^[0-9a-fA-F]{4}(?:\.[0-9a-fA-F]{4}){2}$/
  if (!pairs.test(text) && !words.test(text)) return null
  const digits = text.replace(/[:.-]/g, '')
  return Uint8Array.from({ length: 6 }, (_, index) =>
    Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  )
}

/** Lower-case pairs with colons, as Linux prints them; of any length. */
export const formatMac = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':')

/** True for a group address: the lowest bit of the first byte (IEEE 802 §8.2.2). */
export const isGroupMac = (bytes: Uint8Array): boolean => ((bytes[0] ?? 0) & 1) === 1
