/**
 * Rung 3, loss: are packets lost at random on the way? Asked where something had to be sent twice
 * or was never answered. One lost ping proves nothing, nor does the loss of a hop in the middle:
 * pings and connections to the far end must both be lost now and then, and both come through.
 */

import { parsePing } from '../../facts/ping.ts'
import { type Accusation, type Check, pass, placeOn, type Ruling, seen, skip } from '../check.ts'
import { type Damage, halfDuplex, watchDamage } from '../damage.ts'
import type { Evidence } from '../diagnosis.ts'
import { type Endpoint, isAnswered } from '../probes.ts'
import { relevant } from '../relevant.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'
import { isOnlyLate } from './delay.ts'

/** How often each is sent; 20 of which 2 are lost tell a tenth from nothing. */
const PINGS = 20
const KNOCKS = 12
const GAP_MS = 25
/** Shorter than the first retransmission (RFC 6298 §2: 1 s), so that each is one packet. */
const TIMEOUT_MS = 900
/** A handshake that took longer was retransmitted, or the path is that slow. */
const RETRANSMITTED_MS = 900
/** Where those that are answered take so long, others may not be lost but late. */
const LATE_MS = 300
/** Fewer than these of a series are chance. */
const FEW = 2

/** The same packet many times, and how many of them came back. */
type Series = {
  readonly sent: number
  readonly lost: number
  readonly slowestMs: number
  readonly evidence: Evidence
}

async function inSeries(
  { now }: Witness['probes'],
  times: number,
  command: string,
  send: () => Promise<boolean>,
): Promise<Series> {
  const answered = await Promise.all(
    Array.from({ length: times }, async (_, index) => {
      await new Promise((resolve) => {
        setTimeout(resolve, index * GAP_MS)
      })
      const began = now()
      return (await send()) ? now() - began : null
    }),
  )
  const lost = answered.filter((one) => one === null).length
  const slowestMs = Math.max(0, ...answered.map((ms) => ms ?? 0))
  const line = `${times} sent, ${times - lost} answered, ${Math.round((100 * lost) / times)}% lost`
  return {
    sent: times,
    lost,
    slowestMs,
    evidence: { host: 'client', source: 'probe', command, lines: [line] },
  }
}

const pings = ({ probes }: Witness, address: string, ttl?: number): Promise<Series> =>
  inSeries(
    probes,
    PINGS,
    `ping -c ${PINGS} -i 0.2${ttl ? ` -t ${ttl}` : ''} ${address}`,
    async () => {
      const echo = await probes.ping(address, { timeoutMs: TIMEOUT_MS, ...(ttl && { ttl }) })
      return echo.received > 0 || (ttl !== undefined && echo.errors.length > 0)
    },
  )

/** Connections, or for a name server questions, each closed at once. */
const knocks = ({ probes }: Witness, { errand }: Visit, to: Endpoint): Promise<Series> =>
  errand.scheme === 'dns'
    ? inSeries(probes, KNOCKS, `dig +tries=1 @${to.address} . NS`, async () => {
        const { address: server, port } = to
        const reply = await probes.dns({
          server,
          port,
          name: '.',
          type: 'NS',
          timeoutMs: TIMEOUT_MS,
        })
        return reply.outcome !== 'timeout'
      })
    : inSeries(probes, KNOCKS, `nping --tcp -p ${to.port} -c ${KNOCKS} ${to.address}`, async () =>
        isAnswered(await probes.connect(to, TIMEOUT_MS)),
      )

/** Those that came took so long that others may come later still. */
const mayBeLate = ({ slowestMs }: Series): boolean => slowestMs > LATE_MS

const isLossy = ({ sent, lost }: Series): boolean => lost >= FEW && lost < sent

/** The visit that looks like loss: it hung, or had to send its first packet again. */
async function suspicious(witness: Witness): Promise<Visit | null> {
  const failing = await witness.concern()
  if (failing) {
    const { connect, tls, silent } = failing.exchange
    // ARP and ND are lost as well: then the last router says that the host is unreachable.
    const late = connect.outcome !== 'connected' && connect.tookMs > RETRANSMITTED_MS
    return late || silent || tls?.outcome === 'timeout' || failing.stage === 'closed'
      ? failing
      : null
  }
  const { all } = await witness.visits()
  const sentAgain = ({ exchange: { connect, tls } }: Visit): boolean =>
    connect.tookMs > RETRANSMITTED_MS || (tls?.tookMs ?? 0) > RETRANSMITTED_MS
  return all.find(sentAgain) ?? null
}

export const loss: Check = {
  id: 'network.loss',
  layer: 3,
  question: 'Are packets lost on the way?',
  on: ['client'],
  rule: async (witness) => {
    if (!witness.target) return skip('there is no target')
    const visit = await suspicious(witness)
    if (!visit) return skip('nothing had to be sent twice')
    // What is sent here would be counted as the trial's.
    if (visit.stage === 'connect') await witness.trial(visit)
    const damage = await watchDamage(witness)
    const { address } = visit.endpoint
    const echoes = await pings(witness, address)
    if (echoes.lost === echoes.sent) return skip('no ping is answered: what is lost cannot be told')
    if (!isLossy(echoes))
      return {
        ...pass(`${echoes.sent - echoes.lost} of ${echoes.sent} pings are answered`, [
          echoes.evidence,
        ]),
        acquits: [
          { cause: 'path.loss', because: `${echoes.lost} of ${echoes.sent} pings are lost` },
        ],
      }
    if (mayBeLate(echoes) && (await isOnlyLate(witness, address)))
      return {
        ...pass('what does not come in time comes late: the path is slow', [echoes.evidence]),
        acquits: [{ cause: 'path.loss', because: 'what does not come in time comes late' }],
      }
    const connections = await knocks(witness, visit, await answeringEndpoint(witness, visit))
    const evidence = [echoes.evidence, connections.evidence]
    if (!isLossy(connections))
      return {
        status: 'warn',
        summary: `${echoes.lost} of ${echoes.sent} pings are lost, and ${connections.lost === 0 ? 'no connection' : 'every connection'}: that is no loss of the path`,
        evidence,
      }
    return accuse(witness, visit, echoes, connections, evidence, await damage())
  },
}

/** The endpoint in question, or where it never answers, another port that does. */
async function answeringEndpoint(witness: Witness, visit: Visit): Promise<Endpoint> {
  if (visit.stage !== 'connect' || visit.errand.scheme === 'dns') return visit.endpoint
  const { connects } = await witness.trial(visit)
  if (connects.some(isAnswered)) return visit.endpoint
  const { ports } = await witness.controls(visit)
  return ports.find(isAnswered)?.endpoint ?? visit.endpoint
}

async function accuse(
  witness: Witness,
  visit: Visit,
  echoes: Series,
  connections: Series,
  evidence: readonly Evidence[],
  damaged: Damage | null,
): Promise<Ruling> {
  const { address } = visit.endpoint
  const where = await locate(witness, visit)
  const damage = damaged ?? (await negotiated(witness, where))
  const because = `${echoes.lost} of ${echoes.sent} pings and ${connections.lost} of ${connections.sent} first packets to ${address} are lost at random${where.text}`
  const failing = await witness.concern()
  return {
    status: failing ? 'fail' : 'warn',
    summary: because,
    evidence: [...evidence, ...where.evidence, ...(damage?.evidence ?? [])],
    accuses: [
      ...(damage
        ? [
            {
              ...damage.accusation,
              weight: 'proven' as const,
              because: `${damage.accusation.because}, and ${because}`,
              partial: failing === null,
            },
          ]
        : []),
      {
        cause: 'path.loss',
        side: where.side,
        weight: 'proven',
        because,
        place: where.place,
        partial: failing === null,
        tellApart: {
          host: 'client',
          command: `mtr -n -r -c 50 ${address}`,
          shows: 'loss that begins at one hop and persists to the last',
        },
      },
    ],
  }
}

/** The link that loses, where its two ends have not agreed on full duplex. */
async function negotiated({ client, server }: Witness, { side, place }: Where) {
  const inquiry = side === 'client' ? client : side === 'server' ? server : null
  return inquiry && place.interface ? halfDuplex(inquiry, place.interface) : null
}

type Where = {
  readonly side: Accusation['side']
  readonly place: NonNullable<Accusation['place']>
  readonly text: string
  readonly evidence: readonly Evidence[]
}

/**
 * On the client's own link, the server's, or between? A hop that answers every ping shows that the
 * loss lies behind it; one that does not shows nothing, since routers limit what they answer.
 */
async function locate(witness: Witness, visit: Visit): Promise<Where> {
  const route = await witness.route(witness.client, visit.endpoint.address)
  const { gateway = null, device = null } = route.known ? route.value : {}
  const near = gateway ? await pings(witness, gateway) : null
  if (near && isLossy(near))
    return {
      side: 'client',
      place: placeOn('client', device),
      text: `, ${near.lost} of ${near.sent} already on the way to the gateway ${gateway}`,
      evidence: [near.evidence],
    }
  const far = await atServer(witness)
  if (far) return far
  const { hops } = await witness.controls(visit)
  const heard = hops.filter(({ from, arrived }) => from !== null && !arrived)
  const series = await Promise.all(
    heard.map(async ({ ttl, from }) => ({
      ttl,
      from,
      series: await pings(witness, visit.endpoint.address, ttl),
    })),
  )
  const clean = series.filter((one) => one.series.lost === 0).at(-1)
  return {
    side: 'path',
    place: { ...placeOn('path'), hop: clean ? clean.ttl + 1 : null },
    text: clean ? `; up to ${clean.from} (hop ${clean.ttl}) none is` : '',
    evidence: [...(near ? [near.evidence] : []), ...(clean ? [clean.series.evidence] : [])],
  }
}

/** Whether the server's own link to its gateway loses. */
async function atServer(witness: Witness): Promise<Where | null> {
  if (!witness.server) return null
  const { lookup } = await relevant(witness, witness.server)
  if (!lookup?.gateway) return null
  const argv = ['ping', '-n', '-c', '10', '-i', '0.2', '-W', '1', lookup.gateway]
  const output = await witness.server.run(argv, { timeoutMs: 5000 })
  const said = parsePing(output.stdout)
  if (!said || said.received === 0 || said.sent - said.received < FEW) return null
  return {
    side: 'server',
    place: placeOn('server', lookup.device),
    text: `, ${said.sent - said.received} of ${said.sent} already between the server and its gateway ${lookup.gateway}`,
    evidence: [seen('server', output, output.stdout.trim().split('\n').slice(-2))],
  }
}
