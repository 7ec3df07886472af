/** A score for people: a table in the terminal, and the page `docs/score.md`. */
import type { Grade, Graded } from './grade.ts'
import type { Result } from './trial.ts'

const seconds = (result: Result | null): string =>
  result ? (result.tookMs / 1000).toFixed(1) : '-'

const candidates = (result: Result | null): string =>
  result?.said ? String(result.said.candidates.length) : '-'

const saidOf = (result: Result | null): string => {
  if (!result) return '-'
  if (result.crash !== null) return result.crash
  const { state = '', cause = null, side = null } = result.said ?? {}
  return cause === null ? state : `${cause} (${side ?? '?'})`
}

const mended = ({ mended }: Graded): string => (mended === null ? '-' : mended ? 'yes' : 'no')

/** One line of a trial: what it was, both grades, the candidates, the seconds. */
export function formatGraded(graded: Graded): string {
  const { fault, trial, withServer, clientOnly } = graded
  if (trial.skipped !== null) return `${fault.name.padEnd(30)} skipped: ${trial.skipped}`
  const words = [
    fault.name.padEnd(30),
    (withServer ?? '-').padEnd(11),
    clientOnly.padEnd(11),
    `${candidates(trial.withServer)}/${candidates(trial.clientOnly)}`.padEnd(5),
    `${seconds(trial.withServer)}/${seconds(trial.clientOnly)}`.padEnd(10),
    mended(graded).padEnd(4),
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

/** The sums, one line each. */
export function formatSummary(results: readonly Graded[]): string[] {
  const asked = results.filter(({ mended }) => mended !== null)
  const times = results
    .flatMap(({ trial }) => [trial.withServer, trial.clientOnly])
    .flatMap((result) => (result?.said ? [result.tookMs] : []))
    .sort((one, other) => one - other)
  const median = times[Math.floor(times.length / 2)] ?? 0
  return [
    `with access to the server: ${sum(results.map(({ withServer }) => withServer)) || 'none'}`,
    `from the client alone: ${sum(results.map(({ clientOnly }) => clientOnly)) || 'none'}`,
    `mended by the printed remedies: ${asked.filter(({ mended }) => mended).length} of ${asked.length}`,
    `seconds a check: median ${(median / 1000).toFixed(1)}, longest ${((times.at(-1) ?? 0) / 1000).toFixed(1)}`,
  ]
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

/** The page `docs/score.md`, made on `date` (`2026-11-21`). */
export function scoreMarkdown(results: readonly Graded[], date: string): string {
  const rows = (kind: Graded['kind']): string[] =>
    results
      .filter((graded) => graded.kind === kind)
      .map((graded) => {
        const { fault, trial, withServer, clientOnly } = graded
        const truth = fault.expect.causes[0]
        return [
          `| ${fault.name} | ${cell(fault.title)}`,
          truth ? `${truth} (${fault.expect.sides[0] ?? ''})` : fault.expect.states.join(' or '),
          withServer ?? '-',
          clientOnly,
          `${candidates(trial.withServer)} / ${candidates(trial.clientOnly)}`,
          `${seconds(trial.withServer)} / ${seconds(trial.clientOnly)}`,
          `${mended(graded)} |`,
        ].join(' | ')
      })
  const table = (kind: Graded['kind']): string[] => [
    '| name | what | truth | with server | client only | candidates | seconds | mended |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows(kind),
  ]
  return [
    '# The score',
    '',
    `Made by \`rungs lab score\` on ${date}. Each fault is put into a network of its own that has just`,
    'been built; the truth is what was broken, never what rungs says. *Exact*: state, cause and side',
    'are right. *Contained*: the truth is among at most four candidates. *Mended*: the printed',
    'remedies, run as they stand, mend it.',
    '',
    ...formatSummary(results).map((line) => `* ${line}`),
    '',
    '## Faults',
    '',
    ...table('faults'),
    '',
    '## Oddities that are no fault',
    '',
    ...table('oddities'),
    '',
  ].join('\n')
}
