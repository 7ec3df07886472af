/** Rung 7, on the server: the container that publishes the port. */

import { shellWord } from '../../base/shell-word.ts'
import type { Engine } from '../../facts/docker.ts'
import type { ContainerDetail } from '../../facts/docker-inspect.ts'
import type { CauseCode } from '../cause.ts'
import { type Check, count, pass, placeOn, type Ruling, seen, skip, unanswered } from '../check.ts'
import type { Remedy } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import { type LastWords, lastWords } from '../last-words.ts'
import { printedBy } from '../logbook.ts'
import { type Publisher, publishersOf } from '../publisher.ts'
import { remedy } from '../remedy.ts'
import { portListeners } from '../serving.ts'

/** The state of a container, how it ended last, how often it began again, and its health. */
export const describeState = (detail: ContainerDetail): string => {
  const { state, exitCode, oomKilled, restarts, health } = detail
  return [
    state,
    ...(exitCode === null || state === 'running' ? [] : [`exit code ${exitCode}`]),
    ...(oomKilled ? ['killed for want of memory'] : []),
    ...(restarts > 0 ? [`restarted ${count(restarts, 'time')}`] : []),
    ...(health ? [health] : []),
  ].join(', ')
}

export const container: Check = {
  id: 'service.container',
  layer: 7,
  question: 'Does a container publish the port, and does it run?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    if (inquiry.host.limits.units !== 'own')
      return skip('containers belong to the machine around it')
    if ((await witness.failing()) === null) return skip('the service answers')
    const listening = await portListeners(witness, inquiry)
    const found = await publishersOf(inquiry, listening)
    if ('because' in found) return unanswered(found)
    const [first] = found
    return first
      ? judge(inquiry, first, listening.port, witness.probes.now())
      : skip(`no container publishes port ${listening.port}`)
  },
}

/** So many restarts are no accident. */
const RESTARTS_OF_A_LOOP = 3

/** What a container stands for that does not run, or not for long. */
export function causeOf({ state, oomKilled, restarts }: ContainerDetail): CauseCode {
  if (oomKilled) return 'service.no-resources'
  if (state === 'paused') return 'tcp.frozen'
  return state === 'restarting' || restarts >= RESTARTS_OF_A_LOOP
    ? 'service.crash-loop'
    : 'service.stopped'
}

async function judge(
  inquiry: Inquiry,
  { engine, container: one, output }: Publisher,
  port: number,
  nowMs: number,
): Promise<Ruling> {
  const runs = one.state === 'running'
  const state = `container ${one.name} is ${describeState(one)}`
  const evidence = [seen(inquiry.host.name, output, [state])]
  const summary = `${state}, and publishes port ${port}`
  if (runs && one.restarts < RESTARTS_OF_A_LOOP)
    return one.health === 'unhealthy'
      ? { status: 'warn', summary, evidence }
      : pass(summary, evidence)
  const words = await lastWords(inquiry, '', [printedBy(engine, one.id, one.name)], nowMs)
  const because = [
    `port ${port} is published by a container: ${state}`,
    ...(one.error ? [one.error] : []),
    ...(words ? [words.text] : []),
  ].join('; ')
  return {
    status: 'fail',
    summary: because,
    evidence: [...evidence, ...(words ? [words.evidence] : [])],
    accuses: [
      {
        cause: causeOf(one),
        side: 'server',
        weight: runs ? 'likely' : 'proven',
        because,
        place: placeOn('server'),
        remedies: mend(inquiry.host.name, engine, one, words),
      },
    ],
  }
}

function mend(
  host: string,
  engine: Engine,
  { name, state }: ContainerDetail,
  words: LastWords | null,
): readonly Remedy[] {
  const word = shellWord(name)
  const paused = state === 'paused'
  if (!paused && !/^(exited|created|dead)$/.test(state)) return []
  if (words?.complaint === 'configuration') return []
  return [
    remedy({
      host,
      command: paused ? `${engine} unpause ${word}` : `${engine} start ${word}`,
      why: `the container ${name} is ${state}`,
      undo: paused ? `${engine} pause ${word}` : `${engine} stop ${word}`,
      persist: paused ? null : `${engine} update --restart unless-stopped ${word}`,
      turnsGreen: 'service.container',
    }),
  ]
}
