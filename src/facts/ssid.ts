/**
 * Names of wireless networks as tools print them. An SSID is up to 32 bytes of anything
 * (IEEE 802.11 §9.4.2.2); iw escapes what is not printable ASCII as `\xNN`, wpa_supplicant
 * (`printf_encode`) also writes `\\`, `\"`, `\n`, `\r`, `\t` and `\e`.
 */
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|([\\"nrte]))/g

const LETTERS: ReadonlyMap<string, number> = new Map([
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['e', 0x1b],
])

/**
 * The text of an escaped SSID, bytes taken as UTF-8. Null for a hidden network, whose name is
 * empty or all zero bytes; bytes that are no UTF-8 become U+FFFD.
 */
export function parseSsid(text: string): string | null {
  const bytes: number[] = []
  const encoder = new TextEncoder()
  let from = 0
  for (const { 0: whole, 1: hex, 2: letter = '', index } of text.matchAll(ESCAPE)) {
    for (const byte of encoder.encode(text.slice(from, index))) bytes.push(byte)
    bytes.push(hex ? Number.parseInt(hex, 16) : (LETTERS.get(letter) ?? letter.charCodeAt(0)))
    from = index + whole.length
  }
  for (const byte of encoder.encode(text.slice(from))) bytes.push(byte)
  if (bytes.every((byte) => byte === 0)) return null
  return new TextDecoder().decode(Uint8Array.from(bytes))
}
