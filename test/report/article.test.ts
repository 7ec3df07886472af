import { expect, test } from 'vitest'
import { CAUSE_CODES } from '../../src/diagnose/cause.ts'
import { describeSides, formatArticles, formatCauseList } from '../../src/report/article.ts'
import type { Page } from '../../src/report/page.ts'
import { displayWidth } from '../../src/report/width.ts'

const page: Page = { columns: 80, unicode: true, verbose: false, paint: (_, text) => text }

test('an article reads well', async () => {
  // What explains what has tests of its own, and changes with every cause.
  const [told = ''] = formatArticles(['tcp.no-listener'], page).split('\n explains ')
  await expect(`${told}\n`).toMatchFileSnapshot('data/article-tcp.no-listener.txt')
})

test('the list goes rung by rung', async () => {
  await expect(formatCauseList(CAUSE_CODES, page)).toMatchFileSnapshot('data/cause-list.txt')
})

test.for([40, 80, 200])('only commands are wider than %i columns', (columns) => {
  for (const text of [
    formatArticles(CAUSE_CODES, { ...page, columns }),
    formatCauseList(CAUSE_CODES, { ...page, columns }),
  ])
    for (const line of text.split('\n'))
      if (!line.includes('$ ')) expect(displayWidth(line), line).toBeLessThanOrEqual(columns)
})

test('a terminal without UTF-8 gets ASCII only', () => {
  const ascii: Page = { ...page, unicode: false }
  expect(formatArticles(CAUSE_CODES, ascii)).toMatch(/^[\n -~]*$/)
  expect(formatCauseList(CAUSE_CODES, ascii)).toMatch(/^[\n -~]*$/)
})

test.for([
  ['tcp.no-listener', 'server'],
  ['link.down', 'client or server'],
  ['path.loss', 'client, path or server'],
] as const)('the sides of %s are %s', ([code, sides]) => {
  expect(describeSides(code)).toBe(sides)
})
