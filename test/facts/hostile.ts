/** What every parser of a tool's output must survive: noise, cut and changed samples, bulk. */
import fc from 'fast-check'
import { expect } from 'vitest'
import { type Output, printed, type Question } from '../../src/facts/source.ts'

const anyText: fc.Arbitrary<string> = fc.string({ unit: 'binary', maxLength: 300 })

const BULK_CHARACTERS = 300_000

/** Time for two bulks on a busy machine; what is quadratic needs minutes. */
const LONGEST_MS = 3000

const bulk = (text: string): string => text.repeat(Math.ceil(BULK_CHARACTERS / text.length))

const outputs = (text: string): Output[] => [
  printed(text),
  printed(text, 1, text),
  { ...printed(text), argv: ['cat', '/proc/modules'] },
]

/** Fails when `parse` throws or needs long on something made from `sample`, a real transcript. */
export function expectSurvival(parse: (output: Output) => unknown, sample: string): void {
  const at = fc.nat(sample.length)
  const changed = fc
    .tuple(at, at, anyText)
    .map(([from, to, noise]) => sample.slice(0, from) + noise + sample.slice(to))
  fc.assert(
    fc.property(fc.oneof(anyText, changed), (text) => {
      for (const output of outputs(text)) parse(output)
    }),
  )
  const oneLine = sample.replaceAll('\n', ' ')
  const first = sample.split('\n')[0] ?? ''
  for (const text of [
    '\n',
    ' ',
    'a',
    '1',
    ':',
    '[',
    '(',
    ' [',
    'a ',
    '0.0 ',
    `${first} `,
    oneLine,
    sample,
  ]) {
    const startedAt = performance.now()
    parse(printed(bulk(text || ' ')))
    parse(printed(`${first}${bulk(text || ' ')}`))
    expect(performance.now() - startedAt, `a bulk of ${text}`).toBeLessThan(LONGEST_MS)
  }
}

/** The same for every source of a question. */
export function expectQuestionSurvives(question: Question<unknown>, sample: string): void {
  for (const parse of new Set(question.sources.map((source) => source.parse)))
    expectSurvival(parse, sample)
}

/** What the sources of a question, in their order, make of an output; the first that knows it. */
export function answer<T>(question: Question<T>, output: Output): T | null {
  for (const { argv, parse } of question.sources) {
    const value = parse({ ...output, argv })
    if (value !== null) return value
  }
  return null
}
