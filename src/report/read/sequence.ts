/** One connection as a sequence diagram: two lifelines, an arrow a packet, what each means under it. */
import { type Line, say } from '../line.ts'
import { type Page, readableColumns, showOn } from '../page.ts'
import { cutToWidth, displayWidth, padToWidth, wrap } from '../width.ts'
import { formatSeconds } from './instant.ts'
import type { SequenceEnds, SequenceStep } from './sequence-step.ts'

const MOST_COLUMNS = 110

type Signs = {
  readonly life: string
  readonly silence: string
  readonly across: string
  readonly right: string
  readonly left: string
  readonly fromLeft: string
  readonly fromRight: string
}

const UNICODE: Signs = {
  life: '│',
  silence: '┊',
  across: '─',
  right: '▶',
  left: '◀',
  fromLeft: '├',
  fromRight: '┤',
}

const ASCII: Signs = {
  life: '|',
  silence: ':',
  across: '-',
  right: '>',
  left: '<',
  fromLeft: '|',
  fromRight: '|',
}

/** Where everything stands. */
type Grid = {
  readonly signs: Signs
  readonly frame: number
  readonly time: number
  /** Between the lifelines. */
  readonly inner: number
  readonly page: Page
}

const margin = ({ frame, time }: Grid): string => ' '.repeat(frame + time + 4)

/** `├─ SYN  seq A ────────▶│` or `│◀──────── SYN, ACK  seq B ─┤` */
function arrow(label: string, fromClient: boolean, { signs, inner, page }: Grid): string {
  const text = ` ${cutToWidth(showOn(page, label), inner - 6, page.unicode ? '…' : '...')} `
  const line = signs.across.repeat(Math.max(1, inner - displayWidth(text) - 2))
  return fromClient
    ? `${signs.fromLeft}${signs.across}${text}${line}${signs.right}${signs.life}`
    : `${signs.life}${signs.left}${line}${text}${signs.across}${signs.fromRight}`
}

/** Text between the lifelines. */
const between = (text: string, life: string, grid: Grid, style: 'dim' | 'warn'): Line[] =>
  wrap(showOn(grid.page, text), grid.inner - 4).map((part) => [
    say(`${margin(grid)}${life}  `),
    say(part, style),
    say(`${padToWidth('', grid.inner - 2 - displayWidth(part))}${life}`),
  ])

function stepLines(step: SequenceStep, startNs: number, grid: Grid): Line[] {
  const { signs } = grid
  if (step.kind !== 'packet') {
    return between(step.says, signs.silence, grid, 'dim')
  }
  const frame = String(step.frame).padStart(grid.frame)
  const time = formatSeconds(step.timeNs - startNs).padStart(grid.time)
  return [
    [
      say(`${frame}  ${time}  `, 'dim'),
      say(arrow(step.label, step.fromClient, grid), step.marked ? 'warn' : 'plain'),
    ],
    ...step.notes.flatMap((note) => between(note, signs.life, grid, step.marked ? 'warn' : 'dim')),
  ]
}

/** The names above the lifelines, the server's up to its own line; below the client's where they do not fit beside it. */
function heads(ends: SequenceEnds, grid: Grid): Line[] {
  const room = grid.inner + 2
  const cut = (text: string): string =>
    cutToWidth(showOn(grid.page, text), room, grid.page.unicode ? '…' : '...')
  const [client, server] = [cut(`client ${ends.client}`), cut(`server ${ends.server}`)]
  const line = (text: string): Line => [say(margin(grid)), say(text, 'bold')]
  const gap = room - displayWidth(client + server)
  if (gap >= 2) return [line(client + ' '.repeat(gap) + server)]
  return [line(client), line(' '.repeat(room - displayWidth(server)) + server)]
}

/** The diagram of steps that come from one connection; times count from its first packet. */
export function sequenceLines(
  ends: SequenceEnds,
  steps: readonly SequenceStep[],
  page: Page,
): Line[] {
  const packets = steps.filter((step) => step.kind === 'packet')
  const startNs = packets[0]?.timeNs ?? 0
  const widest = (texts: readonly string[]): number =>
    texts.reduce((most, text) => Math.max(most, text.length), 1)
  const frame = widest(packets.map((step) => String(step.frame)))
  const time = widest(packets.map((step) => formatSeconds(step.timeNs - startNs)))
  const grid: Grid = {
    signs: page.unicode ? UNICODE : ASCII,
    frame,
    time,
    inner: readableColumns(page, MOST_COLUMNS) - frame - time - 6,
    page,
  }
  return [...heads(ends, grid), ...steps.flatMap((step) => stepLines(step, startNs, grid))]
}
