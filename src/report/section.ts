/** Sections of a report: lines with a heading on their left. */
import { type Line, say } from './line.ts'

/** What stands left of a section's first line. */
export const HEADING_COLUMNS: number = 11

/** The lines with a heading left of the first one. */
export const section = (heading: string, lines: readonly Line[]): Line[] =>
  lines.map((line, row) => [
    say(` ${row === 0 ? heading : ''}`.padEnd(HEADING_COLUMNS), 'bold'),
    ...line,
  ])
