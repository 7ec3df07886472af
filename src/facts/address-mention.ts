/**
 * What the text of a rule has in it, in the words of any tool, where the rule names one of some addresses: alone, in
 * a prefix, a range, an order or a set that has a name.
 */
import { parseAddress } from '../wire/address.ts'

/** Sets by their names, and orders, whose other end is not written. */
const INDIRECT = '[@<>]|"range": \\["'

/** What prefixes of fewer than `bits` bits end with. */
const shorter = (bits: number): string => {
  const lengths = Array.from({ length: bits }, (_, at) => at).join('|')
  return `(?:/|"len": )(?:${lengths})(?!\\d)`
}

/** By their first bytes: of a longer prefix no other begins so. */
const four = (firsts: readonly number[]): RegExp =>
  new RegExp(
    String.raw`(?<![\d.])(?:${firsts.join('|')})\.|${shorter(8)}|/\d+\.|\d\.\d+-\d|${INDIRECT}`,
  )

/** By their first groups, of which those of zeros may be left out. */
const six = (firsts: readonly number[]): RegExp => {
  const groups = firsts.map((first) => (first === 0 ? '0*' : `0*${first.toString(16)}`))
  return new RegExp(
    String.raw`(?<![\da-f:.])(?:${groups.join('|')}):|${shorter(16)}|:[\da-f.]*-[\da-f:]|${INDIRECT}`,
    'i',
  )
}

/** A pattern that the text of every rule matches which names one of the addresses; they are of one family. */
export function mentionOf(texts: readonly string[]): RegExp {
  const addresses = texts.map(parseAddress).filter((address) => address !== null)
  const families = new Set(addresses.map(({ family }) => family))
  if (addresses.length < texts.length || families.size !== 1) return /(?:)/
  const firsts = ({ bytes }: { readonly bytes: Uint8Array }): number =>
    families.has(4) ? (bytes[0] ?? 0) : ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)
  const distinct = [...new Set(addresses.map(firsts))]
  return families.has(4) ? four(distinct) : six(distinct)
}
