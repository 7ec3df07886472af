/** Rung 4, on the server: the listening socket, its address and its queue. */

import type { Socket } from '../../facts/socket.ts'
import { formatEndpoint } from '../../wire/endpoint.ts'
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
  witnessed,
} from '../check.ts'
import type { Inquiry } from '../host.ts'
import { connectFrom } from '../knock.ts'
import type { Endpoint } from '../probes.ts'
import { endpointOn } from '../published.ts'
import { endpointInQuestion, holdsTarget, portListeners } from '../serving.ts'
import type { Witness } from '../witness.ts'

const ANY = /^(\*|0\.0\.0\.0|::)$/
const LOOPBACK = /^(127\.|::1$)/

const show = ({ local, receiveQueue, sendQueue, processes }: Socket): string =>
  `LISTEN ${receiveQueue} ${sendQueue} ${formatEndpoint(local)}${processes.length > 0 ? ` ${processes.map(({ name, pid }) => `${name} (${pid})`).join(', ')}` : ''}`

/** Whether a listening socket takes connections for an address. */
function takes(socket: Socket, address: string, family: 4 | 6): boolean {
  const bound = socket.local.address
  if (bound === address || bound === `::ffff:${address}`) return true
  if (bound === '*' || bound === '::') return bound === '*' || family === 6 || bound === '::'
  return bound === '0.0.0.0' && family === 4
}

export const listening: Check = {
  id: 'listener.state',
  layer: 4,
  question: 'Is the port in LISTEN, on which address, and how full is its queue?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    const failing = await witness.failing()
    const { answer, port, protocol, all, here } = await portListeners(
      witness,
      inquiry,
      failing?.stage === 'silent',
    )
    if (!answer.known) return unanswered(answer)
    const at = await endpointInQuestion(witness, inquiry)
    const { address, family } = at ?? { address: '', family: 4 as const }
    const evidence = witnessed(
      inquiry,
      answer,
      here.length > 0 ? here.map(show) : [`no socket listens on ${protocol}/${port}`],
    )
    if (here.length === 0) return nothing(witness, inquiry, port, protocol, all, evidence)
    const open = here.filter((socket) => takes(socket, address, family))
    if (open.length === 0) return elsewhere(inquiry, here, port, address, family, evidence)
    const [socket] = open
    if (!socket) return skip('no socket')
    const full =
      protocol === 'tcp' && socket.sendQueue !== null && socket.receiveQueue > socket.sendQueue
    const text = `${show(socket)}: ${socket.receiveQueue} of ${socket.sendQueue ?? '?'} waiting to be accepted`
    const acquits = [{ cause: 'tcp.no-listener' as const, because: `${show(socket)} listens` }]
    if (full)
      return {
        status: failing ? 'fail' : 'warn',
        summary: `the accept queue is full: ${text}`,
        evidence,
        acquits,
        accuses: failing ? [queueFull(socket, port)] : [],
      }
    return { ...pass(protocol === 'tcp' ? text : show(socket), evidence), acquits }
  },
}

const queueFull = (socket: Socket, port: number): Accusation => ({
  cause: 'tcp.accept-queue-full',
  side: 'server',
  weight: 'proven',
  because: `the socket of port ${port} has ${socket.receiveQueue} connections waiting and room for ${socket.sendQueue}: the process accepts too slowly`,
  place: placeOn('server'),
})

/** No socket listens on the port. */
async function nothing(
  witness: Witness,
  inquiry: Inquiry,
  port: number,
  protocol: string,
  all: readonly Socket[],
  evidence: ReturnType<typeof witnessed>,
): Promise<Ruling> {
  const failing = await witness.failing()
  const others = all
    .filter(({ local }) => !LOOPBACK.test(local.address))
    .map(({ local }) => local.port)
  const summary = `nothing listens on ${protocol} port ${port}${others.length > 0 ? `; other ports: ${[...new Set(others)].slice(0, 6).join(', ')}` : ''}`
  if (!failing)
    return {
      status: 'warn',
      summary: `${summary}; the service is answered for elsewhere (NAT, a proxy, another host)`,
      evidence,
    }
  const at = await endpointInQuestion(witness, inquiry)
  const held = at ? await holdsTarget(witness, inquiry, at.address) : false
  const accusation: Accusation = {
    cause: protocol === 'udp' ? 'udp.port-unreachable' : 'tcp.no-listener',
    side: 'server',
    weight: held && failing.exchange.connect.outcome === 'refused' ? 'proven' : 'likely',
    because: `the server has no socket that listens on ${protocol} port ${port}`,
    place: placeOn('server'),
    tellApart: {
      host: 'server',
      command: `ss -${protocol === 'tcp' ? 't' : 'u'}lnp sport = :${port}`,
      shows: 'no line',
    },
  }
  return { status: 'fail', summary, evidence, accuses: [accusation] }
}

/** Something listens, but not there. */
function elsewhere(
  inquiry: Inquiry,
  here: readonly Socket[],
  port: number,
  address: string,
  family: 4 | 6,
  evidence: ReturnType<typeof witnessed>,
): Ruling {
  const loopback = here.every(({ local }) => LOOPBACK.test(local.address))
  const bound = here.map(({ local }) => local.address).join(', ')
  const wrongFamily = here.some(({ local }) => ANY.test(local.address))
  return {
    status: 'fail',
    summary: `port ${port} is in LISTEN on ${bound} only`,
    evidence,
    accuses: [
      {
        cause: loopback ? 'tcp.bound-to-loopback' : 'tcp.bound-elsewhere',
        side: 'server',
        weight: 'proven',
        because: loopback
          ? `the service of port ${port} listens on ${bound} only, where nobody but the server itself reaches it`
          : wrongFamily
            ? `the service of port ${port} listens on ${bound}, not on IPv${family}`
            : `the service of port ${port} listens on ${bound}, not on ${address}`,
        place: placeOn(inquiry.host.name),
        tellApart: {
          host: 'server',
          command: `ss -tlnp sport = :${port}`,
          shows: `LISTEN on ${bound} only`,
        },
      },
    ],
  }
}

export const local: Check = {
  id: 'listener.local',
  layer: 4,
  question: 'Does the port answer on the server itself?',
  on: ['server'],
  rule: async (witness, inquiry) => {
    if (!witness.target || witness.target.scheme === 'dns') return skip('there is no TCP target')
    const endpoint = await witness.suspected()
    const early = endpoint ? tryLocally(witness, inquiry, endpoint) : null
    const failing = await witness.failing()
    if (!failing) return skip('it answers from the client')
    if (failing.stage !== 'connect') return skip('the connection is accepted')
    const { asked, port, probe } = await (early ?? tryLocally(witness, inquiry, failing.endpoint))
    if (!probe)
      return unknown('neither nc, bash nor curl is there to try it with', 'netcat-openbsd')
    const accepts = `${asked} port ${port} accepts on the server itself`
    return probe.connected
      ? {
          ...pass(accepts, [seen('server', probe.output, [`${asked}:${port} accepts`])]),
          contrasts: [
            {
              works: accepts,
              fails: 'not from the client',
              tells:
                'the service runs and listens: a firewall, the address or the way is the matter',
            },
          ],
        }
      : {
          status: 'warn',
          summary: `${asked} port ${port} does not answer on the server itself either`,
          evidence: [
            seen('server', probe.output, [probe.output.stderr.trim().split('\n')[0] ?? '']),
          ],
        }
  },
}

/** Tries the port on the server itself, but not while the trial counts. */
async function tryLocally(witness: Witness, inquiry: Inquiry, endpoint: Endpoint) {
  const at = await endpointOn(inquiry, endpoint, 'tcp')
  const { address, port, family } = at ?? endpoint
  if (witness.target) await witness.trial({ endpoint, errand: witness.target })
  const held = await holdsTarget(witness, inquiry, address)
  const asked = held ? address : family === 4 ? '127.0.0.1' : '::1'
  return { asked, port, probe: await connectFrom(inquiry, asked, port) }
}
