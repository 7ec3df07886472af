/** A score for people: one line a fault in the terminal, and the sums. */
import type { Grade, Graded } from './grade.ts'
import type { Result } from './trial.ts'

/** The seconds that a check took. */
export const formatSeconds = (result: Result | null): string =>
  result ? (result.tookMs / 1000).toFixed(1) : '-'

/** How many candidates a check named. */
export const formatCandidates = (result: Result | null): string =>
  result?.said ? String(result.said.candidates.length) : '-'

const saidOf = (result: Result | null): string => {
  if (!result) return '-'
  if (result.crash !== null) return result.crash
  const { state = '', cause = null, side = null } = result.said ?? {}
  return cause === null ? state : `${cause} (${side ?? '?'})`
}

/** Whether the printed remedies mended it. */
export const describeMended = ({ mended }: Graded): string =>
  mended === null ? '-' : mended ? 'yes' : 'no'

/** One line of a trial: what it was, both grades, the candidates, the seconds. */
export function formatGraded(graded: Graded): string {
  const { fault, trial, withServer, clientOnly } = graded
  if (trial.skipped !== null) return `${fault.name.padEnd(30)} skipped: ${trial.skipped}`
  const words = [
    fault.name.padEnd(30),
    (withServer ?? '-').padEnd(11),
    clientOnly.padEnd(11),
    `${formatCandidates(trial.withServer)}/${formatCandidates(trial.clientOnly)}`.padEnd(5),
    `${formatSeconds(trial.withServer)}/${formatSeconds(trial.clientOnly)}`.padEnd(10),
    describeMended(graded).padEnd(4),
  ]
  const best = withServer ?? clientOnly
  const off = best !== 'exact' ? `  said ${saidOf(trial.withServer ?? trial.clientOnly)}` : ''
  const client = ['exact', 'contained'].includes(clientOnly)
    ? ''
    : `  client said ${saidOf(trial.clientOnly)}`
  const hint = graded.hinted === false ? '  says nothing of another cause behind it' : ''
  const then =
    graded.second === null || graded.second === 'exact' ? '' : `  then said ${saidOf(trial.second)}`
  const traces = (trial.traces ?? []).map((trace) => `\n  left behind: ${trace}`).join('')
  return `${words.join(' ').trimEnd()}${off}${client}${hint}${then}${traces}`
}

/** The head of the table. */
export const GRADED_HEAD: string = [
  'fault'.padEnd(30),
  'with server'.padEnd(11),
  'client only'.padEnd(11),
  'cand.'.padEnd(5),
  'seconds'.padEnd(10),
  'mended',
].join(' ')

const count = (grades: readonly (Grade | null)[], grade: Grade): number =>
  grades.filter((one) => one === grade).length

const ORDER: readonly Grade[] = [
  ...(['exact', 'contained', 'wrong', 'missed', 'false alarm', 'crash', 'skipped'] as const),
]

const sum = (grades: readonly (Grade | null)[]): string =>
  ORDER.filter((grade) => count(grades, grade) > 0)
    .map((grade) => `${count(grades, grade)} ${grade}`)
    .join(', ')

/** How many causes a check from the client alone leaves open; where nothing is broken, none are. */
function meanCandidates(results: readonly Graded[]): number {
  const counts = results
    .filter(({ kind }) => kind !== 'oddities')
    .flatMap(({ trial }) => trial.clientOnly?.said?.candidates.length ?? [])
  return counts.reduce((sum, count) => sum + count, 0) / Math.max(1, counts.length)
}

/** The sums, one line each. */
export function formatSummary(results: readonly Graded[]): string[] {
  const asked = results.filter(({ mended }) => mended !== null)
  const times = results
    .flatMap(({ trial }) => [trial.withServer, trial.clientOnly])
    .flatMap((result) => (result?.said ? [result.tookMs] : []))
    .sort((one, other) => one - other)
  const median = times[Math.floor(times.length / 2)] ?? 0
  const pairs = results.filter(({ second }) => second !== null)
  const led = pairs.filter(({ hinted, second }) => hinted && second === 'exact')
  const left = results.filter(({ trial }) => (trial.traces ?? []).length > 0)
  return [
    `with access to the server: ${sum(results.map(({ withServer }) => withServer)) || 'none'}`,
    `from the client alone: ${sum(results.map(({ clientOnly }) => clientOnly)) || 'none'}`,
    `candidates from the client alone: ${meanCandidates(results).toFixed(1)} on average`,
    `pairs whose second fault was told of, and named after the first: ${led.length} of ${pairs.length}`,
    `checks that left something behind: ${left.map(({ fault }) => fault.name).join(', ') || 'none'}`,
    `mended by the printed remedies: ${asked.filter(({ mended }) => mended).length} of ${asked.length}`,
    `seconds a check: median ${(median / 1000).toFixed(1)}, longest ${((times.at(-1) ?? 0) / 1000).toFixed(1)}`,
  ]
}
