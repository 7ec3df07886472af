/** Rungs 4 and 5: which service answers, does the connection live? */
import { connections } from '../../facts/ss.ts'
import { formatEndpoint } from '../../wire/endpoint.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  shown,
  skip,
  unanswered,
  witnessed,
} from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import { portInQuestion } from '../serving.ts'
import { greets, SLOW_MS, type Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

export const dialogEvidence = (visit: Visit): Evidence => ({
  host: 'client',
  source: 'probe',
  command:
    visit.exchange.reply?.command ?? visit.exchange.tls?.command ?? visit.exchange.connect.command,
  lines: visit.exchange.transcript.slice(0, 12),
})

/** The visit in question: the one that does not hold, else the one whose answer is taken. */
const inQuestion = async (witness: Witness): Promise<Visit | null> => {
  const failing = await witness.failing()
  return failing ?? (await witness.visits()).last
}

const accusation = (
  cause: Accusation['cause'],
  side: Accusation['side'],
  weight: Accusation['weight'],
  because: string,
  rest: Partial<Accusation> = {},
): Accusation => ({
  cause,
  side,
  weight,
  because,
  place: placeOn(side),
  ...rest,
})

export const service: Check = {
  id: 'transport.service',
  layer: 4,
  question: 'Which service answers, and is it the expected one?',
  on: ['client'],
  rule: async (witness) => {
    if (!witness.target) return skip('there is no target')
    const visit = await inQuestion(witness)
    if (!visit || visit.stage === 'connect') return skip('no connection')
    const { identity, errand, exchange } = visit
    if (visit.stage === 'tls') return notTls(visit) ?? skip('the TLS handshake does not hold')
    if (!identity)
      return visit.stage === 'answered'
        ? pass('connected; nothing more was expected')
        : skip('no byte came')
    const product = [identity.product, identity.version].filter(Boolean).join(' ')
    const who = `${identity.service}${product ? `: ${product}` : ''}`
    const evidence = [dialogEvidence(visit)]
    if (visit.stage !== 'protocol') {
      const late = exchange.reply && exchange.reply.firstByteMs > SLOW_MS
      return late ? slow(visit, evidence) : pass(who, evidence)
    }
    const because = `${errand.scheme} was expected on port ${errand.port}, and ${identity.service === 'unknown' ? 'something else' : who} answers${identity.text ? `: ${identity.text}` : ''}`
    return wrong(because, errand.port, evidence)
  },
}

/** A service that waits to be spoken to answers a request of the web: then it is another one. */
async function addressed(witness: Witness, { errand, endpoint }: Visit): Promise<string | null> {
  const found = await witness.visitAs({ ...errand, scheme: 'http', path: '/' }, endpoint)
  const service = found.identity?.service
  return service && service !== 'unknown' && service !== errand.scheme
    ? `${errand.scheme} was expected on port ${errand.port}; nobody greets, but a request of the web is answered: ${found.identity?.text}`
    : null
}

const wrong = (
  because: string,
  port: number,
  evidence: readonly Evidence[],
  weight: Accusation['weight'] = 'likely',
): Ruling => ({
  status: 'fail',
  summary: because,
  evidence,
  accuses: [
    accusation('service.wrong-protocol', 'server', weight, because, {
      tellApart: {
        host: 'server',
        command: `ss -tlnp sport = :${port}`,
        shows: 'another program than the expected one',
      },
    }),
    accusation('firewall.redirect', 'server', 'possible', because, {
      tellApart: {
        host: 'server',
        command: 'nft list ruleset; iptables -t nat -S',
        shows: `a rule that redirects port ${port}`,
      },
    }),
    accusation('nat.wrong-target', 'path', 'possible', because),
  ],
})

/** TLS was expected, and the first bytes are none: whose are they? */
function notTls(visit: Visit): Ruling | null {
  const { tls, reply } = visit.exchange
  if (!tls || tls.outcome === 'established' || tls.alert) return null
  const text = visit.identity?.text ?? tls.lines.at(-1) ?? ''
  if (
    !reply &&
    !/WRONG_VERSION|NOT_TLS|HTTP_REQUEST|UNKNOWN_PROTOCOL|PACKET_LENGTH/.test(tls.error ?? '')
  )
    return null
  return {
    status: 'fail',
    summary: `what answers does not speak TLS${text ? `: ${text}` : ''}`,
    evidence: [dialogEvidence(visit)],
  }
}

function slow(visit: Visit, evidence: readonly Evidence[]): Ruling {
  const because = `the first byte came after ${seconds(visit.exchange.reply?.firstByteMs ?? 0)}`
  return {
    status: 'warn',
    summary: because,
    evidence,
    accuses: [
      accusation('service.slow-greeting', 'server', 'proven', because, {
        partial: true,
        tellApart: {
          host: 'server',
          command: 'the log of the service; `getent hosts CLIENT`',
          shows: 'a reverse look-up that takes seconds',
        },
      }),
    ],
  }
}

export const kept: Check = {
  id: 'session.kept',
  layer: 5,
  question: 'Does the server keep the connection after accepting it?',
  on: ['client'],
  rule: async (witness) => {
    if (!witness.target) return skip('there is no target')
    const visit = await inQuestion(witness)
    if (!visit || visit.stage === 'connect') return skip('no connection')
    const { ending, waitedMs, reply, tls, transcript } = visit.exchange
    const { address, port } = visit.endpoint
    // What was said last, by either side, where the dialog had begun.
    const last = reply ? (transcript.at(-1)?.slice(2) ?? '') : null
    if (visit.stage === 'closed') {
      const how = ending?.how === 'reset' ? 'resets' : 'closes'
      const when = ending ? ` after ${seconds(ending.afterMs)}` : ''
      const because = `the server accepts and ${how} the connection${when}${last ? ` in the middle of the dialog, after "${last}"` : ' without a byte'}`
      return {
        status: 'fail',
        summary: because,
        evidence: [dialogEvidence(visit)],
        accuses: [
          accusation(
            'session.accepted-then-closed',
            'server',
            last || ending?.how === 'reset' ? 'likely' : 'proven',
            `${address} port ${port}: ${because}, as an access list (hosts.deny), a limit of connections or a crashed worker does`,
            {
              tellApart: {
                host: 'server',
                command: 'cat /etc/hosts.deny /etc/hosts.allow; journalctl -n 50',
                shows: 'the client named, a limit, or a crash',
              },
            },
          ),
        ],
      }
    }
    if (visit.stage === 'silent') {
      const other = greets(visit.errand.scheme) && !last ? await addressed(witness, visit) : null
      if (other) return wrong(other, port, [dialogEvidence(visit)], 'proven')
      const silence = last
        ? `says nothing more after "${last}"`
        : tls?.outcome === 'timeout'
          ? `does not answer the TLS hello for ${seconds(tls.tookMs)}`
          : `says nothing for ${seconds(waitedMs)}`
      const because = `${address} port ${port} accepts, and ${silence}`
      return {
        status: 'fail',
        summary: because,
        evidence: [shown('client', visit.exchange.connect)],
        accuses: [
          accusation('tcp.frozen', 'server', 'possible', because, {
            tellApart: {
              host: 'server',
              command: `ss -tlnp sport = :${port}; ps -o pid,stat,wchan,args -p PID`,
              shows: 'Recv-Q of 1 or more, and a process in state T or D',
            },
          }),
          ...(greets(visit.errand.scheme) && !last
            ? [
                accusation('service.slow-greeting', 'server', 'possible', because, {
                  tellApart: {
                    host: 'client',
                    command: `nc -v ${address} ${port}`,
                    shows: 'the greeting, after long enough',
                  },
                }),
              ]
            : []),
          accusation('mtu.black-hole', 'path', 'possible', because, {
            tellApart: {
              host: 'client',
              command: `ping -c 1 -M do -s 1472 ${address}`,
              shows: 'no answer, where a small one is answered',
            },
          }),
          accusation('service.wrong-protocol', 'server', 'possible', because),
          accusation('tcp.stalled', 'path', 'possible', `${because}: its answer may be lost`, {
            tellApart: {
              host: 'server',
              command: `ss -tn sport = :${port}`,
              shows: 'Send-Q greater than 1 for the client: an answer that is not acknowledged',
            },
          }),
        ],
      }
    }
    return pass(
      ending
        ? `it was kept until it was ended (${ending.how} after ${ending.bytes} bytes)`
        : 'it was kept',
    )
  },
}

export const sockets: Check = {
  id: 'transport.sockets',
  layer: 4,
  question: "What states do this connection's sockets go through?",
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    const failing = await witness.failing()
    if (!failing) return skip('the service answers')
    if (failing.stage === 'connect') {
      const trial = await witness.trial(failing)
      const change = inquiry.host.role === 'client' ? trial.client : trial.server
      const port = await portInQuestion(witness, inquiry)
      const own = (change?.sockets ?? []).filter((socket) =>
        inquiry.host.role === 'client'
          ? socket.remote.port === port && socket.remote.address.endsWith(failing.endpoint.address)
          : socket.local.port === port && socket.state !== 'LISTEN',
      )
      const states = [...new Set(own.map(({ state }) => state))]
      return states.length > 0
        ? pass(`while waiting: ${own.length} in ${states.join(', ')}`)
        : pass('while waiting: none')
    }
    const answer = await inquiry.ask(connections)
    if (!answer.known) return unanswered(answer)
    const port = await portInQuestion(witness, inquiry)
    const own = answer.value.filter(
      ({ local, remote, state }) =>
        state !== 'LISTEN' && (inquiry.host.role === 'client' ? remote : local).port === port,
    )
    const tally = new Map<string, number>()
    for (const { state } of own) tally.set(state, (tally.get(state) ?? 0) + 1)
    const waiting = [...tally].map(([state, number]) => `${number} ${state}`).join(', ')
    return pass(
      waiting || 'none at this time',
      witnessed(
        inquiry,
        answer,
        own
          .slice(0, 6)
          .map(
            (s) =>
              `${s.state} ${s.receiveQueue} ${s.sendQueue ?? '-'} ${formatEndpoint(s.local)} ${formatEndpoint(s.remote)}`,
          ),
      ),
    )
  },
}
