/** `rungs read FILE`: the table of connections, then what the capture as a whole comes to. */
import { CaptureVerdicts } from '../../diagnose/capture-verdict.ts'
import { tellStory } from '../../flow/story.ts'
import { hang, type Line, paintLines, say } from '../../report/line.ts'
import { readableColumns } from '../../report/page.ts'
import { describeBytes, describeCount, describeDuration } from '../../report/read/amount.ts'
import { captureVerdictLines } from '../../report/read/capture-verdict.ts'
import { connectionRow } from '../../report/read/connection-row.ts'
import { describeChecksums, type Statistics } from '../../report/read/statistics.ts'
import { headLines, type Layout, layOut, type Row, rowLines } from '../../report/read/table.ts'
import type { Form, Scene } from './scene.ts'
import { isWanted } from './selection.ts'

/** Rows that are looked at before the widths of the columns are settled. */
const MEASURED_ROWS = 2000

/** What rows of a capture that is going on may look like: the columns have to fit those that are not there yet. */
const TYPICAL_ROW: Row = {
  number: '9999',
  start: '00:00:00.000',
  client: '255.255.255.255:65535',
  server: '255.255.255.255:65535',
  service: 'service',
  story: 'accepted-then-closed',
  duration: '999 ms',
  bytes: '999 kB',
  sentence: '',
  status: 'pass',
}

/** Writes rows in columns that fit the first of them. */
class TableWriter {
  private readonly scene: Scene
  private layout: Layout | null = null
  private waiting: Row[] = []

  constructor(scene: Scene) {
    this.scene = scene
  }

  add(rows: readonly Row[]): void {
    for (const row of rows) this.waiting.push(row)
    const isMeasured = this.layout !== null || this.waiting.length >= MEASURED_ROWS
    if (isMeasured || this.scene.isLive) this.write()
  }

  /** Writes what waits. */
  write(): void {
    const { page, output } = this.scene
    if (this.waiting.length === 0) return
    if (this.layout === null) {
      const typical = this.scene.isLive ? [TYPICAL_ROW] : []
      this.layout = layOut([...typical, ...this.waiting], page)
      output.write(paintLines(headLines(this.layout), page.paint))
    }
    const { layout } = this
    for (const row of this.waiting)
      output.write(paintLines(rowLines(row, layout, page), page.paint))
    this.waiting = []
  }
}

/** `19 packets (1.2 kB), 5 connections, 60.1 s from 2007-05-31T21:06:32.845356Z on` */
function summaryLines(scene: Scene, statistics: Statistics, connections: number): Line[] {
  const { page } = scene
  const { packets, bytes, firstNs, lastNs } = statistics
  const parts = [
    `${describeCount(packets, 'packet')} (${describeBytes(bytes)})`,
    describeCount(connections, 'connection'),
    ...(packets === 0
      ? []
      : [`${describeDuration(lastNs - firstNs)} from ${scene.tellTime(firstNs)} on`]),
  ]
  const columns = readableColumns(page, MOST_COLUMNS)
  const { checksums } = statistics
  const sums = checksums && (describeChecksums(checksums) ?? 'all checksums hold')
  return [
    ...hang([say(' ')], parts.join(', '), columns, 'dim'),
    ...(sums === null ? [] : hang([say(' ')], sums, columns, checksums?.wrong ? 'warn' : 'dim')),
  ]
}

const MOST_COLUMNS = 110

/** The form that is printed where no other was asked for; `statistics` is counted by the loop. */
export function tableForm(scene: Scene, statistics: Statistics): Form {
  const { page, output, request } = scene
  const writer = new TableWriter(scene)
  const order = scene.inOrder<Row>((rows) => writer.add(rows))
  const verdicts = new CaptureVerdicts()
  let shown = 0
  return {
    after: null,
    ended: (connection, name) => {
      if (!isWanted(connection, name, request)) {
        order.add(connection.id, null)
        return
      }
      shown++
      const story = tellStory(connection)
      verdicts.add(connection, story)
      order.add(connection.id, connectionRow(connection, story, scene.wording))
    },
    needsPayload: true,
    finish: () => {
      order.flush()
      writer.write()
      if (shown > 0) output.write('\n')
      output.write(paintLines(summaryLines(scene, statistics, shown), page.paint))
      if (shown > 0)
        output.write(paintLines(captureVerdictLines(verdicts.verdict(), page), page.paint))
      return null
    },
  }
}
