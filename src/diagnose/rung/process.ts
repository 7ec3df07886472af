/** Rung 7, on the server: the process behind the port, proc(5). */

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
import { type Listening, ownersOf, portListeners } from '../serving.ts'

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
    const earlier = await portListeners(witness, inquiry)
    const now = failing ? await portListeners(witness, inquiry, true) : earlier
    const { answer, here, port } = now
    if (!answer.known) return unanswered(answer)
    const exchanged = anotherOne(inquiry, earlier, now)
    if (exchanged) return exchanged
    if (here.length === 0) return skip(`nothing listens on port ${port}`)
    const owners = ownersOf(now)
    const [owner] = owners
    if (!owner) return unknown('the owner of the socket cannot be seen', 'root on the server')
    // Of workers that share the socket one that runs is enough.
    const all = await Promise.all(
      owners.slice(0, 4).map(({ pid }) => inquiry.askAgain(process(pid))),
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
    return pass(`${owner.name} (${owner.pid}), state ${states[0]?.state ?? '?'}`, evidence)
  },
}

/** Behind the port is another process than a moment ago: it ended, and something starts it again. */
function anotherOne(inquiry: Inquiry, earlier: Listening, now: Listening): Ruling | null {
  const [was] = ownersOf(earlier)
  const owners = ownersOf(now)
  const [is] = owners
  if (!was || !is || owners.some(({ pid }) => pid === was.pid)) return null
  const because = `${was.name} (${was.pid}) listened on port ${now.port} when this check began, and now ${is.name} (${is.pid}) does: it ends and is started again`
  return {
    status: 'fail',
    summary: because,
    evidence: [
      ...witnessed(inquiry, earlier.answer, [`${earlier.port}: ${was.name} (${was.pid})`]),
      ...witnessed(inquiry, now.answer, [`${now.port}: ${is.name} (${is.pid})`]),
    ],
    accuses: [
      {
        cause: 'service.crash-loop',
        side: 'server',
        weight: 'proven',
        because,
        place: placeOn('server'),
      },
    ],
  }
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
