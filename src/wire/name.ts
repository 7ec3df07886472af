/**
 * Domain names: on the wire as labels with compression (RFC 1035 §3.1, §4.1.4), in text with the
 * escapes of master files (RFC 1035 §5.1, RFC 4343 §2.1). In text a name has no last dot; the
 * root is `.`.
 */
import type { Stopped } from '../base/stopped.ts'
import { bytesBetween, latin1, stoppedAt } from './bytes.ts'

/** A label's longest, RFC 1035 §2.3.4. */
export const LABEL_BYTES = 63

/** A name's longest on the wire, with its length bytes and the root, RFC 1035 §2.3.4. */
export const NAME_BYTES = 255

/** A host name's longest as text: 255 less the first length byte and the root. */
const HOST_NAME_CHARACTERS = 253

/** A name holds at most 127 labels, so honest compression never needs more pointers. */
const MOST_POINTERS = 127

/** A name that was read, and where the next field begins. */
export type NameAt = { readonly name: string; readonly next: number }

/** One label as text: what would be read otherwise is escaped, as `\.` or as `\DDD`. */
function labelText(bytes: Uint8Array): string {
  return latin1(bytes).replace(/[^A-Za-z0-9_-]/g, (character) => {
    const code = character.charCodeAt(0)
    if (code <= 0x20 || code >= 0x7f) return `\\${String(code).padStart(3, '0')}`
    return '".();@$\\'.includes(character) ? `\\${character}` : character
  })
}

/** Where a pointer at `at` leads, if that is before `floor`: pointers only go back, so they end. */
function followPointer(
  view: DataView,
  message: number,
  at: number,
  floor: number,
): number | Stopped {
  const target = message + (view.getUint16(at) & 0x3fff)
  return target < floor ? target : stoppedAt('dns name pointing forward', at, 2, at)
}

/**
 * Reads the name at `at`, of a message that begins at `message`; pointers may lead anywhere before
 * the name, labels may not pass `end`.
 */
export function readName(
  view: DataView,
  message: number,
  at: number,
  end: number,
): NameAt | Stopped {
  const labels: string[] = []
  let [place, floor, used, pointers] = [at, at, 1, 0]
  let next: number | null = null
  for (;;) {
    const length = place < end ? view.getUint8(place) : 0
    const need = length >= 0xc0 ? 2 : 1 + length
    if (end - place < need) return stoppedAt('dns name', place, need, end)
    if (length === 0) break
    if (length >= 0xc0) {
      const target = followPointer(view, message, place, floor)
      if (typeof target !== 'number') return target
      pointers += 1
      if (pointers > MOST_POINTERS) return stoppedAt('dns name of many pointers', place, 2, place)
      next ??= place + 2
      place = target
      floor = target
      continue
    }
    used += need
    if (length > LABEL_BYTES || used > NAME_BYTES) {
      return stoppedAt('dns name too long', place, need, place)
    }
    labels.push(labelText(bytesBetween(view, place + 1, place + need)))
    place += need
  }
  return { name: labels.join('.') || '.', next: next ?? place + 1 }
}

/** The labels of a name in text, unescaped; null where an escape or a label is not one. */
function labelsOf(name: string): number[][] | null {
  if (name === '' || name === '.') return []
  const labels: number[][] = [[]]
  // One character, or an escape: three decimals or any other character.
  for (const [piece] of name.matchAll(/\\\d{3}|\\.|./gs)) {
    if (piece === '.') {
      labels.push([])
      continue
    }
    const decimal = piece.length === 4
    const code = decimal ? Number(piece.slice(1)) : piece.charCodeAt(piece.length - 1)
    // A lone backslash, a decimal of fewer than three digits, or what is no byte.
    if (piece === '\\' || /^\\\d$/.test(piece) || code > 0xff) return null
    labels.at(-1)?.push(code)
  }
  if (labels.at(-1)?.length === 0) labels.pop() // the last dot
  return labels.every(({ length }) => length >= 1 && length <= LABEL_BYTES) ? labels : null
}

/** The uncompressed bytes of a name in text, with or without its last dot; null where it is no name. */
export function writeName(name: string): Uint8Array | null {
  if (name.length > 4 * NAME_BYTES) return null // each byte is at most an escape of four characters
  const labels = labelsOf(name)
  if (labels === null) return null
  const bytes = labels.flatMap((label) => [label.length, ...label])
  return bytes.length < NAME_BYTES ? Uint8Array.from([...bytes, 0]) : null
}

/** True when both are one name: letters compare without case (RFC 4343 §3), a last dot does not count. */
export const sameName = (one: string, other: string): boolean =>
  one.replace(/(?!^)\.$/, '').toLowerCase() === other.replace(/(?!^)\.$/, '').toLowerCase()

/**
 * True for the name of a host: labels of letters, digits, hyphens (not at an end; RFC 952, 1123
 * §2.1) and underscores, 1–63 characters each, 253 in all; one last dot is allowed. A name in
 * another script must have been converted to its A-labels before, and an IPv4 address is none.
 */
export function isHostName(text: string): boolean {
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  if (name.length === 0 || name.length > HOST_NAME_CHARACTERS) return false
  const labels = name.split('.')
  // A last label of digits would make it an address (RFC 1123 §2.1).
  if (/^\d+$/.test(labels.at(-1) ?? '')) return false
  return labels.every(
    (label) =>
      /^[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/.test(label) && label.length <= LABEL_BYTES,
  )
}

/** The name under which an address's own name is found: RFC 1035 §3.5 and RFC 3596 §2.5. */
export function reverseName(bytes: Uint8Array): string {
  const backwards = Array.from(bytes).reverse()
  if (bytes.length === 4) return `${backwards.join('.')}.in-addr.arpa`
  const nibbles = backwards.flatMap((byte) => [byte & 15, byte >> 4])
  return `${nibbles.map((nibble) => nibble.toString(16)).join('.')}.ip6.arpa`
}
