/** The page `docs/score.md`: every fault, pair and oddity with what was said of it. */
import { CAUSE_CODES, type CauseCode } from '../diagnose/cause.ts'
import { readData } from './data.ts'
import { type Expectation, FAULT_KINDS, type FaultKind, loadFaults } from './fault.ts'
import type { Graded } from './grade.ts'
import { replaysOf } from './recording.ts'
import { describeMended, formatCandidates, formatSeconds, formatSummary } from './score-table.ts'
import { readMap, readText } from './shape.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|')

const truth = ({ causes, sides, states }: Expectation): string =>
  causes[0] ? `${causes[0]} (${sides[0] ?? ''})` : states.join(' or ')

/** How the fault is made: live, with recorded outputs laid over, or one that comes and goes. */
function manner({ fault, trial }: Graded): string {
  if (replaysOf(fault).size > 0) return 'recorded'
  if (fault.count === 1) return 'live'
  const rounds = (trial.withServer ?? trial.clientOnly)?.said?.rounds ?? []
  const failed = rounds.filter((state) => state !== 'reachable').length
  return `comes and goes: ${failed} of ${rounds.length} times`
}

type Column = readonly [head: string, cell: (graded: Graded) => string]

const COMMON: readonly Column[] = [
  ['with server', ({ withServer }) => withServer ?? '-'],
  ['client only', ({ clientOnly }) => clientOnly],
  [
    'candidates',
    ({ trial }) => `${formatCandidates(trial.withServer)} / ${formatCandidates(trial.clientOnly)}`,
  ],
  [
    'seconds',
    ({ trial }) => `${formatSeconds(trial.withServer)} / ${formatSeconds(trial.clientOnly)}`,
  ],
  ['mended', describeMended],
]

const NAME: readonly Column[] = [
  ['name', ({ fault }) => fault.name],
  ['what', ({ fault }) => fault.title],
  ['truth', ({ fault }) => truth(fault.expect)],
]

const COLUMNS: Readonly<Record<FaultKind, readonly Column[]>> = {
  faults: [...NAME, ['how', manner], ...COMMON],
  pairs: [
    ...NAME,
    ['behind it', ({ fault }) => (fault.second ? truth(fault.second.expect) : '-')],
    ...COMMON.slice(0, 4),
    ['said that one may hide', ({ hinted }) => (hinted ? 'yes' : 'no')],
    ['then', ({ second }) => second ?? '-'],
    ['mended', describeMended],
  ],
  oddities: [...NAME.slice(0, 2), ['may be called', NAME[2]?.[1] ?? String], ...COMMON.slice(0, 4)],
}

function table(kind: FaultKind, results: readonly Graded[]): string[] {
  const columns = COLUMNS[kind]
  const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
  return [
    row(columns.map(([head]) => head)),
    row(columns.map(() => '---')),
    ...results
      .filter((graded) => graded.kind === kind)
      .map((graded) => row(columns.map(([, tell]) => tell(graded)))),
  ]
}

/** Why a cause has no fault in the lab, by its code (`lab/unproduced.json`). */
export const loadUnproduced = (): Readonly<Record<string, string>> =>
  readMap(readData('.', 'unproduced'), 'unproduced', (text, where) => readText(text, where))

/** The causes that no fault of the lab is made for. */
export function listUnproduced(): CauseCode[] {
  const produced = new Set(
    FAULT_KINDS.flatMap((kind) => loadFaults(kind)).flatMap(({ expect, second }) => [
      expect.causes[0],
      second?.expect.causes[0],
    ]),
  )
  return CAUSE_CODES.filter((code) => !produced.has(code))
}

function unproduced(): string[] {
  const reasons = loadUnproduced()
  return [
    '| cause | why no fault of the lab makes it |',
    '| --- | --- |',
    ...listUnproduced().map((code) => `| ${code} | ${cell(reasons[code] ?? '')} |`),
  ]
}

/** The page, made on `date` (`2026-11-21`). */
export const scoreMarkdown = (results: readonly Graded[], date: string): string =>
  [
    '# The score',
    '',
    `Made by \`rungs lab score\` on ${date}. Each fault is put into a network of its own that has just`,
    'been built; the truth is what was broken, never what rungs says. *Exact*: state, cause and side',
    'are right. *Contained*: the truth is among at most four candidates. *Mended*: the printed',
    'remedies, run as they stand, mend it. *Recorded*: outputs of real tools are laid over the node',
    'for what a network namespace cannot have (`lab/recordings/`). After every check both ends, the',
    'routers and the files around them are compared with what they were before.',
    '',
    ...formatSummary(results).map((line) => `* ${line}`),
    '',
    '## Faults',
    '',
    ...table('faults', results),
    '',
    '## Two faults at once',
    '',
    'The first is named, and that another may hide behind it; once it is mended, the second is named.',
    '',
    ...table('pairs', results),
    '',
    '## Oddities that are no fault',
    '',
    ...table('oddities', results),
    '',
    '## Causes without a fault',
    '',
    ...unproduced(),
    '',
  ].join('\n')
