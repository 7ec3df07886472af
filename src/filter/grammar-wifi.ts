/** The words for 802.11 frames and LLC frames: `type data subtype qos-data`, `dir tods`, `llc ui` (IEEE 802.11 §9.2.4.1, IEEE 802.2). */

import { FilterError } from './filter-error.ts'
import type { Keyword } from './keyword.ts'
import type { Sign } from './lexer.ts'
import { suggestName } from './suggestion.ts'
import type { TokenStream } from './token-stream.ts'
import type { Bare } from './tree.ts'

/** The bits of the frame control field's first byte that are the type, and the subtype. */
const TYPE_MASK = 0x0c
const SUBTYPE_MASK = 0xf0

const MANAGEMENT = 0x00
const CONTROL = 0x04
const DATA = 0x08

const TYPES: ReadonlyMap<string, number> = new Map([
  ['data', DATA],
  ['mgt', MANAGEMENT],
  ['management', MANAGEMENT],
  ['ctl', CONTROL],
  ['control', CONTROL],
])

const SUBTYPES: ReadonlyMap<number, ReadonlyMap<string, number>> = new Map([
  [
    MANAGEMENT,
    new Map([
      ['assocreq', 0x00],
      ['assoc-req', 0x00],
      ['assocresp', 0x10],
      ['assoc-resp', 0x10],
      ['reassocreq', 0x20],
      ['reassoc-req', 0x20],
      ['reassocresp', 0x30],
      ['reassoc-resp', 0x30],
      ['probereq', 0x40],
      ['probe-req', 0x40],
      ['proberesp', 0x50],
      ['probe-resp', 0x50],
      ['beacon', 0x80],
      ['atim', 0x90],
      ['disassoc', 0xa0],
      ['disassociation', 0xa0],
      ['auth', 0xb0],
      ['authentication', 0xb0],
      ['deauth', 0xc0],
      ['deauthentication', 0xc0],
    ]),
  ],
  [
    CONTROL,
    new Map([
      ['ps-poll', 0xa0],
      ['rts', 0xb0],
      ['cts', 0xc0],
      ['ack', 0xd0],
      ['cf-end', 0xe0],
      ['cf-end-ack', 0xf0],
    ]),
  ],
  [
    DATA,
    new Map([
      ['data', 0x00],
      ['data-cf-ack', 0x10],
      ['data-cf-poll', 0x20],
      ['data-cf-ack-poll', 0x30],
      ['null', 0x40],
      ['cf-ack', 0x50],
      ['cf-poll', 0x60],
      ['cf-ack-poll', 0x70],
      ['qos-data', 0x80],
      ['qos-data-cf-ack', 0x90],
      ['qos-data-cf-poll', 0xa0],
      ['qos-data-cf-ack-poll', 0xb0],
      ['qos', 0xc0],
      ['qos-cf-poll', 0xe0],
      ['qos-cf-ack-poll', 0xf0],
    ]),
  ],
])

const DIRECTIONS: ReadonlyMap<string, number> = new Map([
  ['nods', 0],
  ['tods', 1],
  ['fromds', 2],
  ['dstods', 3],
])

/** Supervisory frames: the low four bits of the control field. */
export const LLC_SUPERVISORY: ReadonlyMap<string, number> = new Map([
  ['rr', 0x01],
  ['rnr', 0x05],
  ['rej', 0x09],
])

/** Unnumbered frames: the control field without its poll bit. */
export const LLC_UNNUMBERED: ReadonlyMap<string, number> = new Map([
  ['ui', 0x03],
  ['ua', 0x63],
  ['disc', 0x43],
  ['dm', 0x0f],
  ['sabme', 0x6f],
  ['test', 0xe3],
  ['xid', 0xaf],
  ['frmr', 0x87],
])

/** True for the word for a kind of LLC frame, in any case. */
export function isLlcType(word: string): boolean {
  const lower = word.toLowerCase()
  return ['i', 's', 'u'].includes(lower) || LLC_SUPERVISORY.has(lower) || LLC_UNNUMBERED.has(lower)
}

/** `type …`, `subtype …` or `dir …`; null where none comes. */
export function parseWifiTerm(tokens: TokenStream, word: Keyword | Sign): Bare | null {
  if (word === 'type') {
    tokens.take()
    return parseType(tokens)
  }
  if (word === 'subtype') {
    tokens.take()
    return parseSubtype(tokens)
  }
  if (word !== 'dir') return null
  tokens.take()
  const value = takeValue(tokens, DIRECTIONS, 'a direction (nods, tods, fromds, dstods)', null)
  return { kind: 'wifi-direction', value }
}

function parseType(tokens: TokenStream): Bare {
  const from = tokens.peek().text
  const type = takeValue(tokens, TYPES, 'a type (data, mgt, ctl)', TYPE_MASK)
  if (!tokens.takeWord('subtype'))
    return { kind: 'wifi-type', value: type, mask: TYPE_MASK, text: from }
  const { text } = tokens.peek()
  const known = SUBTYPES.get(type) ?? new Map<string, number>()
  const subtype = takeValue(tokens, known, 'a subtype of that type', SUBTYPE_MASK)
  return { kind: 'wifi-type', value: type | subtype, mask: TYPE_MASK | SUBTYPE_MASK, text }
}

function parseSubtype(tokens: TokenStream): Bare {
  const { text } = tokens.peek()
  const known = new Map(
    [...SUBTYPES].flatMap(([type, names]) =>
      [...names].map(([name, subtype]) => [name, type | subtype] as const),
    ),
  )
  if (tokens.peek().kind === 'number') tokens.fail('the name of a subtype')
  const value = takeValue(tokens, known, 'a subtype', null)
  return { kind: 'wifi-type', value, mask: TYPE_MASK | SUBTYPE_MASK, text }
}

/** A number within `mask`, or a name of `known`. */
function takeValue(
  tokens: TokenStream,
  known: ReadonlyMap<string, number>,
  what: string,
  mask: number | null,
): number {
  const token = tokens.peek()
  if (token.kind === 'number') {
    if (mask !== null && (token.value & ~mask) !== 0)
      throw new FilterError(
        `“${token.text}” has bits that are no part of ${what}`,
        token.at,
        token.end,
      )
    tokens.take()
    return token.value
  }
  if (token.kind !== 'name') return tokens.fail(what)
  const value = known.get(token.name.toLowerCase())
  if (value === undefined)
    throw new FilterError(
      `“${token.text}” is not ${what}`,
      token.at,
      token.end,
      suggestName(token.name, known.keys()),
    )
  tokens.take()
  return value
}
