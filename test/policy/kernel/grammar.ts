/**
 * A grammar of rules as a table: how often a construct is drawn, its name, what it needs, and how it is
 * written, with `<words>` that stand for something drawn and ` || ` between ways to write it.
 */
import type { Hook } from '../../../src/facts/rule-set.ts'
import type { Chance } from './chance.ts'

/** Weight, name, needs, ways to write it. */
export type Line = readonly [number, string, string, string]

/** What the parts of one rule have made sure of: a rule that asks for two of a kind is refused. */
export type Sure = { readonly inet: boolean; l3: 4 | 6 | null; l4: string | null }

/** What draws the text that a `<word>` stands for. */
export type Words = Readonly<Record<string, (random: Chance) => string>>

export type Row = {
  readonly weight: number
  readonly name: string
  readonly l3: 4 | 6 | null
  readonly l4: string | null
  /** A condition has to have said the transport protocol already. */
  readonly after: boolean
  /** Only for rules that both families share. */
  readonly inet: boolean
  readonly hooks: readonly Hook[] | null
  readonly ways: readonly string[]
}

/** Needs that are hooks. */
const HOOKS: Readonly<Record<string, readonly Hook[]>> = {
  incoming: ['prerouting', 'input', 'forward'],
  outgoing: ['output', 'forward', 'postrouting'],
  own: ['output', 'postrouting'],
  first: ['prerouting', 'output'],
  last: ['input', 'postrouting'],
  leaving: ['postrouting'],
  entering: ['prerouting'],
  ends: ['prerouting', 'input', 'output'],
  deciding: ['input', 'forward', 'output'],
  rejecting: ['prerouting', 'input', 'forward', 'output'],
}

/** The table as rows; `kind` is put before the names. */
export function grammar(kind: string, lines: readonly Line[]): readonly Row[] {
  return lines.map(([weight, name, needs, ways]) => {
    const words = needs.split(' ').filter((word) => word !== '')
    const hooks = words.find((word) => Object.hasOwn(HOOKS, word))
    return {
      weight,
      name: `${kind} ${name}`,
      l3: words.includes('ip') ? 4 : words.includes('ip6') ? 6 : null,
      l4: words.find((word) => ['tcp', 'udp', 'icmp', 'mixed'].includes(word)) ?? null,
      after: words.includes('after'),
      inet: words.includes('inet'),
      hooks: hooks === undefined ? null : (HOOKS[hooks] ?? null),
      ways: ways.split(' || '),
    }
  })
}

/** Whether the row may stand at the hook beside what is sure. */
export function fits({ l3, l4, hooks, after, inet }: Row, sure: Sure, hook: Hook): boolean {
  if (hooks !== null && !hooks.includes(hook)) return false
  if ((after && sure.l4 !== l4) || (inet && !sure.inet)) return false
  if (l3 !== null && (sure.l3 ?? l3) !== l3) return false
  return l4 === null || sure.l4 === null || (sure.l4 === l4 && l4 !== 'mixed')
}

/** Writes one row; what it makes sure of is added to `sure`. */
function write(random: Chance, row: Row, sure: Sure, words: Words): string {
  random.use(row.name)
  sure.l3 = row.l3 ?? sure.l3
  sure.l4 = row.l4 ?? sure.l4
  const expand = (text: string): string =>
    text.replace(/<(\w+)>/g, (_, word: string) => {
      const draw = words[word]
      if (draw === undefined) throw new Error(`no word <${word}>`)
      return expand(draw(random))
    })
  return expand(random.pick(row.ways))
}

/** Draws one of the rows that fit and writes it; null where none fits. */
export function writeOne(
  random: Chance,
  rows: readonly Row[],
  sure: Sure,
  hook: Hook,
  words: Words,
  drawn: (row: Row) => void = () => {},
): string | null {
  const fitting = rows.filter((row) => fits(row, sure, hook))
  if (fitting.length === 0) return null
  const row = random.draw(fitting)
  drawn(row)
  return write(random, row, sure, words)
}
