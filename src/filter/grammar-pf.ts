/** The words for what OpenBSD's packet filter logs: `ifname em0`, `rulenum 5`, `action pass` (pcap-filter(7), net/if_pflog.h). */

import { FilterError } from './filter-error.ts'
import type { Keyword } from './keyword.ts'
import type { Sign } from './lexer.ts'
import { suggestName } from './suggestion.ts'
import type { TokenStream } from './token-stream.ts'
import type { Bare } from './tree.ts'

const REASONS: ReadonlyMap<string, number> = new Map([
  ['match', 0],
  ['bad-offset', 1],
  ['fragment', 2],
  ['short', 3],
  ['normalize', 4],
  ['memory', 5],
  ['bad-timestamp', 6],
  ['congestion', 7],
  ['ip-option', 8],
  ['proto-cksum', 9],
  ['state-mismatch', 10],
  ['state-insert', 11],
  ['state-limit', 12],
  ['src-limit', 13],
  ['synproxy', 14],
])

const ACTIONS: ReadonlyMap<string, number> = new Map([
  ['pass', 0],
  ['accept', 0],
  ['drop', 1],
  ['block', 1],
  ['scrub', 2],
  ['noscrub', 3],
  ['nat', 4],
  ['nonat', 5],
  ['binat', 6],
  ['nobinat', 7],
  ['rdr', 8],
  ['nordr', 9],
  ['synproxy-drop', 10],
])

/** One test of what the packet filter logged; null where none comes. */
export function parsePfTerm(tokens: TokenStream, word: Keyword | Sign): Bare | null {
  switch (word) {
    case 'ifname':
    case 'rset':
      tokens.take()
      return { kind: 'pf', field: word, text: tokens.expectName('a name') }
    case 'rnr':
    case 'srnr': {
      tokens.take()
      const value = tokens.expectNumber('the number of a rule')
      return { kind: 'pf', field: word, value, text: `${value}` }
    }
    case 'reason':
      tokens.take()
      if (tokens.peek().kind !== 'number')
        return { kind: 'pf', field: word, ...named(tokens, REASONS, 'reason') }
      return { kind: 'pf', field: word, text: tokens.peek().text, value: tokens.expectNumber('') }
    case 'action':
      tokens.take()
      return { kind: 'pf', field: word, ...named(tokens, ACTIONS, 'action') }
    default:
      return null
  }
}

function named(
  tokens: TokenStream,
  known: ReadonlyMap<string, number>,
  what: string,
): { value: number; text: string } {
  const { at, end } = tokens.peek()
  const text = tokens.expectName(`a ${what} of pf`)
  const value = known.get(text.toLowerCase())
  if (value === undefined)
    throw new FilterError(`“${text}” is no ${what} of pf`, at, end, suggestName(text, known.keys()))
  return { value, text }
}
