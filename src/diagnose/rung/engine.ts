/**
 * Rung 7, on a server that is a container: does it run? Its engine is asked, from outside, so that
 * there is an answer also where the container itself cannot be entered.
 */
import { shellWord } from '../../base/shell-word.ts'
import type { ContainerDetail } from '../../facts/docker-inspect.ts'
import { type Check, pass, placeOn, type Ruling, seen, skip, unanswered } from '../check.ts'
import type { Remedy } from '../diagnosis.ts'
import type { Inquiry, Outside } from '../host.ts'
import { remedy } from '../remedy.ts'
import { causeOf, describeState } from './container.ts'

/** What a health check says where it is not content; a pod that is not ready gets no connections. */
const ILL = ['unhealthy', 'not ready']

/** What makes it run, on the machine of its engine. A pod is the affair of its controller. */
function start({ engine, name }: Outside, { state }: ContainerDetail): readonly Remedy[] {
  if (engine === 'kubectl') return []
  const [verb, undo] = state === 'paused' ? ['unpause', 'pause'] : ['start', 'stop']
  const keep = `docker update --restart unless-stopped ${shellWord(name)}`
  return [
    remedy({
      host: 'client',
      command: `${engine} ${verb} ${shellWord(name)}`,
      why: `the container ${name} is ${state}`,
      undo: `${engine} ${undo} ${shellWord(name)}`,
      persist: engine === 'docker' && verb === 'start' ? keep : null,
      turnsGreen: 'service.engine',
    }),
  ]
}

/** Where its engine's own word and log tell more. */
const tellApart = ({ engine, name }: Outside, { name: container }: ContainerDetail) => {
  const [namespace = '', pod = ''] = name.split('/')
  return {
    host: 'client',
    command:
      engine === 'kubectl'
        ? `kubectl logs -n ${namespace} ${pod} -c ${container} --previous`
        : `${engine} logs --tail 20 ${shellWord(name)}`,
    shows: 'what it said before it ended',
  }
}

export const engine: Check = {
  id: 'service.engine',
  layer: 7,
  question: 'Does the container run, as its engine tells?',
  on: ['server'],
  outside: true,
  rule: async (witness, inquiry) => {
    const { outside } = inquiry.host
    if (!outside) return skip('it is no container')
    const answer = await outside.inspect()
    if (!answer.known) return unanswered(answer)
    const detail = answer.value
    const text = `${outside.name} ${detail.state === 'running' ? 'runs' : 'does not run'}: ${describeState(detail)}`
    const evidence = [seen('client', answer.output, [text])]
    if (detail.state === 'running')
      return ILL.includes(detail.health ?? '')
        ? { status: 'warn', summary: text, evidence }
        : pass(text, evidence)
    const failed = witness.target !== null && (await witness.failing()) !== null
    return failed
      ? { ...down(inquiry, outside, detail, text), evidence }
      : { status: 'warn', summary: text, evidence }
  },
}

function down(inquiry: Inquiry, outside: Outside, detail: ContainerDetail, text: string): Ruling {
  const because = [`the container ${text}`, ...(detail.error ? [detail.error] : [])].join('; ')
  return {
    status: 'fail',
    summary: text,
    accuses: [
      {
        cause: causeOf(detail),
        side: 'server',
        weight: 'proven',
        because,
        place: placeOn(inquiry.host.name),
        remedies: start(outside, detail),
        tellApart: tellApart(outside, detail),
        // Its address was in the network only while it ran.
        explains: ['link.neighbour-failed', 'tcp.no-listener', 'address.not-on-server'],
      },
    ],
  }
}
