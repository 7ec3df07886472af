/** Two traces side by side for people at a terminal: the hops of both, and where they part. */
import type { HopPair, PairKind, TraceComparison } from '../../diagnose/trace/compare.ts'
import type { Hop } from '../../diagnose/trace/hop.ts'
import { beside, hang, type Line, paintLines, type Style, say } from '../line.ts'
import { eachText, type Page, readableColumns, showOn, signsOf } from '../page.ts'
import { cutToWidth, padToWidth } from '../width.ts'
import { describeAs, describeHost, describeTrace, formatMs } from './trace-table.ts'

const MOST_COLUMNS = 140

const STYLE: Readonly<Record<PairKind, Style>> = { same: 'plain', unknown: 'dim', other: 'warn' }

/** Told without colours as well. */
const SIGN: Readonly<Record<PairKind, string>> = { same: '=', unknown: '?', other: '|' }

function cell(hop: Hop | null, columns: number, cut: string): string {
  if (hop === null) return ''
  const [first] = hop.addresses
  const host = first === undefined ? 'no answer' : describeHost(first)
  const system = first === undefined ? '' : describeAs(first)
  const time = formatMs(hop.averageMs).padStart(7)
  const text = `${String(hop.hop).padStart(2)} ${host}${system === '' ? '' : `, ${system}`}`
  const width = columns - time.length
  return padToWidth(cutToWidth(text, width, cut), width) + time
}

function pairLines(pairs: readonly HopPair[], columns: number, page: Page): Line[] {
  const half = Math.floor((columns - 4) / 2)
  const { cut } = signsOf(page)
  return pairs.flatMap(({ kind, one, other }) =>
    beside(
      [[say(` ${cell(one, half - 1, cut)}`, STYLE[kind])]],
      [[say(` ${cell(other, half - 1, cut)}`, STYLE[kind])]],
      half,
      say(` ${SIGN[kind]} `, 'dim'),
    ),
  )
}

/** The comparison as text. */
export function formatComparison(comparison: TraceComparison, page: Page): string {
  const clean = eachText(comparison, (text) => showOn(page, text))
  const columns = readableColumns(page, MOST_COLUMNS)
  const { status } = signsOf(page)
  const { same, summary, notes, one, other, pairs } = clean
  const style: Style = same ? 'pass' : 'warn'
  const when = ({ startedAt }: { readonly startedAt: string }): string => startedAt.slice(0, 19)
  return paintLines(
    [
      ...hang(
        [say(' first   ', 'dim')],
        `${describeTrace(one, page)}, ${when(one)}`,
        columns,
        'bold',
      ),
      ...hang(
        [say(' second  ', 'dim')],
        `${describeTrace(other, page)}, ${when(other)}`,
        columns,
        'bold',
      ),
      ...pairLines(pairs, columns, page),
      ...hang([say(` ${same ? status.pass : status.warn} `, style)], summary, columns, style),
      ...notes.flatMap((note) => hang([say(` ${status.skip} `, 'dim')], note, columns, 'dim')),
    ],
    page.paint,
  )
}
