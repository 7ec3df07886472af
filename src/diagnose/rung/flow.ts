/**
 * Rung 4, after the handshake: is what is sent acknowledged, and is there room for it? Asked of the
 * kernel where a dialog fell silent. It knows what it waits for: an acknowledgment, so that it sends
 * the same data again (RFC 6298 §5), or a window that is open (RFC 9293 §3.8.6.1); what neither is
 * waited for has arrived, and the silence is the service's own.
 */
import { connections, type Socket } from '../../facts/ss.ts'
import { formatEndpoint } from '../../wire/endpoint.ts'
import {
  type Accusation,
  type Check,
  count,
  pass,
  placeOn,
  type Ruling,
  skip,
  witnessed,
} from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import type { Standing } from '../probes.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'
import { findStoppingRule } from './stopping-rule.ts'

/** Sent again only once may be a single packet that was lost. */
const STALLED_RETRANSMISSIONS = 2

export const flow: Check = {
  id: 'transport.flow',
  layer: 4,
  question: 'Is what is sent acknowledged, and is there room for it?',
  on: ['client'],
  rule: async (witness) => {
    if (!witness.target) return skip('there is no target')
    const visit = await witness.failing()
    if (!visit) return skip('the service answers')
    const { standing } = visit.exchange
    if (!standing) return skip('no dialog fell silent')
    if (standing.waitsFor === 'window') return closedWindow(visit, standing)
    if (standing.retransmissions >= STALLED_RETRANSMISSIONS && standing.unacknowledgedBytes > 0)
      return unacknowledged(witness, visit, standing)
    return (await stuckAnswer(witness, visit)) ?? allTaken(visit)
  },
}

/** What the kernel of this machine says of the connection. */
const kernelSays = ({ exchange, endpoint }: Visit, standing: Standing): Evidence => ({
  host: 'client',
  source: 'kernel',
  command: `ss -tnoi dst ${endpoint.address} dport = :${endpoint.port}`,
  lines: [
    `port ${exchange.connect.localPort}: ${standing.unacknowledgedBytes} bytes not acknowledged, sent again ${count(standing.retransmissions, 'time')}${standing.waitsFor ? `; waits for ${standing.waitsFor === 'window' ? 'the window to open' : 'an acknowledgment'}` : ''}`,
  ],
})

function closedWindow(visit: Visit, standing: Standing): Ruling {
  const because = `${formatEndpoint(visit.endpoint)} acknowledges, and has closed its window: ${count(standing.unacknowledgedBytes, 'byte')} wait for room`
  return {
    status: 'fail',
    summary: because,
    evidence: [kernelSays(visit, standing)],
    accuses: [
      {
        cause: 'tcp.zero-window',
        side: 'server',
        weight: 'proven',
        because: `${because}, since whoever accepted the connection does not read`,
        place: placeOn('server'),
        tellApart: {
          host: 'server',
          command: `ss -tnp sport = :${visit.endpoint.port}`,
          shows: 'Recv-Q greater than 0 for good, and whose it is',
        },
      },
    ],
  }
}

/** The handshake was answered, and then nothing of what was sent. */
async function unacknowledged(witness: Witness, visit: Visit, standing: Standing): Promise<Ruling> {
  const because = `${formatEndpoint(visit.endpoint)} took the handshake and acknowledges no more: the last ${count(standing.unacknowledgedBytes, 'byte')} were sent again ${count(standing.retransmissions, 'time')}`
  return stalled(witness, visit, because, [kernelSays(visit, standing)])
}

/** The server's answer to the visit waits there to be acknowledged, long after the visit has gone. */
async function stuckAnswer(witness: Witness, visit: Visit): Promise<Ruling | null> {
  const { localPort } = visit.exchange.connect
  const answer = await witness.server?.askAgain(connections)
  if (!witness.server || !answer?.known || localPort === null) return null
  const own = answer.value.find(
    ({ local, remote }) => local.port === visit.endpoint.port && remote.port === localPort,
  )
  // The FIN of a closed end counts as one.
  if (!own || (own.sendQueue ?? 0) <= 1) return null
  const because = `the server has answered ${formatEndpoint(visit.endpoint)}, and ${count(own.sendQueue ?? 0, 'byte')} of it are not acknowledged: they do not come here`
  return stalled(witness, visit, because, witnessed(witness.server, answer, [line(own)]))
}

const line = ({ state, receiveQueue, sendQueue, local, remote }: Socket): string =>
  `${state} ${receiveQueue} ${sendQueue} ${local.address}:${local.port} ${remote.address}:${remote.port}`

/** Who stops it? A rule that took the packets of more such dialogs is named. */
async function stalled(
  witness: Witness,
  visit: Visit,
  because: string,
  evidence: readonly Evidence[],
): Promise<Ruling> {
  const trial = await witness.dialogTrial(visit)
  const rule = await findStoppingRule(witness, visit, trial, 'drop')
  const accusation: Accusation = {
    cause: 'tcp.stalled',
    side: 'path',
    weight: 'likely',
    because,
    place: placeOn('path'),
    tellApart: {
      host: 'server',
      command: `tcpdump -ni any port ${visit.endpoint.port}`,
      shows: 'which of the segments arrive, and which are sent in vain',
    },
  }
  if (!rule) return { status: 'fail', summary: because, evidence, accuses: [accusation] }
  const { side, place, remedies } = rule
  const reason = `${because}; ${rule.because}`
  return {
    status: 'fail',
    summary: reason,
    evidence: [...evidence, rule.evidence],
    accuses: [{ ...accusation, side, place, remedies, weight: 'proven', because: reason }],
  }
}

/** Nothing is waited for: the far kernel has it all, and the service says nothing. */
const allTaken = (visit: Visit): Ruling => ({
  ...pass(`all that was sent to ${formatEndpoint(visit.endpoint)} is acknowledged`),
  acquits: [
    { cause: 'tcp.zero-window', side: 'server', because: 'all that was sent is acknowledged' },
  ],
})
