/** A trace for people at a terminal: one line a hop, then what the path is worth. */
import type { Status } from '../../diagnose/diagnosis.ts'
import type { Hop, HopAddress } from '../../diagnose/trace/hop.ts'
import type { PathState, Trace } from '../../diagnose/trace/trace.ts'
import { formatEndpoint } from '../../wire/endpoint.ts'
import { hang, type Line, paintLines, type Style, say } from '../line.ts'
import { eachText, type Page, readableColumns, STATUS_STYLE, showOn, signsOf } from '../page.ts'
import { cutToWidth, displayWidth, padToWidth } from '../width.ts'

const MOST_COLUMNS = 120
const LEAST_HOST = 20

const PROTOCOL_NAME = { udp: 'UDP', icmp: 'ICMP', tcp: 'TCP' } as const

/** `0.03`, `12.4`, `123`: as much as matters. */
export function formatMs(ms: number | null): string {
  if (ms === null) return ''
  return ms < 1 ? ms.toFixed(2) : ms < 100 ? ms.toFixed(1) : String(Math.round(ms))
}

/** `0%`, `33%`, `0.5%`. */
export function formatLoss(fraction: number): string {
  const percent = fraction * 100
  return `${percent > 0 && percent < 1 ? percent.toFixed(1) : Math.round(percent)}%`
}

/** `gw.example (192.0.2.1)`; the address alone where it has no name. */
export const describeHost = ({ address, name }: HopAddress): string =>
  name === null ? address : `${name} (${address})`

/** `AS64500 EXAMPLE`; empty where it is not known. */
export const describeAs = ({ asn }: HopAddress): string =>
  asn === null ? '' : `AS${asn.number}${asn.name === null ? '' : ` ${asn.name}`}`

type Column = { readonly title: string; readonly of: (hop: Hop) => string }

const TIMES: readonly Column[] = [
  { title: 'loss', of: (hop) => (hop.sent === 0 ? '' : formatLoss(hop.lossFraction)) },
  { title: 'sent', of: ({ sent }) => String(sent) },
  { title: 'last', of: ({ lastMs }) => formatMs(lastMs) },
  { title: 'avg', of: ({ averageMs }) => formatMs(averageMs) },
  { title: 'best', of: ({ bestMs }) => formatMs(bestMs) },
  { title: 'worst', of: ({ worstMs }) => formatMs(worstMs) },
  { title: 'stdev', of: ({ deviationMs }) => formatMs(deviationMs) },
  { title: 'jitter', of: ({ jitterMs }) => formatMs(jitterMs) },
]

const MTU: Column = {
  title: 'mtu',
  of: ({ mtuBytes }) => (mtuBytes === null ? '' : String(mtuBytes)),
}

/** What stands in the column of hosts: one line for each address. */
function hostLines(hop: Hop, page: Page): string[] {
  if (hop.addresses.length === 0) return [hop.sent === 0 ? 'not asked' : 'no answer']
  const sign = hop.sign === null ? '' : ` ${hop.sign}`
  return [
    ...hop.addresses.map((one, index) => `${describeHost(one)}${index === 0 ? sign : ''}`),
    ...hop.labels.map(({ label, ttl }) => `MPLS ${label}, ttl ${ttl}`),
  ].map((text) => showOn(page, text))
}

/** Grey is what does not matter; the notes say the same in words. */
function styleOf(hop: Hop): Style {
  const { marks } = hop
  if (marks.includes('loses') || marks.includes('refuses') || marks.includes('loop')) return 'fail'
  if (marks.includes('silent') || marks.includes('limits-answers')) return 'dim'
  if (hop.received === 0) return 'dim'
  return hop.kind === 'arrived' ? 'bold' : 'plain'
}

type Cell = {
  readonly hop: Hop
  readonly hosts: readonly string[]
  readonly systems: readonly string[]
}

/** The table: number, host, autonomous system where one is known, and times. */
export function hopLines(trace: Trace, page: Page): Line[] {
  const { hops, mtu } = trace
  const columns = [...TIMES, ...(mtu === null ? [] : [MTU])]
  const widths = columns.map(({ title, of }) =>
    Math.max(title.length, ...hops.map((hop) => of(hop).length)),
  )
  const cells: Cell[] = hops.map((hop) => ({
    hop,
    hosts: hostLines(hop, page),
    systems: hop.addresses.map((one) => showOn(page, describeAs(one))),
  }))
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(displayWidth))
  const numbers = widths.reduce((sum, width) => sum + width + 2, 0)
  const room = Math.max(LEAST_HOST, readableColumns(page, MOST_COLUMNS) - numbers - 5)
  const systemsWish = widest(cells.flatMap(({ systems }) => systems))
  const hostsWish = Math.max(4, widest(cells.flatMap(({ hosts }) => hosts)))
  const systems = systemsWish === 0 ? 0 : Math.min(systemsWish, Math.max(10, room - hostsWish - 2))
  const hosts = Math.min(hostsWish, room - (systems === 0 ? 0 : systems + 2))
  const { cut } = signsOf(page)
  const line = (
    number: string,
    host: string,
    system: string,
    values: readonly string[],
    style: Style,
  ): Line => [
    say(` ${number.padStart(2)}  `, style),
    say(padToWidth(cutToWidth(host, hosts, cut), hosts), style),
    ...(systems === 0
      ? []
      : [say(`  ${padToWidth(cutToWidth(system, systems, cut), systems)}`, style)]),
    ...values.map((value, index) => say(`  ${value.padStart(widths[index] ?? 0)}`, style)),
  ]
  const titles = columns.map(({ title }) => title)
  return [
    line('#', 'host', systems === 0 ? '' : 'AS', titles, 'dim'),
    ...cells.flatMap(({ hop, hosts: names, systems: its }) =>
      names.map((name, index) =>
        index === 0
          ? line(
              String(hop.hop),
              name,
              its[0] ?? '',
              columns.map(({ of }) => of(hop)),
              styleOf(hop),
            )
          : line('', name, its[index] ?? '', [], 'dim'),
      ),
    ),
  ]
}

/** `ICMP 10.0.0.1 → www.example.org (192.0.2.7), 3 probes a hop of 60 bytes`. */
export function describeTrace(trace: Trace, page: Page): string {
  const { target, source, rounds, packetBytes } = trace
  const to =
    target.port === null
      ? target.address
      : formatEndpoint({ address: target.address, port: target.port })
  const named = target.input === target.address ? to : `${target.input} (${to})`
  const via = source.device === null ? '' : ` via ${source.device}`
  const flow = source.flow === 0 ? '' : `, flow ${source.flow}`
  const probes = rounds === 1 ? '1 probe' : `${rounds} probes`
  return `${PROTOCOL_NAME[target.protocol]} ${source.address}${via} ${signsOf(page).to} ${named}, ${probes} a hop of ${packetBytes} bytes${flow}`
}

const STATUS: Readonly<Record<PathState, Status>> = {
  reached: 'pass',
  refused: 'fail',
  loop: 'fail',
  silent: 'unknown',
  unsent: 'fail',
}

/** The verdict, what else is to be known, and what could not be seen. */
export function verdictLines({ verdict, mtu, unknowns }: Trace, page: Page): Line[] {
  const columns = readableColumns(page, MOST_COLUMNS)
  const { status: signs } = signsOf(page)
  const status = verdict.state === 'reached' && verdict.atFault ? 'warn' : STATUS[verdict.state]
  const lead = (sign: string, style: Style): Line => [say(` ${sign} `, style)]
  const path = mtu?.pathBytes ?? null
  const size = path === null ? '' : `, packets up to ${path} bytes`
  return [
    ...hang(
      lead(signs[status], STATUS_STYLE[status]),
      `${verdict.summary}${size}`,
      columns,
      STATUS_STYLE[status],
    ),
    ...verdict.notes.flatMap(({ matters, text }) =>
      matters
        ? hang(lead(signs.warn, 'warn'), text, columns)
        : hang(lead(signs.skip, 'dim'), text, columns, 'dim'),
    ),
    ...unknowns.flatMap(({ what, needs }) =>
      hang(
        lead(signs.unknown, 'unknown'),
        needs === null ? what : `${what}: ${needs}`,
        columns,
        'dim',
      ),
    ),
  ]
}

/** The whole trace as text; only the painter's own escape sequences are in it. */
export function formatTrace(trace: Trace, page: Page): string {
  const clean = eachText(trace, (text) => showOn(page, text))
  const columns = readableColumns(page, MOST_COLUMNS)
  return paintLines(
    [
      ...hang([say(' ')], describeTrace(clean, page), columns, 'bold'),
      ...(clean.hops.length === 0 ? [] : hopLines(clean, page)),
      ...verdictLines(clean, page),
    ],
    page.paint,
  )
}
