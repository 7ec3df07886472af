/**
 * A diagnosis as Markdown (CommonMark with GitHub's tables), to be pasted into an issue. Text from outside
 * can neither format, link, mention somebody nor leave its code block.
 */
import { printable } from '../base/printable.ts'
import type { Candidate, Contrast, Diagnosis, Finding, Remedy } from '../diagnose/diagnosis.ts'
import { evidenceText } from './evidence.ts'
import { findingsByHost, LAYER_NAME } from './ladder.ts'
import { STATE_STATUS, UNICODE_SIGNS } from './page.ts'
import { notKnown, type Reason, ruledOut } from './reason.ts'
import { describeRounds } from './rounds.ts'
import { decidingFindings, describePlace, describePosition, describeUnreached } from './verdict.ts'

const SIGNS = UNICODE_SIGNS.status

/** As it is read: CommonMark §2.4 lets any punctuation be escaped; a comment parts a mention from its name. */
export const escapeMarkdown = (text: string): string =>
  printable(text)
    .replace(/[\\`*_[\]<>|~&!]/g, '\\$&')
    .replace(/^(\s*)([-+=#])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2')
    .replace(/:(?=\/\/)|(?<=www)\./gi, '\\$&')
    .replace(/[@#](?=\w)/g, '$&<!-- -->')

/** The longest run of backticks in the text. */
const longestRun = (text: string): number =>
  Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))

/** Text between enough backticks, on one line. */
export function codeSpan(text: string): string {
  const clean = printable(text)
  const ticks = '`'.repeat(longestRun(clean) + 1)
  const pad = /^`|`$|^ .* $/.test(clean) || clean === '' ? ' ' : ''
  return ticks + pad + clean + pad + ticks
}

/** Lines between enough backticks. */
function codeBlock(lines: readonly string[], language = ''): string {
  const clean = lines.map(printable)
  const fence = '`'.repeat(Math.max(3, longestRun(clean.join('\n')) + 1))
  return [fence + language, ...clean, fence].join('\n')
}

/** A code span may stand in a table, but for the bar (GFM §4.10). */
const cell = (text: string): string => text.replaceAll('\\|', '|').replaceAll('|', '\\|')

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n')

const bullets = (items: readonly string[]): string => items.map((item) => `* ${item}`).join('\n')

/** A heading and what is under it; nothing where there is nothing. */
const section = (heading: string, ...parts: readonly string[]): string[] => {
  const told = parts.filter((part) => part !== '')
  return told.length === 0 ? [] : [`### ${heading}`, ...told]
}

function ends({ target, client, server, routers, attempts }: Diagnosis): string {
  const host = (name: string, address: string | null, access: string | null): string =>
    [name, address === name ? null : address, access && `(${access})`]
      .filter((part) => part !== null)
      .map(escapeMarkdown)
      .join(' ')
  return table(
    ['', ''],
    [
      ['target', target ? codeSpan(target.input) : 'this machine, up to its way out'],
      ['client', host(client.name, client.address, null)],
      ...(server ? [['server', host(server.name, server.address, server.access)]] : []),
      ...routers.map(({ name, access }) => ['router', host(name, null, access)]),
      ...attempts.map(({ address, outcome, errno }) => [
        'tried',
        escapeMarkdown(`${address}: ${outcome}${errno ? ` (${errno})` : ''}`),
      ]),
    ],
  )
}

const proof = ({ summary, evidence }: Finding): string =>
  [
    `${escapeMarkdown(summary)}`,
    ...(evidence.length > 0 ? [codeBlock(evidence.flatMap(evidenceText), 'console')] : []),
  ].join('\n\n')

function remedy({ host, command, why, risk, undo, persist, turnsGreen }: Remedy): string {
  const notes = [
    ['Risk', escapeMarkdown(risk)],
    ['Undo', undo === null ? null : codeSpan(undo)],
    ['Keep', persist === null ? null : escapeMarkdown(persist)],
    ['Then', `${codeSpan(turnsGreen)} must turn green: run the check again`],
  ]
  return [
    `On **${escapeMarkdown(host)}**: ${escapeMarkdown(why)}`,
    codeBlock([command], 'sh'),
    bullets(notes.filter(([, text]) => text !== null).map(([name, text]) => `${name}: ${text}`)),
  ].join('\n\n')
}

const contrast = ({ works, fails, tells }: Contrast): string =>
  `${SIGNS.pass} ${escapeMarkdown(works)}; ${SIGNS.fail} ${escapeMarkdown(fails)}: ${escapeMarkdown(tells)}`

const candidate = ({ cause, side, tellApart }: Candidate): string =>
  tellApart === null
    ? `${codeSpan(cause)} (${side})`
    : `${codeSpan(cause)} (${side}): ${codeSpan(tellApart.command)} on ${escapeMarkdown(tellApart.host)} shows ${escapeMarkdown(tellApart.shows)}`

const reasons = (all: readonly Reason[]): string =>
  bullets(
    all.map(
      ({ names, because }) => `${names.map(codeSpan).join(', ')}: ${escapeMarkdown(because)}`,
    ),
  )

/** Every check, folded away. */
function checks({ findings }: Diagnosis): string {
  const rows = findingsByHost(findings).flatMap(([, found]) =>
    found.map(({ host, layer, id, status, summary, explainedBy }) => [
      `${SIGNS[status]} ${status}`,
      escapeMarkdown(host),
      `${layer} ${LAYER_NAME[layer]}`,
      codeSpan(id),
      escapeMarkdown(summary) + (explainedBy ? ` (follows from ${codeSpan(explainedBy)})` : ''),
    ]),
  )
  return `<details><summary>All ${findings.length} checks</summary>\n\n${table(['status', 'host', 'layer', 'check', 'found'], rows)}\n\n</details>`
}

/** The report; no heading above the second level, so that it fits into a page. */
export function formatMarkdown(diagnosis: Diagnosis): string {
  const { verdict, tool, startedAt, durationMs, privilege } = diagnosis
  const { state, cause, candidates, place, behind } = verdict
  const others = candidates.filter((one) => verdict.confidence !== 'proven' || one.cause !== cause)
  const position = describePosition(verdict)
  const parts = [
    `## ${SIGNS[STATE_STATUS[state]]} ${state}${cause ? `: ${codeSpan(cause)}` : ''}`,
    `**${escapeMarkdown(verdict.summary)}**${position ? ` (${position})` : ''}`,
    ends(diagnosis),
    ...section(
      'Rounds',
      bullets(
        describeRounds(diagnosis).map(({ what, when }) => `${escapeMarkdown(what)}, ${when}`),
      ),
    ),
    ...section('Proof', ...decidingFindings(diagnosis).map(proof)),
    ...section('Beside it', bullets(diagnosis.contrasts.map(contrast))),
    ...section('Where', place?.rule ? codeSpan(describePlace(place)) : ''),
    ...section('Could be', bullets(others.map(candidate))),
    ...section('Mend it', ...verdict.remedies.map(remedy)),
    ...section(
      'Behind it',
      bullets(
        behind.map((one) => `${codeSpan(one.cause)} (${one.side}): ${escapeMarkdown(one.because)}`),
      ),
      describeUnreached(verdict.unreached) ?? '',
    ),
    ...section('Ruled out', reasons(ruledOut(diagnosis))),
    ...section('Not known', reasons(notKnown(diagnosis))),
    checks(diagnosis),
    `${escapeMarkdown(tool)}, ${escapeMarkdown(startedAt)}, ${Math.round(durationMs)} ms, ${privilege === 'root' ? 'as root' : 'without root'}`,
  ]
  return `${parts.join('\n\n')}\n`
}
