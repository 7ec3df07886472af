/** Rung 7, on the server: what its log tells of this check, and what it complained of meanwhile. */

import { clock } from '../../facts/date.ts'
import { familyOf } from '../../wire/address.ts'
import type { CauseCode } from '../cause.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  seen,
  skip,
  unanswered,
  unknown,
} from '../check.ts'
import { causeOfComplaint } from '../complaint.ts'
import type { Evidence, Remedy } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import { type Complained, type LogReading, matchLog } from '../log-match.ts'
import { explainMatch } from '../log-words.ts'
import { type LogPage, type LogSource, openLogs, otherLogs, readLogs } from '../logbook.ts'
import { appendLines, deleteWhole } from '../persist/edit.ts'
import { remedy } from '../remedy.ts'
import {
  type Listening,
  listenersOn,
  type Owner,
  ownersOf,
  portInQuestion,
  protocolOf,
} from '../serving.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'

/** A daemon writes its line when it has answered: so long it is given before a second look. */
const SOON_MS = 30
/** After a failure there is time. */
const LATER_MS = 250

type Service = {
  readonly listening: Listening
  readonly owner: Owner
  readonly open: readonly LogSource[]
}

/** The processes behind a port, and the logs that they hold open. */
async function serviceOn(
  witness: Witness,
  inquiry: Inquiry,
  port: number,
): Promise<Service | Ruling> {
  const listening = await listenersOn(inquiry, port, protocolOf(witness))
  if (!listening.answer.known) return unanswered(listening.answer)
  if (listening.here.length === 0) return skip(`nothing listens on port ${port} here`)
  const owners = ownersOf(listening)
  const [owner] = owners
  if (!owner) return unknown('the owner of the socket cannot be seen', 'root on the server')
  const pids = owners.map(({ pid }) => pid)
  return { listening, owner, open: await openLogs(inquiry, pids) }
}

/** True where what was said to the server held the token. */
const isMarked = ({ exchange }: Visit, token: string): boolean =>
  exchange.transcript.some((line) => line.startsWith('> ') && line.includes(token))

type Read = { readonly pages: readonly LogPage[]; readonly reading: LogReading }

/** Reads the logs, and once more where a line that must come is not there yet. */
async function readAround(
  witness: Witness,
  inquiry: Inquiry,
  sources: readonly LogSource[],
  visit: Visit,
  fromMs: number,
): Promise<Read> {
  const { probes, token } = witness
  const { localAddress: address, localPort: port } = visit.exchange.connect
  const marked = isMarked(visit, token)
  const answered = visit.stage === 'answered'
  const read = async (): Promise<Read> => {
    const toMs = probes.now()
    const [pages, time] = await Promise.all([readLogs(inquiry, sources, toMs), inquiry.ask(clock)])
    const attempted = { token: marked ? token : null, address, port, fromMs, toMs }
    const known = time.known ? { server: time.value, clientMs: fromMs } : null
    return { pages, reading: matchLog(pages, attempted, known) }
  }
  const first = await read()
  if (first.reading.match || (answered && !marked)) return first
  await new Promise((resolve) => {
    setTimeout(resolve, answered ? SOON_MS : LATER_MS)
  })
  return read()
}

/** The server ended the session or answered with an error: its log gives the reason. */
const TELLING: ReadonlySet<Visit['stage']> = new Set(['closed', 'failure', 'refusal'])

/** Only these are told by hosts_access(5). */
const WRAPPERS = /refused connect from|libwrap|tcp_wrappers/

/** So many crashes in what was read are a habit. */
const CRASHES_OF_A_LOOP = 3

/** A line, not longer than is read at a glance. */
const quote = (text: string): string => (text.length > 240 ? `${text.slice(0, 240)}…` : text)

const say = ({ source, line }: Complained): string => `${source} says: ${quote(line.text.trim())}`

/** A complaint that is only of the same time may be about somebody else. */
const isOurs = ({ tie, line }: Complained): boolean => tie !== 'time' || line.peer === null

function accuse(complaint: Complained, pages: readonly LogPage[]): Accusation | null {
  const { complaint: kind, peer, text } = complaint.line
  if (kind === 'access-list' && peer)
    return accusation(
      'session.accepted-then-closed',
      complaint,
      // Nobody is let in of whom only the time of a line speaks.
      WRAPPERS.test(text) && isOurs(complaint) ? [admit(peer.address)] : [],
    )
  const crashes = pages.flatMap(({ lines }) => lines.filter((line) => line.complaint === 'crash'))
  const cause =
    kind === 'crash' && crashes.length >= CRASHES_OF_A_LOOP
      ? 'service.crash-loop'
      : causeOfComplaint(kind)
  if (!cause) return null
  return accusation(cause, complaint)
}

const accusation = (
  cause: CauseCode,
  complaint: Complained,
  remedies: readonly Remedy[] = [],
): Accusation => ({
  cause,
  side: 'server',
  weight: isOurs(complaint) ? 'proven' : 'likely',
  because: say(complaint),
  place: placeOn('server'),
  remedies,
})

/** Lets an address in again that hosts.deny turns away: hosts.allow is looked into first, hosts_access(5). */
function admit(address: string): Remedy {
  const file = '/etc/hosts.allow'
  const entry = `ALL: ${familyOf(address) === 6 ? `[${address}]` : address}`
  return remedy({
    host: 'server',
    command: appendLines(file, [entry]),
    why: 'tcp wrappers turn the client away',
    risk: 'every service behind tcp wrappers lets this address in',
    undo: deleteWhole(file, entry),
    turnsGreen: 'session.kept',
  })
}

/** Of each log what matters of it: the attempt's own line and the complaints. */
function evidenceOf(inquiry: Inquiry, { pages, reading }: Read): readonly Evidence[] {
  const { match, complaints } = reading
  return pages.flatMap(({ source, output }) => {
    const lines = [...(match ? [match] : []), ...complaints]
      .filter((one) => one.source === source)
      .map(({ line }) => line.text)
    return lines.length > 0
      ? [seen(inquiry.host.name, output, [...new Set(lines)].slice(0, 6))]
      : []
  })
}

/** An access log was read: a request that it does not hold did not come to this service. */
const keepsRequests = (pages: readonly LogPage[]): boolean =>
  pages.some(({ lines }) => lines.some(({ status }) => status !== null))

function judge(witness: Witness, inquiry: Inquiry, visit: Visit, read: Read): Ruling {
  const { pages, reading } = read
  const names = pages.map(({ source }) => source).join(', ')
  const matched = explainMatch(reading, visit.exchange.connect.localAddress, witness.token)
  const evidence = evidenceOf(inquiry, read)
  if (visit.stage !== 'answered') {
    const complaint = reading.complaints.find(isOurs) ?? reading.complaints[0]
    if (complaint) {
      const accusation = accuse(complaint, pages)
      return {
        status: visit.stage === 'refusal' ? 'warn' : 'fail',
        summary: [say(complaint), ...(matched ? [matched] : [])].join('; '),
        evidence,
        accuses: accusation ? [accusation] : [],
        ...(isOurs(complaint) && TELLING.has(visit.stage) && { told: say(complaint) }),
      }
    }
  }
  if (matched) return pass(matched, evidence)
  if (isMarked(visit, witness.token) && keepsRequests(pages))
    return unknown(
      `${names} holds no line of this check: it is written later, or another host or service answered`,
    )
  return visit.stage === 'answered'
    ? skip(`${names} holds no line of this connection`)
    : unknown(`${names} holds no line of this connection, and no complaint of its time`)
}

export const log: Check = {
  id: 'service.log',
  layer: 7,
  question: "What does the service's log tell of this check?",
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    const fromMs = witness.probes.now()
    // Asked while the visits go on, so that only the reading is left when they end.
    void serviceOn(witness, inquiry, witness.target.port).then((one) => {
      if ('open' in one && one.open.length > 0) void inquiry.ask(clock)
    })
    const visit = (await witness.failing()) ?? (await witness.visits()).last
    if (!visit || visit.stage === 'connect') return skip('no connection came to the service')
    const service = await serviceOn(witness, inquiry, await portInQuestion(witness, inquiry))
    if ('status' in service) return service
    const { listening, owner, open } = service
    const others = visit.stage === 'answered' ? [] : await otherLogs(inquiry, owner, listening)
    const sources = [...open, ...others]
    if (sources.length === 0)
      return skip(`${owner.name} holds no log open; others are read after a failure only`)
    const read = await readAround(witness, inquiry, sources, visit, fromMs)
    return read.pages.length === 0
      ? unknown(`no log of ${owner.name} could be read`, 'root on the server')
      : judge(witness, inquiry, visit, read)
  },
}
