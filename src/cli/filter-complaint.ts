/** What is said of a filter that cannot be compiled: why, the place with a caret under it, and what may have been meant. */
import { printable } from '../base/printable.ts'
import type { FilterError } from '../filter/filter-error.ts'
import { displayWidth } from '../report/width.ts'

/** Characters of a long expression that are shown before and after the place. */
const BEFORE = 40
const AFTER = 30

/**
 * Lines that end with a line feed:
 *
 *     rungs: the filter: prot is no host, port or protocol
 *       tcp prot 80
 *           ^^^^
 *       did you mean “tcp port 80”?
 */
export function filterComplaint(
  { message, at, end, suggestion }: FilterError,
  expression: string,
): string {
  const from = at > BEFORE ? at - BEFORE : 0
  const to = Math.min(expression.length, Math.max(end, at + 1) + AFTER)
  const before = `${from > 0 ? '… ' : ''}${printable(expression.slice(from, at))}`
  const place = printable(expression.slice(at, Math.min(end, to)))
  const after = `${printable(expression.slice(Math.min(end, to), to))}${to < expression.length ? ' …' : ''}`
  return [
    `rungs: the filter: ${printable(message)}`,
    `  ${before}${place}${after}`,
    `  ${' '.repeat(displayWidth(before))}${'^'.repeat(Math.max(displayWidth(place), 1))}`,
    ...(suggestion === null ? [] : [`  did you mean “${printable(suggestion)}”?`]),
    '',
  ].join('\n')
}
