/** A trace as `mtr --report` prints it (mtr 0.95, ui/report.c), for whoever reads that already. */
import { printable } from '../../base/printable.ts'
import type { Hop } from '../../diagnose/trace/hop.ts'
import type { Trace } from '../../diagnose/trace/trace.ts'

/** Columns up to the first number, unless a name is longer. */
const HOST_COLUMNS = 33

const HEAD: readonly (readonly [title: string, width: number])[] = [
  ['Loss%', 6],
  ['Snt', 6],
  ['Last', 7],
  ['Avg', 6],
  ['Best', 6],
  ['Wrst', 6],
  ['StDev', 6],
]

const ms = (value: number | null): string => (value ?? 0).toFixed(1)

function numbers(hop: Hop): string[] {
  const { lossFraction, sent, lastMs, averageMs, bestMs, worstMs, deviationMs } = hop
  const times = [lastMs, averageMs, bestMs, worstMs, deviationMs].map(ms)
  // All lost: mtr has no room for the sign.
  const loss = lossFraction === 1 ? '100.0' : `${(lossFraction * 100).toFixed(1)}%`
  return [loss, String(sent), ...times]
}

const nameOf = ({ addresses: [first] }: Hop): string =>
  printable(first === undefined ? '???' : (first.name ?? first.address))

/** `AS64500`, or `AS???` where it is not known. */
const systemOf = ({ addresses: [first] }: Hop): string => `AS${first?.asn?.number ?? '???'}`

/** The report; `hostName` is this host's, `systems` puts the number of the autonomous system before each. */
export function formatMtrReport(trace: Trace, hostName: string, systems: boolean): string {
  const rows = trace.hops.map((hop) => {
    const number = `${String(hop.hop).padStart(3)}.`
    const name = nameOf(hop)
    const lead = systems ? `${number} ${systemOf(hop).padEnd(8)} ${name}` : `${number}|-- ${name}`
    return { lead, hop }
  })
  const title = `HOST: ${printable(hostName)}`
  const width = Math.max(
    HOST_COLUMNS,
    ...[title, ...rows.map(({ lead }) => lead)].map((text) => text.length),
  )
  const line = (lead: string, values: readonly string[]): string =>
    lead.padEnd(width) +
    values.map((value, index) => value.padStart(HEAD[index]?.[1] ?? 0)).join('')
  const start = trace.startedAt.replace(/\.\d+Z$|Z$/, '+0000')
  return [
    `Start: ${start}`,
    line(
      title,
      HEAD.map(([titleOf]) => titleOf),
    ),
    ...rows.map(({ lead, hop }) => line(lead, numbers(hop))),
    '',
  ].join('\n')
}
