/** `npm run docs`: writes the pages of the documentation that are made from the source. */
import { writeFileSync } from 'node:fs'
import { formatCataloguePage } from '../src/report/catalogue.ts'

/** A page's path in the project, and its text. */
export const PAGES: readonly (readonly [path: string, text: string])[] = [
  ['docs/causes.md', formatCataloguePage()],
]

for (const [path, text] of PAGES) writeFileSync(path, text)
