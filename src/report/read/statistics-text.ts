/** The statistics of a capture for people at a terminal. */
import { hang, type Line, paintLines, say } from '../line.ts'
import { type Page, readableColumns, showOn } from '../page.ts'
import { section } from '../section.ts'
import { cutToWidth, displayWidth, padToWidth } from '../width.ts'
import { describeBytes, describeCount, describeDuration, formatCount } from './amount.ts'
import { describeChecksums, type Outstanding, type StatisticsReport } from './statistics.ts'

const MOST_COLUMNS = 110

/** More of one kind are told by `--json`. */
const MOST_LINES = 12

/** What stands left of a section's first line is as wide as its headings need. */
const HEADINGS = 11

const percent = (part: number, whole: number): string =>
  whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`

/** Rows of cells, the first column left, the others right. */
function columns(rows: readonly (readonly string[])[], page: Page): Line[] {
  const shown = rows.map((row) => row.map((cell) => showOn(page, cell)))
  const widths = (shown[0] ?? []).map((_, column) =>
    shown.reduce((widest, row) => Math.max(widest, displayWidth(row[column] ?? '')), 0),
  )
  const room = readableColumns(page, MOST_COLUMNS) - HEADINGS
  const rest = widths.slice(1).reduce((sum, width) => sum + width + 2, 0)
  const first = Math.min(widths[0] ?? 0, Math.max(8, room - rest))
  return shown.map((row) =>
    row.map((cell, column) => {
      const cut = page.unicode ? '…' : '...'
      if (column === 0) return say(padToWidth(cutToWidth(cell, first, cut), first))
      return say(`  ${' '.repeat((widths[column] ?? 0) - displayWidth(cell))}${cell}`)
    }),
  )
}

/** At most `MOST_LINES` of them, and how many there are beside. */
function some(lines: readonly Line[], what: string): Line[] {
  const rest = lines.length - MOST_LINES
  if (rest <= 1) return [...lines]
  return [...lines.slice(0, MOST_LINES), [say(`and ${rest} more ${what} (--json has them)`, 'dim')]]
}

const outstanding = ({ id, client, server, service }: Outstanding, to: string): string =>
  `${id}  ${client} ${to} ${server}${service === '' ? '' : ` (${service})`}`

function totals(report: StatisticsReport, page: Page): Line[] {
  const { packets, bytes, capturedBytes, durationMs, connections, firstAt } = report
  const cut = capturedBytes < bytes ? `, ${describeBytes(capturedBytes)} of them captured` : ''
  const seconds = durationMs / 1000
  const rate = seconds > 0 ? `, ${describeBytes(bytes / seconds)}/s` : ''
  const lines = [
    `${describeCount(packets, 'packet')}, ${describeBytes(bytes)}${cut}`,
    ...(firstAt === null
      ? []
      : [`${describeDuration(durationMs * 1e6)} from ${firstAt} on${rate}`]),
    describeCount(connections, 'connection'),
  ]
  return lines.flatMap((line) => hang([], line, readableColumns(page, MOST_COLUMNS) - HEADINGS))
}

function checksumText({ checksums }: StatisticsReport): string {
  if (checksums === null) return ''
  const { ok, unknown } = checksums
  const rest = unknown === 0 ? '' : `, ${formatCount(unknown)} could not be verified`
  return `${formatCount(ok)} hold${rest}${describeChecksums(checksums) === null ? '' : `; ${describeChecksums(checksums)}`}`
}

/** The report as text. */
export function formatStatistics(report: StatisticsReport, page: Page): string {
  const { packets, connections, notUnderstood, damagedPackets } = report
  const to = page.unicode ? '→' : '->'
  const lines = [
    ...section('in all', totals(report, page)),
    ...section(
      'protocol',
      columns(
        report.byProtocol.map((one) => [
          one.name,
          formatCount(one.packets),
          percent(one.packets, packets),
          describeBytes(one.bytes),
        ]),
        page,
      ),
    ),
    ...section(
      'story',
      columns(
        report.byStory.map((one) => [
          one.story,
          formatCount(one.connections),
          percent(one.connections, connections),
        ]),
        page,
      ),
    ),
    ...section(
      'service',
      some(
        columns(
          report.byService.map((one) => [
            one.name === '' ? 'not known' : one.name,
            formatCount(one.connections),
            percent(one.connections, connections),
            describeBytes(one.bytes),
          ]),
          page,
        ),
        'services',
      ),
    ),
    ...section(
      'marks',
      columns(
        report.marks.map((one) => [
          one.mark,
          formatCount(one.packets),
          percent(one.packets, packets),
        ]),
        page,
      ),
    ),
    ...section(
      'slowest',
      columns(
        report.slowestAnswers.map((one) => [
          outstanding(one, to),
          describeDuration(one.answerMs * 1e6),
        ]),
        page,
      ),
    ),
    ...section(
      'repeated',
      columns(
        report.mostRetransmitted.map((one) => [
          outstanding(one, to),
          describeCount(one.retransmissions, 'time'),
          describeBytes(one.retransmittedBytes),
        ]),
        page,
      ),
    ),
    ...section(
      'checksums',
      hang([], checksumText(report), readableColumns(page, MOST_COLUMNS) - HEADINGS).filter(
        () => report.checksums !== null,
      ),
    ),
    ...section('unread', [
      ...notUnderstood.map(
        ({ linkType, name, packets: count }): Line => [
          say(`${describeCount(count, 'packet')} of link type ${linkType} (${name})`, 'warn'),
        ],
      ),
      ...(damagedPackets > 0
        ? [[say(`${describeCount(damagedPackets, 'packet')} with damaged headers`, 'warn')]]
        : []),
    ] as Line[]),
  ]
  return paintLines(lines, page.paint)
}
