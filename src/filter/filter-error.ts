/** The one error of the filter language. */

/** Of longer words only the beginning is told, and nothing as long is suggested. */
const LONGEST_WORD = 60

const LONG_WORD: RegExp = new RegExp(`“([^”]{${LONGEST_WORD}})[^”]+”`, 'g')

/** What cannot be compiled: why, where in the expression, and what to write instead. */
export class FilterError extends Error {
  /** Where in the expression it begins and ends, in UTF-16 units. */
  readonly at: number
  readonly end: number
  /** What may have been meant instead of what stands there; null where nothing is near. */
  readonly suggestion: string | null

  constructor(message: string, at: number, end: number, suggestion: string | null = null) {
    super(message.replace(LONG_WORD, '“$1…”'))
    this.name = 'FilterError'
    this.at = at
    this.end = end
    this.suggestion = suggestion !== null && suggestion.length > LONGEST_WORD ? null : suggestion
  }
}
