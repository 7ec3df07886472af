/** A diagnosis for people at a terminal: who talks to whom, the ladders, the verdict. */
import type { Attempt, Diagnosis, Finding } from '../diagnose/diagnosis.ts'
import { findingsByHost, LABEL_COLUMNS, labelled, rungBlocks } from './ladder.ts'
import { beside, hang, type Line, paintLines, say } from './line.ts'
import { eachText, type Page, readableColumns, STATUS_STYLE, showOn, signsOf } from './page.ts'
import { verdictLines } from './verdict.ts'

/** Two ladders side by side take this much and no more. */
const MOST_COLUMNS = 140

/** From this width on, the two ends stand side by side. */
const SIDE_BY_SIDE_COLUMNS = 100

/** More addresses than this are counted, not listed. */
const MOST_ATTEMPTS = 6

const named = (name: string, address: string | null): string =>
  address === null || address === name ? name : `${name} ${address}`

function title({ target, client, server }: Diagnosis, columns: number): Line[] {
  const from = `from ${named(client.name, client.address)}`
  const to = server ? ` to ${named(server.name, server.address)}` : ''
  const access = server?.access ? ` (${server.access})` : ''
  const what = target ? target.input : 'this machine, up to its way out'
  return [
    ...hang([say(' ')], what, columns, 'bold'),
    ...hang([say(' ')], from + to + access, columns),
  ]
}

const milliseconds = (value: number | null, name: string): string =>
  value === null
    ? ''
    : `${name} ${value < 100 ? Math.round(value * 10) / 10 : Math.round(value)} ms`

function attemptBlock(attempt: Attempt, columns: number, page: Page): Line[] {
  const { address, outcome, errno, phases, used } = attempt
  const status = outcome === 'answered' ? 'pass' : 'fail'
  const times = [
    milliseconds(phases.resolveMs, 'resolve'),
    milliseconds(phases.connectMs, 'connect'),
    milliseconds(phases.tlsMs, 'TLS'),
    milliseconds(phases.firstByteMs, 'first byte'),
  ].filter((part) => part !== '')
  const told = [outcome + (errno ? ` (${errno})` : '') + (used ? ', used' : ''), ...times]
  const sign = say(` ${signsOf(page).status[status]} `, STATUS_STYLE[status])
  return hang([sign], `${address} ${told.join(', ')}`, columns)
}

function attemptLines(attempts: readonly Attempt[], columns: number, page: Page): Line[] {
  const shown = page.verbose ? attempts : attempts.slice(0, MOST_ATTEMPTS)
  const rest = attempts.length - shown.length
  return [
    ...shown.flatMap((attempt) => attemptBlock(attempt, columns, page)),
    ...(rest > 0 ? [[say(` ${signsOf(page).cut} ${rest} more addresses`, 'dim')]] : []),
  ]
}

const heading = (host: string): Line => [say(` ${host.toUpperCase()}`, 'bold')]

/** The client's and the server's rungs in two columns. */
function sideBySide(
  client: readonly Finding[],
  server: readonly Finding[],
  columns: number,
  page: Page,
): Line[] {
  const width = Math.floor((columns - LABEL_COLUMNS - 3) / 2)
  const bar = say(` ${signsOf(page).down} `, 'dim')
  const right = rungBlocks(server, width, page)
  const blocks = rungBlocks(client, width, page).map((left, index) =>
    beside(left, right[index] ?? [], width, bar),
  )
  const heads = beside([[say('CLIENT', 'bold')]], [[say('SERVER', 'bold')]], width, bar)
  const margin = say(' '.repeat(LABEL_COLUMNS))
  return [...heads.map((line) => [margin, ...line]), ...labelled(blocks)]
}

function ladders(findings: readonly Finding[], columns: number, page: Page): Line[] {
  const hosts = findingsByHost(findings)
  const client = hosts.find(([host]) => host === 'client')?.[1] ?? []
  const server = hosts.find(([host]) => host === 'server')?.[1] ?? []
  const wide = columns >= SIDE_BY_SIDE_COLUMNS && server.length > 0 && !page.verbose
  const first = wide ? [...sideBySide(client, server, columns, page), []] : []
  const rest = wide ? hosts.filter(([host]) => host !== 'client' && host !== 'server') : hosts
  const ladder = (host: string, found: readonly Finding[]): Line[] => {
    const blocks = rungBlocks(found, columns - LABEL_COLUMNS, page)
    const asked = (layer: number): boolean => found.some((one) => one.layer === layer)
    const isEnd = host === 'client' || host === 'server'
    return labelled(isEnd ? blocks : blocks.map((block, at) => (asked(at + 1) ? block : [])))
  }
  return [
    ...first,
    ...rest.flatMap(([host, found]) => [
      ...(hosts.length > 1 ? [heading(host)] : []),
      ...ladder(host, found),
      [],
    ]),
  ]
}

/** The report as text; only the painter's own escape sequences are in it. */
export function formatDiagnosis(diagnosis: Diagnosis, page: Page): string {
  const columns = readableColumns(page, MOST_COLUMNS)
  const clean = eachText(diagnosis, (text) => showOn(page, text))
  const { findings, attempts, durationMs, privilege } = clean
  const who = privilege === 'root' ? 'as root' : 'without root'
  return paintLines(
    [
      ...title(clean, columns),
      ...attemptLines(attempts, columns, page),
      [],
      ...ladders(findings, columns, page),
      ...verdictLines(clean, columns, page),
      [
        say(
          ` ${Math.round(durationMs)} ms, ${who}, ${findings.length} ${findings.length === 1 ? 'check' : 'checks'}`,
          'dim',
        ),
      ],
    ],
    page.paint,
  )
}
