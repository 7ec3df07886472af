/** A cause for people at a terminal: what it is, how it is proved and mended, and what it is not. */
import { articleOf } from '../diagnose/article.ts'
import {
  type CauseCode,
  causeLayer,
  causeSides,
  causeTitle,
  consequencesOf,
  explanationsOf,
} from '../diagnose/cause.ts'
import { LAYER_NAME, LAYERS } from './ladder.ts'
import { hang, indent, type Line, paintLines, say } from './line.ts'
import { eachText, type Page, readableColumns, showOn } from './page.ts'
import { proseLines } from './prose.ts'
import { HEADING_COLUMNS, section } from './section.ts'
import { padToWidth } from './width.ts'

/** Prose is read best in lines no longer than this. */
const MOST_COLUMNS = 92

/** `client or server`. */
export const describeSides = (code: CauseCode): string =>
  causeSides(code)
    .join(', ')
    .replace(/, (?=[^,]*$)/, ' or ')

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const codes = (all: readonly CauseCode[], columns: number): Line[] =>
  hang([], all.join(', ') || 'nothing else', columns, 'dim')

function articleLines(code: CauseCode, columns: number, page: Page): Line[] {
  const { meaning, proof, commands, advice, apart } = eachText(articleOf(code), (text) =>
    showOn(page, text),
  )
  const width = columns - HEADING_COLUMNS
  const place = `layer ${causeLayer(code)} ${LAYER_NAME[causeLayer(code)]}, ${describeSides(code)}`
  return [
    [say(' '), say(code, 'bold')],
    ...hang([say(' ')], place, columns, 'dim'),
    ...hang([say(' ')], `${upper(causeTitle(code))}.`, columns, 'bold'),
    [],
    ...indent(proseLines(meaning.join(' '), columns - 1), 1),
    [],
    ...section('proof', proseLines(proof, width)),
    ...section('mend it', [
      ...commands.map((command): Line => [say('$ ', 'dim'), say(command, 'command')]),
      ...proseLines(advice, width),
    ]),
    ...section(
      'unlike',
      Object.entries(apart).flatMap(([other, difference]) => [
        [say(other, 'bold')],
        ...indent(proseLines(difference, width - 2), 2),
      ]),
    ),
    ...section('explains', codes(consequencesOf(code), width)),
    ...section('due to', codes(explanationsOf(code), width)),
  ]
}

/** What there is to say of each of these causes, one after the other. */
export function formatArticles(those: readonly CauseCode[], page: Page): string {
  const columns = readableColumns(page, MOST_COLUMNS)
  const articles = those.map((code) => articleLines(code, columns, page))
  return paintLines(
    articles.flatMap((lines, index) => [...(index === 0 ? [] : [[], []]), ...lines]),
    page.paint,
  )
}

/** The codes with their titles, rung by rung. */
export function formatCauseList(those: readonly CauseCode[], page: Page): string {
  const columns = readableColumns(page, MOST_COLUMNS)
  const widest = Math.max(...those.map((code) => code.length))
  const rung = LAYERS.map((layer) => ({
    name: ` ${layer} ${LAYER_NAME[layer]}`,
    found: those.filter((code) => causeLayer(code) === layer),
  }))
  const lines = rung
    .filter(({ found }) => found.length > 0)
    .flatMap(({ name, found }, index) => [
      ...(index === 0 ? [] : [[]]),
      [say(name, 'bold')],
      ...found.flatMap((code) =>
        hang(
          [say('   '), say(padToWidth(code, widest), 'command'), say('  ')],
          causeTitle(code),
          columns,
        ),
      ),
    ])
  return paintLines(lines, page.paint)
}
