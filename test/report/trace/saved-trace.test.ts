import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatAsJson } from '../../../src/report/json.ts'
import { parseTrace } from '../../../src/report/trace/saved-trace.ts'
import { TRACE } from '../../../src/report/trace/trace-schema.ts'
import { example } from './example.ts'

test('what was saved reads back as it was', () => {
  expect(parseTrace(formatAsJson(TRACE, example()))).toEqual(JSON.parse(JSON.stringify(example())))
})

test.each([
  ['', /is no JSON/],
  ['{', /is no JSON/],
  ['[]', /is no trace as rungs trace --save writes it \(the whole\)/],
  ['{"schema":"rungs.trace/2"}', /\(schema\)|\(tool\)/],
])('%s is none, and what is wrong is told', (text, wrong) => {
  const trace = parseTrace(text)
  expect('error' in trace && trace.error).toMatch(wrong)
})

test('a trace in which anything was exchanged is refused or has its shape', () => {
  const whole = JSON.parse(JSON.stringify(example())) as Record<string, unknown>
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(whole)), fc.jsonValue(), (key, value) => {
      const trace = parseTrace(JSON.stringify({ ...whole, [key]: value }))
      if (!('error' in trace))
        for (const hop of trace.hops) expect(hop.addresses).toBeInstanceOf(Array)
    }),
  )
})
