/** What the terminal can show: colours, UTF-8, and how wide it is. */
import { styleText } from 'node:util'
import type { Paint, Style } from '../report/line.ts'
import type { Page } from '../report/page.ts'
import type { Surroundings } from './surroundings.ts'

/** Where there is no terminal to ask. */
const DEFAULT_COLUMNS = 80

const FORMAT: Readonly<Record<Style, Parameters<typeof styleText>[0] | null>> = {
  plain: null,
  bold: 'bold',
  dim: 'dim',
  pass: 'green',
  warn: 'yellow',
  fail: ['bold', 'red'],
  unknown: 'magenta',
  command: 'cyan',
}

/** `styleText` looks at the stream by itself in later versions of Node; here it was asked already. */
const UNCHECKED = { validateStream: false }

const colours: Paint = (style, text) => {
  const format = FORMAT[style]
  return format === null ? text : styleText(format, text, UNCHECKED)
}

const noColours: Paint = (_, text) => text

type Environment = Surroundings['environment']

/** `--no-color`, then FORCE_COLOR, NO_COLOR (no-color.org), a dumb terminal, and what stdout is. */
export function wantsColour(
  environment: Environment,
  isTerminal: boolean,
  never: boolean,
): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM } = environment
  if (never) return false
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (refused !== undefined && refused !== '') return false
  return isTerminal && TERM !== 'dumb'
}

/** Whether the locale is a UTF-8 one (locale(7): LC_ALL, then LC_CTYPE, then LANG). */
export const speaksUtf8 = ({ LC_ALL, LC_CTYPE, LANG }: Environment): boolean =>
  /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '')

/** The page for stdout. */
export const pageFor = (
  { out, environment }: Surroundings,
  wishes: { readonly noColour: boolean; readonly verbose: boolean },
): Page => ({
  columns: out.columns ?? DEFAULT_COLUMNS,
  unicode: speaksUtf8(environment),
  verbose: wishes.verbose,
  paint: wantsColour(environment, out.isTerminal, wishes.noColour) ? colours : noColours,
})
