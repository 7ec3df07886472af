/**
 * The comparisons that most rules begin with, `ip saddr 10.0.0.0/8`, `tcp dport != 22`, read at once: a field of
 * a header and one constant. Everything else is read word by word (`nft-phrase.ts`), and comes to the same.
 */
import { constantOf } from './nft-expression.ts'
import { headerField, valueFrom } from './nft-field.ts'
import { fieldIs, type Match } from './rule-set.ts'

/** A pattern of what has to follow, which begins a statement: a constant may go on otherwise. */
export const NEXT_STATEMENT: string =
  '(?:$| (?=(?:ip6?|tcp|udp|th|icmp|icmpv6|ct|meta|[io]ifname|counter|accept|drop|reject|return|jump|goto|log|limit|comment) |(?:accept|drop|reject|return|counter)$))'

const PLAIN = new RegExp(
  String.raw`(ip6?|tcp|udp|th) ([sd]addr|[sd]port) (!= )?([\da-fA-F:][\da-fA-F.:/-]*)${NEXT_STATEMENT}`,
  'y',
)

/** Such a comparison as conditions, and where the next statement begins. */
export type PlainComparison = { readonly matches: readonly Match[]; readonly until: number }

/** The comparison that begins at `at`; null where another kind of statement does. */
export function plainComparison(text: string, at: number): PlainComparison | null {
  PLAIN.lastIndex = at
  const found = PLAIN.exec(text)
  if (found === null) return null
  const [, header, name, not, constant = ''] = found
  const subject = headerField(`${header} ${name}`)
  const value = subject && valueFrom(constantOf(constant), subject)
  if (subject === null || value === null) return null
  const match = fieldIs(subject.field, [value], not !== undefined)
  return { matches: [...subject.implied, match], until: PLAIN.lastIndex }
}
