import { describe, expect, test } from 'vitest'
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts'
import { codeSpan, escapeMarkdown, formatMarkdown } from '../../src/report/markdown.ts'
import * as written from './diagnoses.ts'

const { HOSTILE, ...diagnoses } = written
const all = Object.entries(diagnoses) as [string, Diagnosis][]

test.for(['refused', 'dropped', 'degraded'] as const)('%s reads well', async (name) => {
  await expect(formatMarkdown(diagnoses[name])).toMatchFileSnapshot(`data/${name}-markdown.txt`)
})

describe('text from outside cannot', () => {
  test.for([
    ['format', '*a* _b_ ~~c~~ `d`', '\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\`d\\`'],
    ['link', '[a](x) ![b](y)', '\\[a\\](x) \\!\\[b\\](y)'],
    ['become HTML', '<img src=x>&nbsp;', '\\<img src=x\\>\\&nbsp;'],
    ['link by itself', 'http://a www.b', 'http\\://a www\\.b'],
    ['mention somebody or an issue', '@root #12', '@<!-- -->root #<!-- -->12'],
    ['begin a list or a heading', '- a', '\\- a'],
    ['begin a numbered list', '1. a', '1\\. a'],
    ['end a table cell', 'a|b', 'a\\|b'],
    ['begin a line', 'a\nb', 'a\\\\x0ab'],
  ] as const)('%s: %s', ([, text, escaped]) => {
    expect(escapeMarkdown(text)).toBe(escaped)
  })
})

test.for([
  ['a', '`a`'],
  ['`a`', '`` `a` ``'],
  ['a``b', '```a``b```'],
  ['', '`  `'],
] as const)('%j as code is %s', ([text, code]) => {
  expect(codeSpan(text)).toBe(code)
})

test('a fence is longer than any in the block', () => {
  const command = 'echo ```` | sh'
  const remedies = written.refused.verdict.remedies.map((one) => ({ ...one, command }))
  const text = formatMarkdown({
    ...written.refused,
    verdict: { ...written.refused.verdict, remedies },
  })
  expect(text).toContain(`\`\`\`\`\`sh\n${command}\n\`\`\`\`\`\n`)
})

test.for(all)('every row of a table of %s has as many cells as its head', ([, diagnosis]) => {
  let columns = 0
  for (const line of formatMarkdown(diagnosis).split('\n')) {
    const cells = line.startsWith('|') ? (line.match(/(?<!\\)\|/g)?.length ?? 0) : 0
    if (cells > 0 && columns > 0) expect(cells, line).toBe(columns)
    columns = cells
  }
})

test('no control character is left of hostile text', () => {
  const text = formatMarkdown(written.hostile)
  expect(text).not.toContain(HOSTILE)
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
})
