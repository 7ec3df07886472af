/** What cannot be compiled: why, where in the expression, and what to write instead. */
export class FilterError extends Error {
  /** Where in the expression it begins and ends, in UTF-16 units. */
  readonly at: number
  readonly end: number
  /** What may have been meant instead of what stands there; null where nothing is near. */
  readonly suggestion: string | null

  constructor(message: string, at: number, end: number, suggestion: string | null = null) {
    super(message)
    this.name = 'FilterError'
    this.at = at
    this.end = end
    this.suggestion = suggestion
  }
}
