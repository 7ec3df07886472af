/** A visit to a name server: one question, and whether it is answered. */
import { explainAnswer } from '../dialog/dns-answer.ts'
import type { Connect, DnsReply, Endpoint, Exchange, Probes } from './probes.ts'
import type { Errand, Visit } from './visit.ts'

/** The name that `dns://server/name` asks for; the root where none is given. */
function nameOf({ path }: Errand): string {
  const name = path.replace(/^\//, '').replace(/[?].*$/, '')
  try {
    return decodeURIComponent(name) || '.'
  } catch {
    return name
  }
}

const OUTCOMES: Readonly<Record<DnsReply['outcome'], Connect['outcome']>> = {
  answer: 'connected',
  malformed: 'connected',
  timeout: 'timeout',
  refused: 'refused',
  unreachable: 'unreachable',
}

/** A reply told as the attempt that it was. */
const asConnect = (endpoint: Endpoint, reply: DnsReply): Connect => ({
  endpoint,
  outcome: OUTCOMES[reply.outcome],
  errno: reply.errno,
  tookMs: reply.tookMs,
  localAddress: null,
  localPort: null,
  command: reply.command,
  lines: reply.lines,
})

const ask = (errand: Errand, endpoint: Endpoint, probes: Probes, timeoutMs: number) =>
  probes.dns({
    server: endpoint.address,
    port: endpoint.port,
    name: nameOf(errand),
    type: nameOf(errand) === '.' ? 'NS' : 'A',
    timeoutMs,
  })

/** One question without an ear for its answer, for a trial. */
export const knockByDns =
  (errand: Errand, probes: Probes) =>
  async (endpoint: Endpoint, timeoutMs: number): Promise<Connect> =>
    asConnect(endpoint, await ask(errand, endpoint, probes, timeoutMs))

/** A reply told as a visit. An error code other than NXDOMAIN is a failure of the server. */
export function asVisit(errand: Errand, endpoint: Endpoint, reply: DnsReply): Visit {
  const connect = asConnect(endpoint, reply)
  const exchange: Exchange = {
    connect,
    tls: null,
    reply: null,
    told: null,
    transcript: reply.lines,
    ending: null,
    silent: reply.outcome === 'timeout',
    standing: null,
    waitedMs: reply.tookMs,
  }
  const { message } = reply
  const code = message?.rcode ?? null
  return {
    errand,
    endpoint,
    exchange,
    stage: stageOf(reply, code),
    head: null,
    told: message && {
      reception: code === 0 || code === 3 ? 'served' : 'refused',
      code,
      line: explainAnswer(message),
      meaning: null,
    },
    code,
    identity: null,
  }
}

function stageOf({ outcome }: DnsReply, code: number | null): Visit['stage'] {
  if (OUTCOMES[outcome] !== 'connected') return 'connect'
  if (outcome === 'malformed') return 'protocol'
  return code === 0 || code === 3 ? 'answered' : 'failure'
}

/** Visits a name server. */
export const visitNameServer = async (
  errand: Errand,
  endpoint: Endpoint,
  probes: Probes,
  timeoutMs: number,
): Promise<Visit> => asVisit(errand, endpoint, await ask(errand, endpoint, probes, timeoutMs))
