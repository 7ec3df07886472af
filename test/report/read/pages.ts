/** Pages for the tests of what a capture shows. */
import type { Page } from '../../../src/report/page.ts'

/** Without colours; `ascii` for a terminal without UTF-8. */
export const pageOf = (columns: number, unicode = true): Page => ({
  columns,
  unicode,
  verbose: false,
  paint: (_, text) => text,
})

/** Every text in brackets of its style, so that a test sees what is coloured. */
export const stylePage = (columns: number): Page => ({
  ...pageOf(columns),
  paint: (style, text) => (style === 'plain' ? text : `<${style}>${text}</>`),
})
