/**
 * What a connection did, in words and types: the stories, who is suspected, and the figures that
 * sentences are made of. Times are nanoseconds.
 */

/** The stories; the first that fits is told. */
export const STORY_NAMES: readonly StoryName[] = [
  'closed',
  'open',
  'refused',
  'unanswered',
  'rejected',
  'half-open',
  'accepted-then-closed',
  'reset',
  'stalled',
  'midstream',
]

/** What one connection in a capture did. */
export type StoryName =
  | 'closed'
  | 'open'
  | 'refused'
  | 'unanswered'
  | 'rejected'
  | 'half-open'
  | 'accepted-then-closed'
  | 'reset'
  | 'stalled'
  | 'midstream'

/** Where a cause lies. */
export type StorySide = 'client' | 'path' | 'server'

/** A cause of the catalogue that the story supports, and where it would lie. */
export type Suspect = { readonly cause: string; readonly side: StorySide }

/** Who ended the connection and how. */
export type Closing = {
  readonly by: StorySide | null
  readonly how: 'fin' | 'reset' | 'half-close' | 'timeout' | 'icmp' | null
}

/** What is told of one connection. */
export type Story = {
  readonly name: StoryName
  /** Whether this is a fault: what was asked for did not come. */
  readonly fault: boolean
  /** Causes that fit, the likeliest first, at most four; none where nothing is wrong. */
  readonly suspects: readonly Suspect[]
  /** True where what was seen leaves no other cause than the first. */
  readonly proven: boolean
  /** One sentence with the figures. */
  readonly summary: string
  readonly closing: Closing
  /** Frames that show it, in their order. */
  readonly proof: readonly number[]
  /** Sentences beside the story: what the segments tell of path, windows and ends. */
  readonly remarks: readonly string[]
}

/** The part of a story that says what happened; the rest is the same for all. */
export type Plot = {
  readonly summary: string
  readonly suspects: readonly Suspect[]
  readonly fault: boolean
  readonly proven?: boolean
  readonly proof: readonly number[]
}

/** At most so many causes are named. */
const MOST_SUSPECTS = 4

/** A suspect. */
export const suspect = (cause: string, side: StorySide): Suspect => ({ cause, side })

/** The first of each cause and side, at most four. */
export function fewSuspects(suspects: readonly Suspect[]): readonly Suspect[] {
  const few: Suspect[] = []
  for (const one of suspects)
    if (
      few.length < MOST_SUSPECTS &&
      !few.some((other) => other.cause === one.cause && other.side === one.side)
    )
      few.push(one)
  return few
}

/** Frames that were seen, each once, in their order. */
export const frames = (...those: readonly number[]): readonly number[] =>
  [...new Set(those.filter((frame) => frame > 0))].toSorted((a, b) => a - b)

const SECOND_NS = 1e9

/** `0`, `0.003`, `0.21`, `3.0`, `75`: seconds with as many digits as tell something. */
export function formatSeconds(ns: number): string {
  const seconds = ns / SECOND_NS
  if (seconds === 0) return '0'
  const size = Math.abs(seconds)
  if (size >= 99.95) return seconds.toFixed(0)
  if (size >= 0.995) return seconds.toFixed(1)
  return size >= 0.0995 ? seconds.toFixed(2) : seconds.toFixed(size < 0.00095 ? 6 : 3)
}

/** `3.0 s`, `21 ms`, `340 µs`: a length of time for a sentence. */
export function formatLength(ns: number): string {
  const size = Math.abs(ns)
  if (size < 999_500) return `${(ns / 1000).toFixed(size < 9_950 ? 1 : 0)} µs`
  if (size < 999_500_000) return `${(ns / 1e6).toFixed(size < 9_950_000 ? 1 : 0)} ms`
  return `${formatSeconds(ns)} s`
}

/** `at 0, 3.0 and 9.0 s`: when something was sent, counted from the first time. */
export function formatSchedule(timesNs: readonly number[], count: number): string {
  const [first = 0] = timesNs
  const told = timesNs.map((time) => formatSeconds(time - first))
  const more = count - told.length
  if (more > 0) return `at ${told.join(', ')} s and ${more} more times`
  const last = told.pop() ?? '0'
  return told.length > 0 ? `at ${told.join(', ')} and ${last} s` : `at ${last}`
}

/** `1 byte`, `1,448 bytes`: a count with its noun, whose plural only adds an s. */
export const formatCount = (count: number, noun: string): string =>
  `${String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')} ${noun}${count === 1 ? '' : 's'}`
