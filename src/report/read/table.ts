/**
 * A table of connections that fits the page: one line a connection where what happened still has
 * room, else a line of columns and under it what happened.
 */
import type { Status } from '../../diagnose/diagnosis.ts'
import { hang, type Line, lineWidth, paintLines, type Span, say } from '../line.ts'
import { type Page, STATUS_STYLE, showOn, signsOf } from '../page.ts'
import { displayWidth } from '../width.ts'

/** One connection, as text. */
export type Row = {
  readonly number: string
  readonly start: string
  readonly client: string
  readonly server: string
  readonly service: string
  readonly story: string
  readonly duration: string
  readonly bytes: string
  readonly sentence: string
  /** How the story is to be taken. */
  readonly status: Status
}

type ColumnName =
  | 'number'
  | 'start'
  | 'client'
  | 'server'
  | 'service'
  | 'story'
  | 'duration'
  | 'bytes'

type Column = {
  readonly name: ColumnName
  readonly title: string
  readonly right: boolean
}

const COLUMNS: readonly Column[] = [
  { name: 'number', title: '#', right: true },
  { name: 'start', title: 'start', right: false },
  { name: 'client', title: 'client', right: false },
  { name: 'server', title: 'server', right: false },
  { name: 'service', title: 'service', right: false },
  { name: 'story', title: 'story', right: false },
  { name: 'duration', title: 'lasted', right: true },
  { name: 'bytes', title: 'bytes', right: true },
]

/** What happened needs as much beside the columns, else it stands below them. */
const LEAST_SENTENCE = 36

/** Wider sentences are hard to read. */
const MOST_SENTENCE = 90

const GAP = '  '

/** How wide each column is, and where the sentences stand. */
export type Layout = {
  readonly widths: Readonly<Record<ColumnName, number>>
  /** Columns of the sentence beside the others; 0 where it stands below. */
  readonly sentence: number
  readonly columns: number
}

const cell = (row: Row, name: ColumnName, page: Page): string =>
  name === 'story' ? `${signsOf(page).status[row.status]} ${row.story}` : row[name]

/** Those that stand where the sentence, which begins with the story, is below them. */
const ABOVE_SENTENCE = COLUMNS.filter(({ name }) => name !== 'story')

const shown = (sentenceBeside: boolean): readonly Column[] =>
  sentenceBeside ? COLUMNS : ABOVE_SENTENCE

/** The layout for these rows; later ones keep to it. */
export function layOut(rows: readonly Row[], page: Page): Layout {
  const widths = Object.fromEntries(
    COLUMNS.map(({ name, title }) => [
      name,
      rows.reduce(
        (widest, row) => Math.max(widest, displayWidth(showOn(page, cell(row, name, page)))),
        title.length,
      ),
    ]),
  ) as Record<ColumnName, number>
  const taken = (names: readonly Column[]): number =>
    names.reduce((sum, { name }) => sum + widths[name] + GAP.length, 0)
  const left = page.columns - taken(COLUMNS)
  if (left >= LEAST_SENTENCE)
    return { widths, sentence: Math.min(left, MOST_SENTENCE), columns: page.columns }
  const over = taken(shown(false)) - GAP.length - page.columns
  return { widths: over > 0 ? narrowed(widths, over) : widths, sentence: 0, columns: page.columns }
}

/** Less room for the addresses by `over` columns in all: rows that do not fit then have lines of their own. */
function narrowed(widths: Layout['widths'], over: number): Layout['widths'] {
  const both = Math.max(0, widths.client + widths.server - over)
  const client = Math.min(widths.client, Math.max(Math.ceil(both / 2), both - widths.server))
  return { ...widths, client, server: both - client }
}

/** The texts in their columns. */
function inColumns(
  texts: readonly (readonly [Column, string])[],
  widths: Layout['widths'],
  style: (column: Column) => Line[number]['style'],
): Line {
  const line: Span[] = []
  // What is plain and stands together is one piece: there are many rows.
  let plain = ''
  for (const [index, [column, text]] of texts.entries()) {
    const room = ' '.repeat(Math.max(0, widths[column.name] - displayWidth(text)))
    if (index > 0) plain += GAP
    if (column.right) plain += room
    const styled = style(column)
    if (styled === 'plain') plain += text
    else {
      line.push(say(plain), say(text, styled))
      plain = ''
    }
    if (!column.right) plain += room
  }
  return [...line, say(plain)]
}

/** The names of the columns. */
export function headLines({ widths, sentence, columns }: Layout): Line[] {
  const titles = shown(sentence > 0).map((column) => [column, column.title] as const)
  const line = inColumns(titles, widths, () => 'dim')
  if (sentence > 0) return [[...line, say(GAP), say('what happened', 'dim')]]
  return lineWidth(line) <= columns ? [line] : []
}

const INDENT = '      '

/** Where two long addresses do not fit, the server stands on a line of its own. */
function narrowLines(row: Row, layout: Layout, page: Page): Line[] {
  const { widths, columns } = layout
  const texts = shown(false).map((column) => [column, row[column.name]] as const)
  const whole = inColumns(texts, widths, () => 'plain')
  if (lineWidth(whole) <= columns) return [whole]
  const first = texts.filter(([{ name }]) => name === 'number' || name === 'start')
  const rest = texts.filter(
    ([{ name }]) => name === 'service' || name === 'duration' || name === 'bytes',
  )
  const about = rest.map(([, text]) => text).filter((text) => text !== '')
  return [
    [...inColumns(first, widths, () => 'plain'), say(GAP), say(about.join(', '))],
    ...hang([say(INDENT)], `${row.client} ${signsOf(page).to} ${row.server}`, columns),
  ]
}

/** What happened, below the columns; its first word is the story. */
function sentenceLines(row: Row, columns: number, page: Page): Line[] {
  const style = STATUS_STYLE[row.status]
  const sign = say(`${signsOf(page).status[row.status]} `, style)
  const [first = [], ...more] = hang([say(INDENT), sign], `${row.story}: ${row.sentence}`, columns)
  const said = first.at(-1)?.text ?? ''
  const word = said.slice(0, row.story.length + 1)
  return [[...first.slice(0, -1), say(word, style), say(said.slice(word.length))], ...more]
}

/** One connection's lines. */
export function rowLines(given: Row, layout: Layout, page: Page): Line[] {
  const row = { ...given }
  for (const key of Object.keys(row) as (keyof Row)[])
    if (key !== 'status') row[key as Exclude<keyof Row, 'status'>] = showOn(page, given[key])
  const style = STATUS_STYLE[row.status]
  if (layout.sentence === 0)
    return [...narrowLines(row, layout, page), ...sentenceLines(row, layout.columns, page)]
  const texts = COLUMNS.map((column) => [column, cell(row, column.name, page)] as const)
  const line = inColumns(texts, layout.widths, ({ name }) => (name === 'story' ? style : 'plain'))
  return hang([...line, say(GAP)], row.sentence, lineWidth(line) + GAP.length + layout.sentence)
}

/** A whole table, for a list that is at hand at once. */
export function formatTable(rows: readonly Row[], page: Page): string {
  const layout = layOut(rows, page)
  return paintLines(
    [...headLines(layout), ...rows.flatMap((row) => rowLines(row, layout, page))],
    page.paint,
  )
}
