/**
 * Text that is written byte by byte, in ISO 8859-1: what a packet's line is made in, since a
 * capture has hundreds of thousands of them and a string for each piece costs more than its bytes.
 */

/** A buffer that grows; `bytes[0, at)` is what was written. */
export class TextSink {
  bytes: Uint8Array = new Uint8Array(1 << 16)
  at = 0

  /** Makes room for `more` bytes; each method below needs it only for what it writes. */
  private room(more: number): void {
    if (this.at + more <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(2 * this.bytes.length, this.at + more))
    grown.set(this.bytes.subarray(0, this.at))
    this.bytes = grown
  }

  /** Characters up to U+00FF; of others the low byte is written. */
  text(text: string): void {
    const { length } = text
    if (this.at + length > this.bytes.length) this.room(length)
    const { bytes } = this
    let at = this.at
    for (let index = 0; index < length; index++) bytes[at++] = text.charCodeAt(index)
    this.at = at
  }

  /** One byte as it is. */
  byte(byte: number): void {
    if (this.at >= this.bytes.length) this.room(1)
    this.bytes[this.at++] = byte
  }

  /** Other bytes as they are. */
  copy(from: Uint8Array): void {
    this.room(from.length)
    this.bytes.set(from, this.at)
    this.at += from.length
  }

  /** A whole number in decimal; a negative one counts as its 32 bits without a sign. */
  number(number: number): void {
    if (this.at + 16 > this.bytes.length) this.room(16)
    let rest = number >= 0 ? number : number >>> 0
    const { bytes } = this
    const digits = digitsOf(rest)
    let place = this.at + digits
    this.at = place
    // Beyond 31 bits a division is no longer one of integers, which is slow.
    while (rest > 0x7fffffff) {
      const tenth = Math.floor(rest / 10)
      bytes[--place] = 0x30 + (rest - 10 * tenth)
      rest = tenth
    }
    let small = rest | 0
    do {
      const tenth = (small / 10) | 0
      bytes[--place] = 0x30 + (small - 10 * tenth)
      small = tenth
    } while (small > 0)
  }

  /** The last `width` decimal digits, with leading zeros. */
  digits(number: number, width: number): void {
    this.room(width)
    let rest = number | 0
    for (let place = this.at + width - 1; place >= this.at; place--) {
      const tenth = (rest / 10) | 0
      this.bytes[place] = 0x30 + (rest - 10 * tenth)
      rest = tenth
    }
    this.at += width
  }

  /** What was written from `from` on, as a string. */
  slice(from: number): string {
    const pieces: string[] = []
    // An argument list has a limit in every engine.
    for (let at = from; at < this.at; at += 4096) {
      pieces.push(String.fromCharCode(...this.bytes.subarray(at, Math.min(this.at, at + 4096))))
    }
    return pieces.join('')
  }
}

function digitsOf(number: number): number {
  let digits = 1
  let bound = 10
  while (number >= bound) {
    digits++
    bound *= 10
  }
  return digits
}
