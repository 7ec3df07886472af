/**
 * Numbers in place of numbers, so that two share as many leading bits as before and nothing else is told: where
 * two of them part for the first time, the one that was seen first goes one way and the other the other way
 * (prefix-preserving as Crypto-PAn, Xu et al. 2002, with the order of appearance in place of a key).
 */

/** Whether the image may stand for that number. */
export type MayStand = (image: number, original: number) => boolean

/** More masks than these are not tried. */
const MOST_MASK_BITS = 16

/** The images of numbers of up to 24 bits; where it can be had, of such as may stand for them. */
export function renumbering(
  numbers: readonly number[],
  bits: number,
  mayStand: MayStand = () => true,
): (number: number) => number {
  // A node of the tree of prefixes: a leading one, then the prefix. Its value is the bit seen first.
  const first = new Map<number, number>()
  const node = (number: number, bit: number): number =>
    (1 << (bits - bit - 1)) | (number >>> (bit + 1))
  for (const number of numbers)
    for (let bit = bits - 1; bit >= 0; bit--)
      if (!first.has(node(number, bit))) first.set(node(number, bit), (number >>> bit) & 1)
  const plain = (number: number): number => {
    let image = 0
    for (let bit = bits - 1; bit >= 0; bit--) {
      const own = (number >>> bit) & 1
      const parts = own ^ (first.get(node(number, bit)) ?? own)
      // The last two bits of the first are 01 or 10: those of the hosts of a /30.
      const usual = bit === 0 ? 1 - (image & 1) : 0
      image = (image << 1) | (parts ^ usual)
    }
    return image
  }
  const images = numbers.map((number) => [number, plain(number)] as const)
  for (let mask = 0; mask < 1 << Math.min(bits, MOST_MASK_BITS); mask++)
    if (images.every(([number, image]) => mayStand(image ^ mask, number)))
      return (number) => plain(number) ^ mask
  return plain
}
