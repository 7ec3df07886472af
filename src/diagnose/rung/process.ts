/** Rung 7, on the server: the process behind the port, proc(5). */

import { processLimits } from '../../facts/proc-pid.ts'
import { openFiles } from '../../facts/proc-pid-fd.ts'
import { process } from '../../facts/ps.ts'
import {
  type Accusation,
  type Check,
  count,
  pass,
  placeOn,
  type Ruling,
  skip,
  unanswered,
  unknown,
  witnessed,
} from '../check.ts'
import type { Inquiry } from '../host.ts'
import { remedy } from '../remedy.ts'
import { portListeners } from '../serving.ts'

const STUCK: Readonly<Record<string, string>> = {
  T: 'is stopped by a signal',
  t: 'is stopped by a debugger',
  D: 'waits for a device without end',
  Z: 'is a zombie',
}

export const alive: Check = {
  id: 'process.alive',
  layer: 7,
  question: 'Is the process behind the port alive, and does it run on?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    const failing = await witness.failing()
    const stuck = failing?.stage === 'silent' || failing?.exchange.connect.outcome === 'timeout'
    const { answer, here, port } = await portListeners(witness, inquiry, stuck)
    if (!answer.known) return unanswered(answer)
    if (here.length === 0) return skip(`nothing listens on port ${port}`)
    const owners = here.flatMap(({ processes }) => processes)
    const [owner] = owners
    if (!owner) return unknown('the owner of the socket cannot be seen', 'root on the server')
    // Of workers that share the socket one that runs is enough.
    const all = await Promise.all(
      [...new Set(owners.map(({ pid }) => pid))]
        .slice(0, 4)
        .map((pid) => inquiry.askAgain(process(pid))),
    )
    const states = all.flatMap((one) => (one.known ? [one.value] : []))
    const [first] = all
    if (!first?.known) return first ? unanswered(first) : unknown('no process could be read')
    const evidence = witnessed(
      inquiry,
      first,
      states.map((one) => `${one.pid} ${one.state} ${one.command}`),
    )
    const frozen =
      states.length > 0 && states.every(({ state }) => state in STUCK) ? states[0] : undefined
    const waiting = Math.max(...here.map(({ receiveQueue }) => receiveQueue))
    if (frozen)
      return isFrozen(
        frozen.pid,
        frozen.state,
        owner.name,
        port,
        waiting,
        Boolean(failing),
        evidence,
      )
    if (failing?.stage === 'silent' && waiting > 0)
      return {
        status: 'fail',
        summary: `${owner.name} (${owner.pid}) runs, and ${count(waiting, 'connection')} wait${waiting === 1 ? 's' : ''} to be accepted`,
        evidence,
        accuses: [
          frozenAs(
            'likely',
            `${owner.name} (${owner.pid}) does not accept: ${count(waiting, 'connection')} of port ${port} wait`,
            owner.pid,
          ),
        ],
      }
    const limits = await outOfFiles(inquiry, owner.pid, Boolean(failing))
    return (
      limits ?? pass(`${owner.name} (${owner.pid}), state ${states[0]?.state ?? '?'}`, evidence)
    )
  },
}

function isFrozen(
  pid: number,
  state: string,
  name: string,
  port: number,
  waiting: number,
  failed: boolean,
  evidence: ReturnType<typeof witnessed>,
): Ruling {
  const because = `the process ${name} (${pid}) behind port ${port} ${STUCK[state]} (state ${state})${waiting > 0 ? `; ${count(waiting, 'connection')} wait${waiting === 1 ? 's' : ''} to be accepted` : ''}`
  return {
    status: failed ? 'fail' : 'warn',
    summary: because,
    evidence,
    accuses: failed ? [frozenAs('proven', because, pid, state === 'T')] : [],
  }
}

const frozenAs = (
  weight: Accusation['weight'],
  because: string,
  pid: number,
  stopped = false,
): Accusation => ({
  cause: 'tcp.frozen',
  side: 'server',
  weight,
  because,
  place: placeOn('server'),
  remedies: stopped
    ? [
        remedy({
          host: 'server',
          command: `kill -CONT ${pid}`,
          why: 'the process goes on where it was stopped',
          undo: `kill -STOP ${pid}`,
          turnsGreen: 'process.alive',
        }),
      ]
    : [],
})

/** Near the limit of open files a process accepts nothing more. */
async function outOfFiles(inquiry: Inquiry, pid: number, failed: boolean): Promise<Ruling | null> {
  if (!failed) return null
  const [limits, files] = await Promise.all([
    inquiry.ask(processLimits(pid)),
    inquiry.ask(openFiles(pid)),
  ])
  if (!limits.known || !files.known || limits.value.openFilesSoft === null) return null
  if (files.value.length < limits.value.openFilesSoft) return null
  const because = `process ${pid} has ${files.value.length} files open, its limit is ${limits.value.openFilesSoft}`
  return {
    status: 'fail',
    summary: because,
    evidence: witnessed(inquiry, limits),
    accuses: [
      {
        cause: 'service.no-resources',
        side: 'server',
        weight: 'proven',
        because,
        place: placeOn('server'),
        remedies: [
          remedy({
            host: 'server',
            command: `prlimit --pid ${pid} --nofile=65536`,
            why: 'the process may open more files',
            undo: `prlimit --pid ${pid} --nofile=${limits.value.openFilesSoft}`,
            persist: 'LimitNOFILE= in the unit',
            turnsGreen: 'process.alive',
          }),
        ],
      },
    ],
  }
}
