/** The answer of `rungs firewall` for people at a terminal: the packet, the verdict, its way, the commands. */
import { describePlace } from '../facts/rule-set.ts'
import { serviceName } from '../facts/service-names.ts'
import type { Fate } from '../policy/journey.ts'
import type { Deed, Offer } from '../policy/ruling/offer.ts'
import { formatEndpoint } from '../wire/endpoint.ts'
import type { FirewallReport, Outcome, PacketRecord } from './firewall-report.ts'
import { ruleText, wayLines } from './firewall-way.ts'
import { box, hang, indent, type Line, paintLines, say } from './line.ts'
import { eachText, type Page, readableColumns, STATUS_STYLE, showOn, signsOf } from './page.ts'
import { HEADING_COLUMNS, section } from './section.ts'

/** Wider lines are hard to read; commands are never broken. */
const MOST_COLUMNS = 100

const STATUS: Readonly<Record<Fate, 'pass' | 'warn' | 'fail' | 'unknown'>> = {
  accepted: 'pass',
  redirected: 'pass',
  dropped: 'fail',
  rejected: 'fail',
  unknown: 'unknown',
}

const VERDICT: Readonly<Record<Fate, string>> = {
  accepted: 'accepted',
  redirected: 'redirected',
  dropped: 'dropped',
  rejected: 'rejected',
  unknown: 'cannot be known',
}

const end = (address: string, port: number | null, isAny: boolean): string => {
  const who = isAny ? 'any' : address === '' ? 'itself' : address
  return port === null ? who : formatEndpoint({ address: who, port })
}

const service = ({ protocol, destinationPort }: PacketRecord): string => {
  const name = destinationPort === null || protocol === 'icmp' ? null : serviceName(destinationPort)
  return name === null ? '' : ` (${name})`
}

/** `, in by eth0, out by eth1`, as far as it came. */
function devices({ packet, there }: FirewallReport): string {
  const { outputDevice } = there.ends
  const input = packet.inputDevice === null ? '' : `, in by ${packet.inputDevice}`
  return `${input}${outputDevice === null ? '' : `, out by ${outputDevice}`}`
}

function title(report: FirewallReport, columns: number, page: Page): Line[] {
  const { packet, source, there } = report
  const from = end(packet.source, packet.sourcePort, report.anySource)
  const isItself = report.anyDestination && there.course === 'input'
  const to = isItself
    ? `:${packet.destinationPort ?? ''}`
    : end(packet.destination, packet.destinationPort, report.anyDestination)
  const what = packet.protocol === 'icmp' ? (packet.icmpType ?? 'icmp') : packet.protocol
  const state = packet.state === 'new' ? '' : `, ${packet.state}`
  const ends = `${what} ${from} ${signsOf(page).to} ${to}${service(packet)}`
  const where = source.host === 'local' ? 'this host' : (source.host ?? source.files.join(', '))
  return [
    ...hang([say(' ')], `${ends}${state}${devices(report)}`, columns, 'bold'),
    ...hang([say(' ')], `${where}: ${report.because}`, columns),
  ]
}

/** `redirected to 10.0.0.1:25025`. */
function headline({ verdict, ends }: Outcome): string {
  if (verdict !== 'redirected') return VERDICT[verdict]
  const { destination: address, destinationPort: port } = ends
  return `redirected to ${port === null ? address : formatEndpoint({ address, port })}`
}

/** Where it is not known: what it may come to, and what decides if no rule fits that cannot be judged. */
function openEnds({ possible, rule }: Outcome): string {
  const fates = possible.filter((fate) => fate !== 'unknown')
  const may = fates.length < 2 ? '' : `it may be ${fates.join(' or ')}; `
  const otherwise = rule === null ? 'no rule stops it' : `${describePlace(rule)} decides`
  return `${may}if no rule fits that cannot be judged, ${otherwise}`
}

/** What becomes of the packets after it, where they do not all pass. */
function laterLines({ reply, onward }: FirewallReport, columns: number, page: Page): Line[] {
  const [first] = [
    { what: 'the reply', outcome: reply },
    { what: 'what follows', outcome: onward },
  ].filter(({ outcome }) => outcome !== null && STATUS[outcome.verdict] !== 'pass')
  if (!first?.outcome) return []
  const { verdict, summary } = first.outcome
  const fate = verdict === 'unknown' ? 'may be stopped' : `is ${verdict}`
  const sign = say(`${signsOf(page).status.warn} `, 'warn')
  return hang([sign], `but ${first.what} ${fate}: ${summary}`, columns)
}

function frame(report: FirewallReport, columns: number, page: Page): Line[] {
  const { there } = report
  const status = STATUS[there.verdict]
  const style = STATUS_STYLE[status]
  const inner = columns - 4
  const rule = there.verdict === 'unknown' ? openEnds(there) : ruleText(there.rule)
  return box(
    [
      ...hang([], `${signsOf(page).status[status]} ${headline(there)}`, inner, style),
      ...hang([], there.summary, inner, 'bold'),
      ...(rule === null ? [] : hang([], rule, inner)),
      ...(there.owner === null ? [] : hang([], `a rule of ${there.owner}`, inner)),
      ...(report.sees === null ? [] : hang([], report.sees.says, inner)),
      ...laterLines(report, inner, page),
    ],
    columns,
    signsOf(page).frame,
    style,
  )
}

const EXCEPTIONS = 5

/** Rules that may rule otherwise about particular addresses. */
function exceptions({ exceptions: all }: FirewallReport, columns: number, page: Page): Line[] {
  const shown = page.verbose ? all : all.slice(0, EXCEPTIONS)
  const rest = all.length - shown.length
  return [
    ...shown.flatMap((place) => hang([], `${describePlace(place)}: ${place.text}`, columns)),
    ...(rest > 0 ? [[say(`${signsOf(page).cut} ${rest} more: -v shows them`, 'dim')]] : []),
  ]
}

const TO: Readonly<Record<Deed, string>> = {
  allow: 'to allow',
  block: 'to block',
  reject: 'to reject',
  redirect: 'redirect',
}

function offerLines({ tool, note, keep, commands, undo }: Offer, columns: number): Line[] {
  const typed = (command: string): Line => [say('# ', 'dim'), say(command, 'command')]
  return [
    [say(`with ${tool}`, 'dim')],
    ...commands.map(typed),
    ...(note === null ? [] : indent(hang([say('note  ', 'dim')], note, columns - 2), 2)),
    ...undo.map((command): Line => [say('  undo  ', 'dim'), say(command, 'command')]),
    ...(keep === null ? [] : indent(hang([say('keep  ', 'dim')], keep, columns - 2), 2)),
  ]
}

function offers(report: FirewallReport, columns: number): Line[] {
  const deeds = Object.keys(TO) as Deed[]
  return deeds.flatMap((deed) => {
    const those = report.offers.filter((offer) => offer.deed === deed)
    return section(
      TO[deed],
      those.flatMap((offer) => offerLines(offer, columns)),
    )
  })
}

function unknowns({ unknowns }: Outcome, columns: number): Line[] {
  return unknowns.flatMap(({ rule, because }) =>
    hang([], rule === null ? because : `${describePlace(rule)}: ${because}`, columns),
  )
}

/** The report as text; only the painter's own escape sequences are in it. */
export function formatFirewall(report: FirewallReport, page: Page): string {
  const columns = readableColumns(page, MOST_COLUMNS)
  const width = columns - HEADING_COLUMNS
  const clean = eachText(report, (text) => showOn(page, text))
  const { there, reply, onward } = clean
  const back = reply !== null && (page.verbose || STATUS[reply.verdict] !== 'pass')
  return paintLines(
    [
      ...title(clean, columns, page),
      ...frame(clean, columns, page),
      ...section('its way', wayLines(there, width, page)),
      ...section('the reply', back ? wayLines(reply, width, page) : []),
      ...section('then', page.verbose && onward !== null ? wayLines(onward, width, page) : []),
      ...section('not known', unknowns(there, width)),
      ...section('except', exceptions(clean, width, page)),
      ...offers(clean, width),
      ...section(
        'keep',
        clean.keeps.flatMap(({ tool, how }) => hang([say(`${tool}  `, 'dim')], how, width)),
      ),
      ...section(
        'note',
        clean.notes.flatMap((note) => hang([], note, width)),
      ),
    ],
    page.paint,
  )
}
