/**
 * What a rule of nf_tables writes: marks, headers, `notrack`, elements of sets, `tproxy`
 * (libnftables-json(5)). A mark is made of the packet's, the connection's and constants by bits, as
 * nft_bitwise computes it.
 */
import { subjectOf, valueFrom } from './nft-field.ts'
import { fieldsOf, onlyEntry } from './nft-json.ts'
import { describeNft } from './nft-words.ts'
import type { Change } from './rule-set.ts'

/** A mark as `(packet's & packet) ^ (connection's & connection) ^ flip`. */
type MarkFormula = {
  readonly packet: number
  readonly connection: number
  readonly flip: number
}

const PACKET: MarkFormula = { packet: 0xffffffff, connection: 0, flip: 0 }
const CONNECTION: MarkFormula = { packet: 0, connection: 0xffffffff, flip: 0 }
const unsigned = (value: number): number => value >>> 0

/** The formula with `&`, `|` or `^` of a constant applied; null for another operator. */
function combineMark(
  { packet, connection, flip }: MarkFormula,
  operator: string,
  value: number,
): MarkFormula | null {
  if (operator === '^') return { packet, connection, flip: unsigned(flip ^ value) }
  const isOr = operator === '|'
  if (!isOr && operator !== '&') return null
  const kept = isOr ? ~value : value
  return {
    packet: unsigned(packet & kept),
    connection: unsigned(connection & kept),
    flip: unsigned((flip & kept) ^ (isOr ? value : 0)),
  }
}

/** Deeper than nft nests sums of bits. */
const DEEPEST = 8

function formulaOf(value: unknown, depth = 0): MarkFormula | null {
  if (depth > DEEPEST) return null
  if (typeof value === 'number') return { packet: 0, connection: 0, flip: unsigned(value) }
  const [kind, inner] = onlyEntry(value)
  if (kind === 'meta') return fieldsOf(inner).key === 'mark' ? PACKET : null
  if (kind === 'ct') return fieldsOf(inner).key === 'mark' ? CONNECTION : null
  if (!Array.isArray(inner)) return null
  const [first, ...others] = inner
  let formula = formulaOf(first, depth + 1)
  for (const other of others) {
    if (formula === null || typeof other !== 'number') return null
    formula = combineMark(formula, kind, other)
  }
  return formula
}

/** The address and port that a translation or `tproxy` names, in nft's words; null for none. */
export function addressWords(inner: unknown): string | null {
  const { addr, port } = fieldsOf(inner)
  if (addr === undefined && port === undefined) return null
  return describeNft({ dnat: { addr, port } }).replace(/^dnat to /, '')
}

/** `KEY set VALUE`; null where it writes nothing that rules ask for. */
function assignmentOf(statement: unknown, after: number): Change | null {
  const { key, value } = fieldsOf(fieldsOf(statement).mangle)
  const [kind, of] = onlyEntry(key)
  const isMark = fieldsOf(of).key === 'mark' && (kind === 'meta' || kind === 'ct')
  if (!isMark) {
    const subject = subjectOf(key)
    return (
      subject && { kind: 'rewrite', after, field: subject.field, value: valueFrom(value, subject) }
    )
  }
  const formula = formulaOf(value)
  const target = kind === 'ct' ? 'connection' : 'packet'
  return formula === null
    ? { kind: 'unknown', after, text: describeNft(statement) }
    : { kind: 'mark', after, target, ...formula }
}

/** What a statement writes that a later rule may ask for; null where it writes nothing such. */
export function changeOf(statement: unknown, after: number): Change | null {
  const [kind, inner] = onlyEntry(statement)
  switch (kind) {
    case 'notrack':
      return { kind: 'untrack', after }
    case 'mangle':
      return assignmentOf(statement, after)
    case 'set':
    case 'map':
      return { kind: 'remember', after, set: String(fieldsOf(inner)[kind] ?? '').replace(/^@/, '') }
    case 'tproxy':
      return { kind: 'divert', after, to: addressWords(inner) }
    default:
      return null
  }
}
