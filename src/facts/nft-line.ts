/**
 * A rule on one line of the listing that nft(8) prints for people. Its words are read when its parts are asked
 * for: those are named as `nft -j` names them.
 */
import { wordsAreOfOthers } from './nft-glance.ts'
import { nftStatement, nftStatements } from './nft-phrase.ts'
import { plainComparison } from './nft-plain.ts'
import { nftCursor } from './nft-token.ts'
import type { NftForm, NftParts } from './nft-unread.ts'

/** A rule's text on one line, without what changes while it counts. */
export const ruleWords = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/\bcounter packets \d+ bytes \d+/g, 'counter')
    .replace(/(\bquota (?:over )?\d+ \w+) used \d+ \w+/g, '$1')

/** The line as it was written, without its handle. */
export const NFT_LINE: NftForm = {
  isOfOthers: wordsAreOfOthers,
  read: (line, family): NftParts => ({
    ...nftStatements(nftCursor(line), family),
    words: () => ruleWords(line),
  }),
  inPart: {
    failsAtOnce: (line, fails) => {
      for (let at = 0; ; ) {
        const plain = plainComparison(line, at)
        if (plain === null) return at
        if (plain.matches.some(fails)) return true
        at = plain.until
      }
    },
    statements: (line, from, family) => {
      const cursor = nftCursor(line.slice(from))
      return () => nftStatement(cursor, family)
    },
  },
}
