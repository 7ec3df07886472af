/** Rung 7, on the server: the unit of systemd, or the script of /etc/init.d, that stands for the service. */

import { shellWord } from '../../base/shell-word.ts'
import { cgroupOf } from '../../facts/cgroup.ts'
import { unit as unitNamed } from '../../facts/systemctl.ts'
import type { Unit } from '../../facts/unit.ts'
import type { CauseCode } from '../cause.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  skip,
  unitsUnanswered,
  unknown,
  witnessed,
} from '../check.ts'
import { causeOfComplaint } from '../complaint.ts'
import { daemonsOf } from '../daemon.ts'
import type { Remedy } from '../diagnosis.ts'
import type { Answer, Inquiry } from '../host.ts'
import { type LastWords, lastWords } from '../last-words.ts'
import { journal, usualLogs } from '../logbook.ts'
import { remedy } from '../remedy.ts'
import { ownersOf, portListeners } from '../serving.ts'

type Known = Answer<Unit> & { readonly known: true }

export const service: Check = {
  id: 'service.unit',
  layer: 7,
  question: 'Is the service active?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    if (inquiry.host.limits.units === 'machine')
      return unknown('units belong to the machine around this host')
    const listening = await portListeners(witness, inquiry)
    const failed = (await witness.failing()) !== null
    const [owner] = ownersOf(listening)
    if (listening.here.length > 0) return serving(inquiry, owner?.pid ?? null, failed)
    const names = daemonsOf(listening.port).flatMap((daemon) => daemon.names)
    const answers = await Promise.all(names.map((name) => inquiry.ask(unitNamed(name))))
    const units = answers.filter((one): one is Known => one.known && isInstalled(one.value))
    const [found] = units.toSorted((a, b) => urgency(b.value) - urgency(a.value))
    const [first] = answers
    if (!found)
      return first && !first.known
        ? unitsUnanswered(inquiry, first)
        : skip('no unit that usually serves this port is installed')
    const { port } = listening
    if (urgency(found.value) === 0)
      return {
        status: 'warn',
        summary: `${found.value.name} is active, and does not listen on port ${port}`,
        evidence: witnessed(inquiry, found),
      }
    return notServing(inquiry, found, port, failed, witness.probes.now())
  },
}

const isInstalled = ({ loadState }: Unit): boolean =>
  /^(loaded|masked|bad-setting)$/.test(loadState)

/** How much a unit of the port's usual ones asks to be looked at; 0 for one that is active. */
function urgency({ activeState, loadState, enabled }: Unit): number {
  if (activeState === 'active') return 0
  if (activeState === 'failed' || loadState === 'bad-setting') return 4
  if (activeState === 'activating') return 3
  return enabled === 'enabled' || loadState === 'masked' ? 2 : 1
}

/** So many restarts are no accident. */
const RESTARTS_OF_A_LOOP = 3

const stateOf = ({ name, activeState, subState, result, exitStatus, restarts }: Unit): string =>
  [
    `${name} is ${activeState} (${subState})`,
    ...(result && result !== 'success' ? [`result ${result}`] : []),
    ...(exitStatus ? [`exit status ${exitStatus}`] : []),
    ...(restarts ? [`restarted ${restarts} times`] : []),
  ].join(', ')

/** Something listens: the unit of its process. */
async function serving(inquiry: Inquiry, pid: number | null, failed: boolean): Promise<Ruling> {
  const cgroup = pid === null ? null : await inquiry.ask(cgroupOf(pid))
  const name = cgroup?.known ? cgroup.value.unit : null
  if (name === null) return skip('the process belongs to no unit')
  const answer = await inquiry.ask(unitNamed(name))
  if (!answer.known) return unitsUnanswered(inquiry, answer)
  const state = stateOf(answer.value)
  const evidence = witnessed(inquiry, answer)
  const loops = failed && (answer.value.restarts ?? 0) >= RESTARTS_OF_A_LOOP
  if (!loops) return pass(state, evidence)
  return {
    status: 'fail',
    summary: state,
    evidence,
    accuses: [accuse('service.crash-loop', 'likely', state)],
  }
}

const accuse = (
  cause: CauseCode,
  weight: Accusation['weight'],
  because: string,
  remedies: readonly Remedy[] = [],
): Accusation => ({ cause, side: 'server', weight, because, place: placeOn('server'), remedies })

function causeOf({ restarts, activeState, result }: Unit, words: LastWords | null): CauseCode {
  if (result === 'oom-kill') return 'service.no-resources'
  const reason = causeOfComplaint(words?.complaint ?? null)
  if (reason) return reason
  return activeState === 'activating' || (restarts ?? 0) >= RESTARTS_OF_A_LOOP
    ? 'service.crash-loop'
    : 'service.stopped'
}

/** Nothing listens, and a unit that should is not active. */
async function notServing(
  inquiry: Inquiry,
  answer: Known,
  port: number,
  failed: boolean,
  nowMs: number,
): Promise<Ruling> {
  const { value: down, output } = answer
  const name = down.name.replace(/\.service$/, '')
  const bySystemd = output.argv[0] === 'systemctl'
  const words = failed
    ? await lastWords(
        inquiry,
        name,
        [...usualLogs(name), ...(bySystemd ? [journal(down.name)] : [])],
        nowMs,
      )
    : null
  const summary = `${stateOf(down)}, and nothing listens on port ${port}${words ? `; ${words.text}` : ''}`
  const evidence = [...witnessed(inquiry, answer), ...(words ? [words.evidence] : [])]
  if (!failed) return { status: 'warn', summary, evidence }
  // Of those that merely could serve the port none is known to be meant.
  const weight = urgency(down) > 1 || words ? 'proven' : 'likely'
  const remedies = isFutile(words) ? [] : [start(inquiry.host.name, name, bySystemd, down)]
  return {
    status: 'fail',
    summary,
    evidence,
    accuses: [accuse(causeOf(down, words), weight, summary, remedies)],
  }
}

/** Started again it would end again in the same way. */
const isFutile = (words: LastWords | null): boolean =>
  words !== null && /^(configuration|address-in-use|disk)$/.test(words.complaint)

const start = (host: string, name: string, bySystemd: boolean, down: Unit): Remedy => {
  const word = shellWord(name)
  const masked = down.loadState === 'masked'
  return remedy({
    host,
    command: bySystemd
      ? `${masked ? `systemctl unmask ${word} && ` : ''}systemctl start ${word}`
      : `service ${word} start`,
    why: stateOf(down),
    undo: bySystemd
      ? `systemctl stop ${word}${masked ? ` && systemctl mask ${word}` : ''}`
      : `service ${word} stop`,
    keep: { kind: 'service', name },
    turnsGreen: 'service.unit',
  })
}
