/** The verdict: the cause in a frame, then its proof, what else it could be, and what mends it. */
import type {
  Candidate,
  Contrast,
  Diagnosis,
  Finding,
  Place,
  Remedy,
  Verdict,
} from '../diagnose/diagnosis.ts'
import { evidenceLines, LAYER_NAME } from './ladder.ts'
import { box, hang, indent, type Line, type Span, say } from './line.ts'
import { type Page, STATE_STATUS, STATUS_STYLE, signsOf } from './page.ts'
import { notKnown, type Reason, ruledOut } from './reason.ts'
import { roundLines } from './rounds.ts'
import { HEADING_COLUMNS, section } from './section.ts'

/** Findings shown as proof unless everything is asked for. */
const MOST_PROOFS = 3

/** Pieces of evidence of one finding shown as proof unless everything is asked for. */
const MOST_PIECES = 4

/** Contrasts shown unless everything is asked for. */
const MOST_CONTRASTS = 3

/** `on the server, layer 4 transport, proven`. */
export function describePosition({ side, layer, confidence }: Verdict): string {
  const where = side === 'path' ? 'on the path' : side ? `on the ${side}` : null
  const rung = layer ? `layer ${layer} ${LAYER_NAME[layer]}` : null
  return [where, rung, confidence].filter((part) => part !== null).join(', ')
}

/** The cause in a frame: the state, where it lies, one sentence. */
export function verdictFrame(verdict: Verdict, columns: number, page: Page): Line[] {
  const status = STATE_STATUS[verdict.state]
  const style = STATUS_STYLE[status]
  const inner = columns - 4
  const head = [`${signsOf(page).status[status]} ${verdict.state}`, verdict.cause]
  const title = head.filter((part) => part !== null).join(': ')
  const position = describePosition(verdict)
  return box(
    [
      ...hang([], title, inner, style),
      ...(position ? hang([], position, inner) : []),
      ...hang([], verdict.summary, inner, 'bold'),
    ],
    columns,
    signsOf(page).frame,
    style,
  )
}

/** The findings that decided: those of the place first, what failed before what is odd, counters first. */
export function decidingFindings({ verdict, findings }: Diagnosis): Finding[] {
  if (verdict.cause === null) return []
  const place = verdict.place?.host ?? verdict.side
  const weight = ({ evidence, host, layer, status }: Finding): number =>
    (host === place ? 0 : 8) +
    (status === 'fail' ? 0 : 4) +
    (evidence.some(({ delta }) => delta !== undefined) ? 0 : 2) +
    (layer === verdict.layer ? 0 : 1)
  return findings
    .filter(({ cause, explainedBy }) => cause === verdict.cause && explainedBy === null)
    .filter(({ status }) => status === 'fail' || status === 'warn')
    .toSorted((a, b) => weight(a) - weight(b))
}

/** The evidence of a finding, piece by piece. */
function piecesOf({ evidence }: Finding, columns: number, page: Page): Line[] {
  const shown = page.verbose ? evidence : evidence.slice(0, MOST_PIECES)
  const rest = evidence.length - shown.length
  return [
    ...shown.flatMap((one) => evidenceLines(one, columns, page)),
    ...(rest > 0 ? [[say(`${signsOf(page).cut} ${rest} more (--verbose)`, 'dim')] as Line] : []),
  ]
}

/**
 * Each deciding finding with its evidence. Once the place itself has proved it, what is seen elsewhere is a
 * consequence: told, but not shown.
 */
function proof(diagnosis: Diagnosis, columns: number, page: Page): Line[] {
  const { place, side, confidence } = diagnosis.verdict
  const deciding = decidingFindings(diagnosis)
  const [first] = deciding
  const isThere = ({ host }: Finding): boolean => host === (place?.host ?? side)
  const isShown = (one: Finding): boolean =>
    page.verbose || confidence !== 'proven' || !first || !isThere(first) || isThere(one)
  return deciding
    .slice(0, page.verbose ? deciding.length : MOST_PROOFS)
    .flatMap((one) => [
      ...hang([], one.summary, columns),
      ...(isShown(one) ? piecesOf(one, columns, page) : []),
    ])
}

/** What works, what fails, and what the difference tells; what fails is not said twice in a row. */
function contrastLines(contrasts: readonly Contrast[], columns: number, page: Page): Line[] {
  const { status, to } = signsOf(page)
  return contrasts.flatMap(({ works, fails, tells }, at) => [
    ...hang([say(`${status.pass} `, 'pass')], works, columns),
    ...(contrasts[at - 1]?.fails === fails
      ? []
      : hang([say(`${status.fail} `, 'fail')], fails, columns)),
    ...indent(hang([say(`${to} `, 'dim')], tells, columns - 2), 2),
  ])
}

/** `server, eth0, hop 3` and the rule by its name. */
export function describePlace(place: Place): string {
  const { host, interface: device, hop, rule } = place
  const where = [host, device, hop === null ? null : `hop ${hop}`].filter((part) => part !== null)
  if (rule === null) return where.join(', ')
  const name = `${rule.backend} ${rule.family} ${rule.table} ${rule.chain}`
  const number =
    rule.handle !== null
      ? `, handle ${rule.handle}`
      : rule.number !== null
        ? `, rule ${rule.number}`
        : ''
  return `${where.join(', ')}: ${name}${rule.policy ? ', its policy' : number}: ${rule.text}`
}

/** A place that is only a host, or a rule in its own words, was named in the frame already. */
function placeLines({ place, summary }: Verdict, columns: number): Line[] {
  if (!place) return []
  const { interface: device, hop, rule } = place
  const isTold = rule === null || summary.includes(`"${rule.text}"`)
  return device === null && hop === null && isTold ? [] : hang([], describePlace(place), columns)
}

const command = (host: string, text: string): Line => [
  say(`${host}$ `, 'dim'),
  say(text, 'command'),
]

/** A candidate, and the command that tells whether it is the one. */
export function candidateLines({ cause, side, tellApart }: Candidate, columns: number): Line[] {
  const head = hang([], `${cause} (${side})`, columns, 'bold')
  if (tellApart === null) return head
  return [
    ...head,
    ...indent(
      [
        command(tellApart.host, tellApart.command),
        ...hang([say('shows ', 'dim')], tellApart.shows, columns - 2),
      ],
      2,
    ),
  ]
}

function remedyLines(remedy: Remedy, columns: number): Line[] {
  const note = (name: string, text: string | null, style: Span['style'] = 'plain'): Line[] =>
    text === null ? [] : hang([say(name.padEnd(6), 'dim')], text, columns - 2, style)
  const { host, why, risk, undo, persist, turnsGreen } = remedy
  return [
    ...hang([], why, columns),
    command(host, remedy.command),
    ...indent(
      [
        ...note('risk', risk),
        ...(undo === null ? [] : [[say('undo  ', 'dim'), say(undo, 'command')]]),
        ...note('keep', persist),
        ...note('then', `${turnsGreen} must turn green: run the check again`),
      ],
      2,
    ),
  ]
}

/** The remedies; where no command is known, where to read on. */
export function mending({ cause, remedies }: Verdict, columns: number): Line[] {
  if (cause === null) return []
  return remedies.length > 0
    ? remedies.flatMap((remedy) => remedyLines(remedy, columns))
    : hang([], `rungs explain ${cause} tells how`, columns, 'dim')
}

/** `name: text`, further lines a little to the right. */
function remark(name: string, text: string, columns: number): Line[] {
  const [first = [], ...rest] = hang([], `${name}: ${text}`, columns - 2, 'dim')
  return [first, ...indent(rest, 2)]
}

const remarks = (reasons: readonly Reason[], columns: number): Line[] =>
  reasons.flatMap(({ names, because }) => remark(names.join(', '), because, columns))

/** `rung 7`, `rungs 6 and 7`, `rungs 5 to 7`. */
function describeLayers(layers: readonly number[]): string {
  const [first = 0] = layers
  const last = layers.at(-1) ?? first
  if (layers.length === 1) return `rung ${first}`
  return `rungs ${first} ${layers.length > 2 ? 'to' : 'and'} ${last}`
}

/** Where another cause may hide still; null where every rung was reached. */
export function describeUnreached(unreached: Verdict['unreached']): string | null {
  if (unreached.length === 0) return null
  const were = unreached.length === 1 ? 'was' : 'were'
  return `${describeLayers(unreached)} ${were} not reached: another cause may hide there; check again after the remedy`
}

/** Other faults that were seen, and where one may hide still. */
function behindLines({ behind, unreached }: Verdict, columns: number): Line[] {
  const seen = behind.flatMap(({ cause, side, because }) => [
    ...hang([], `${cause} (${side})`, columns, 'bold'),
    ...indent(hang([], because, columns - 2), 2),
  ])
  const hint = describeUnreached(unreached)
  return hint === null ? seen : [...seen, ...hang([], hint, columns, 'dim')]
}

/** Candidates are worth a section unless the only one is the cause, and proven. */
function candidates({ candidates, cause, confidence }: Verdict): readonly Candidate[] {
  return confidence === 'proven' ? candidates.filter((one) => one.cause !== cause) : candidates
}

/** The whole verdict within `columns`. */
export function verdictLines(diagnosis: Diagnosis, columns: number, page: Page): Line[] {
  const { verdict } = diagnosis
  const width = columns - HEADING_COLUMNS
  return [
    ...verdictFrame(verdict, columns, page),
    ...section('rounds', roundLines(diagnosis, width, page)),
    ...section('proof', proof(diagnosis, width, page)),
    ...section(
      'beside it',
      contrastLines(
        diagnosis.contrasts.slice(0, page.verbose ? diagnosis.contrasts.length : MOST_CONTRASTS),
        width,
        page,
      ),
    ),
    ...section('where', placeLines(verdict, width)),
    ...section(
      'could be',
      candidates(verdict).flatMap((one) => candidateLines(one, width)),
    ),
    ...section('ruled out', remarks(ruledOut(diagnosis), width)),
    ...section('mend it', mending(verdict, width)),
    ...section('behind it', behindLines(verdict, width)),
    ...section('not known', remarks(notKnown(diagnosis), width)),
  ]
}
