/** A trace that was saved: read back from its text, which may be anything. */
import { misfit } from '../../base/conform.ts'
import type { Trace } from '../../diagnose/trace/trace.ts'
import { traceSchema } from './trace-schema.ts'

/** The trace in a text; what is wrong with it otherwise, to follow the file's name. */
export function parseTrace(text: string): Trace | { readonly error: string } {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { error: 'is no JSON; rungs trace --save writes what can be read here' }
  }
  const at = misfit(value, traceSchema())
  if (at === null) return value as Trace
  return { error: `is no trace as rungs trace --save writes it (${at === '' ? 'the whole' : at})` }
}
