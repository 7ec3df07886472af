/** The ladder of one host: seven rungs, the climb's way, from the cable up to the application. */
import type { Evidence, Finding, Layer, Status } from '../diagnose/diagnosis.ts'
import { describeDelta } from './evidence.ts'
import { fit, hang, indent, type Line, say } from './line.ts'
import { type Page, STATUS_STYLE, signsOf } from './page.ts'
import { padToWidth } from './width.ts'

export const LAYERS: readonly Layer[] = [1, 2, 3, 4, 5, 6, 7]

export const LAYER_NAME: Readonly<Record<Layer, string>> = {
  1: 'physical',
  2: 'link',
  3: 'network',
  4: 'transport',
  5: 'session',
  6: 'presentation',
  7: 'application',
}

/** The findings by the host that was asked, the client first, then the server, then the routers. */
export function findingsByHost(findings: readonly Finding[]): [host: string, Finding[]][] {
  const hosts = [...new Set(['client', 'server', ...findings.map(({ host }) => host)])]
  return hosts
    .map((host): [string, Finding[]] => [host, findings.filter((one) => one.host === host)])
    .filter(([host, found]) => host === 'client' || found.length > 0)
}

/** ` 6 presentation  `: what `labelled` puts in front, as wide for every layer. */
export const LABEL_COLUMNS: number = ' 6 presentation  '.length

/** Longest word of a status. */
const STATUS_COLUMNS = 'unknown'.length

/** What matters first. */
const ORDER: readonly Status[] = ['fail', 'warn', 'unknown', 'pass', 'skip']

/** Lines of evidence shown unless everything is asked for. */
const SHORT_EVIDENCE_LINES = 6

/** `✓ pass    `, a sign and a word, so that no colour is needed. */
export function statusLabel(status: Status, page: Page, dim = false): Line {
  const word = padToWidth(`${signsOf(page).status[status]} ${status}`, STATUS_COLUMNS + 2)
  return [say(`${word}  `, dim ? 'dim' : STATUS_STYLE[status])]
}

/** `client$ ip -br link`, its lines, and the counter that moved; the command is never broken. */
export function evidenceLines(evidence: Evidence, columns: number, page: Page): Line[] {
  const { host, command, lines, delta } = evidence
  const signs = signsOf(page)
  const most = page.verbose ? lines.length : SHORT_EVIDENCE_LINES
  const shown = lines.slice(0, most).flatMap((line) => hang([say('  ')], line, columns, 'dim'))
  const rest = lines.length - most
  return [
    [say(`${host}$ `, 'dim'), say(command, 'command')],
    ...shown,
    ...(rest > 0 ? [[say(`  ${signs.cut} ${rest} more lines (--verbose)`, 'dim')]] : []),
    ...(delta ? hang([say('  ')], describeDelta(delta, signs.to), columns, 'bold') : []),
  ]
}

/** One finding in full: what it found, and what explains it. */
function findingLines(finding: Finding, columns: number, page: Page): Line[] {
  const { status, summary, explainedBy, side, evidence } = finding
  const follows = explainedBy ? ` (follows from ${explainedBy})` : ''
  const where = side === 'path' ? 'on the path: ' : ''
  const label = statusLabel(status, page, explainedBy !== null)
  const head = hang(label, where + summary + follows, columns, explainedBy ? 'dim' : 'plain')
  if (!page.verbose) return head
  const question = hang([], `${finding.question} [${finding.id}]`, columns - 2, 'dim')
  const proof = evidence.flatMap((one) => evidenceLines(one, columns - 2, page))
  return [...head, ...indent([...question, ...proof], 2)]
}

/** The findings of one status that need no line of their own, as one line. */
function condensed(
  findings: readonly Finding[],
  status: Status,
  columns: number,
  page: Page,
): Line[] {
  const signs = signsOf(page)
  const summaries = findings.filter((one) => one.status === status).map(({ summary }) => summary)
  if (summaries.length === 0) return []
  const text = [...new Set(summaries)].join(signs.between)
  return [
    fit(statusLabel(status, page), text, columns, status === 'skip' ? 'dim' : 'plain', signs.cut),
  ]
}

/** What was found on one rung. */
function rungLines(findings: readonly Finding[], columns: number, page: Page): Line[] {
  if (findings.length === 0) return [[say(`${signsOf(page).status.skip} nothing asked`, 'dim')]]
  const told = page.verbose
    ? findings
    : findings.filter(({ status }) => status === 'fail' || status === 'warn')
  const sorted = told.toSorted(
    (a, b) =>
      Number(a.explainedBy !== null) - Number(b.explainedBy !== null) ||
      ORDER.indexOf(a.status) - ORDER.indexOf(b.status),
  )
  const lines = sorted.flatMap((finding) => findingLines(finding, columns, page))
  if (page.verbose) return lines
  return [
    ...lines,
    ...condensed(findings, 'unknown', columns, page),
    ...condensed(findings, 'pass', columns, page),
    ...condensed(findings, 'skip', columns, page),
  ]
}

/** The seven rungs of the findings of one host, each as a block of lines within `columns`. */
export const rungBlocks = (findings: readonly Finding[], columns: number, page: Page): Line[][] =>
  LAYERS.map((layer) =>
    rungLines(
      findings.filter((finding) => finding.layer === layer),
      columns,
      page,
    ),
  )

/** The blocks, each with its rung's name in front of its first line. */
export const labelled = (blocks: readonly (readonly Line[])[]): Line[] =>
  blocks.flatMap((block, index) =>
    block.map((line, row) => {
      const layer = LAYERS[index] ?? 7
      const label = row === 0 ? ` ${layer} ${LAYER_NAME[layer]}` : ''
      return [say(padToWidth(label, LABEL_COLUMNS), 'bold'), ...line]
    }),
  )
