/**
 * Addresses as bytes of text, remembered: a capture prints a few of them very often. IPv4 as a
 * dotted quad, IPv6 by RFC 5952.
 */
import { formatAddress } from './address.ts'
import { bytesBetween } from './bytes.ts'
import type { TextSink } from './text-sink.ts'

const SLOTS = 1024
const NO_TEXT = new Uint8Array(0)

/** The last addresses that were printed, by a hash of each. */
export class AddressTexts {
  private readonly words: Int32Array = new Int32Array(SLOTS * 4)
  private readonly texts: Uint8Array[] = new Array<Uint8Array>(2 * SLOTS).fill(NO_TEXT)
  private readonly sixes = new Map<string, string>()

  /** Writes the address of `version` at `at`, all of which must be there. */
  write(sink: TextSink, view: DataView, at: number, version: 4 | 6): void {
    if (version === 4) {
      const word = view.getInt32(at)
      const slot = (Math.imul(word, 0x9e3779b1) >>> 22) & (SLOTS - 1)
      let text = this.texts[slot] ?? NO_TEXT
      if (this.words[slot] !== word || text.length === 0) text = this.keepFour(slot, word)
      copyShort(sink, text)
    } else sink.text(this.formatSix(view, at))
  }

  private formatSix(view: DataView, at: number): string {
    const [one, two] = [view.getInt32(at), view.getInt32(at + 4)]
    const key = `${one},${two},${view.getInt32(at + 8)},${view.getInt32(at + 12)}`
    const known = this.sixes.get(key)
    if (known !== undefined) return known
    if (this.sixes.size >= SLOTS) this.sixes.clear()
    const text = formatAddress({ family: 6, bytes: bytesBetween(view, at, at + 16), zone: null })
    this.sixes.set(key, text)
    return text
  }

  private keepFour(slot: number, word: number): Uint8Array {
    const quad = `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`
    const text = Uint8Array.from(quad, (character) => character.charCodeAt(0))
    this.words[slot] = word
    this.texts[slot] = text
    return text
  }
}

/** A copy of a few bytes is faster by hand than by `set`. */
function copyShort(sink: TextSink, text: Uint8Array): void {
  if (sink.at + text.length > sink.bytes.length) {
    sink.copy(text)
    return
  }
  const { bytes } = sink
  let { at } = sink
  for (let index = 0; index < text.length; index++) bytes[at++] = text[index] ?? 0
  sink.at = at
}
