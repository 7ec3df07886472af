/** `rungs read FILE`: the table of connections, then what the capture as a whole comes to. */
import type { Connection } from '../../flow/connection.ts'
import { tellStory } from '../../flow/story.ts'
import { hang, type Line, paintLines, say } from '../../report/line.ts'
import { readableColumns } from '../../report/page.ts'
import { describeBytes, describeCount, describeDuration } from '../../report/read/amount.ts'
import { connectionRow } from '../../report/read/connection-row.ts'
import { InOrder } from '../../report/read/in-order.ts'
import { formatInstant } from '../../report/read/instant.ts'
import { headLines, type Layout, layOut, type Row, rowLines } from '../../report/read/table.ts'
import type { PacketLoop } from './packet-loop.ts'
import { FIRST_CONNECTION, type Form, type Scene } from './scene.ts'
import { isWanted } from './selection.ts'

/** Rows that are looked at before the widths of the columns are settled. */
const MEASURED_ROWS = 2000

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
    if (this.layout !== null || this.waiting.length >= MEASURED_ROWS) this.write()
  }

  /** Writes what waits. */
  write(): void {
    const { page, output } = this.scene
    if (this.waiting.length === 0) return
    if (this.layout === null) {
      this.layout = layOut(this.waiting, page)
      output.write(paintLines(headLines(this.layout), page.paint))
    }
    const { layout } = this
    for (const row of this.waiting) output.write(paintLines(rowLines(row, layout, page), page.paint))
    this.waiting = []
  }
}

/** `19 packets in 5 connections, 60.1 s from 2007-05-31T21:06:32.845356Z on` */
function summaryLines(scene: Scene, loop: PacketLoop, times: Times, connections: number): Line[] {
  const { page, epochSeconds } = scene
  const lasted = describeDuration(times.lastNs - times.firstNs)
  const text =
    loop.frame === 0
      ? 'no packets'
      : [
          `${describeCount(loop.frame, 'packet')} (${describeBytes(loop.flows?.totals.bytes ?? 0)})`,
          `${describeCount(connections, 'connection')}`,
          `${lasted} from ${formatInstant(times.firstNs, epochSeconds)} on`,
        ].join(', ')
  return hang([say(' ')], text, readableColumns(page, 110), 'dim')
}

type Times = { firstNs: number; lastNs: number }

/** The form that is printed where no other was asked for. */
export function tableForm(scene: Scene): Form {
  const { page, output, request } = scene
  const writer = new TableWriter(scene)
  const order = new InOrder<Row>((rows) => writer.add(rows), FIRST_CONNECTION)
  const times: Times = { firstNs: Number.POSITIVE_INFINITY, lastNs: Number.NEGATIVE_INFINITY }
  let shown = 0
  return {
    before: null,
    after: ({ timeNs }) => {
      if (timeNs < times.firstNs) times.firstNs = timeNs
      if (timeNs > times.lastNs) times.lastNs = timeNs
    },
    ended: (connection: Connection, name) => {
      if (!isWanted(connection, name, request)) {
        order.add(connection.id, null)
        return
      }
      shown++
      order.add(connection.id, connectionRow(connection, tellStory(connection), scene.wording))
    },
    needsPayload: true,
    finish: (loop) => {
      order.flush()
      writer.write()
      if (shown > 0) output.write('\n')
      output.write(paintLines(summaryLines(scene, loop, times, shown), page.paint))
      return null
    },
  }
}
