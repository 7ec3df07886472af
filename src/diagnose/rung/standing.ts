/**
 * Rung 4, beside the visit: connections of this host's programs to the same service. A service that
 * answers a short question may read no upload, and what forgot a connection lets a new one pass.
 */
import { connections } from '../../facts/ss.ts'
import { type Flow, flowsTo } from '../../facts/ss-flow.ts'
import {
  type Accusation,
  type Check,
  count,
  pass,
  placeOn,
  skip,
  unanswered,
  witnessed,
} from '../check.ts'
import type { Witness } from '../witness.ts'

/** A window that stays closed for longer is no reader that is busy for a moment. */
const CLOSED_MS = 5000
/** Six seconds of pauses that double from 200 ms, RFC 6298 §5. */
const MANY_RETRANSMISSIONS = 5

export const standing: Check = {
  id: 'transport.standing',
  layer: 4,
  question: 'Do the connections to it that stand already get on?',
  on: ['client'],
  rule: async (witness, inquiry) => {
    if (!witness.target) return skip('there is no target')
    if (await witness.failing()) return skip('the service does not answer')
    const all = await inquiry.ask(connections)
    if (!all.known) return unanswered(all)
    const addresses = await visited(witness)
    const { port } = witness.target
    const isOurs = ({ local, remote, state }: Flow['socket']): boolean =>
      state === 'ESTAB' &&
      remote.port === port &&
      addresses.some((address) => remote.address.endsWith(address)) &&
      local.port !== null
    const waiting = all.value.filter((one) => isOurs(one) && (one.sendQueue ?? 0) > 0)
    if (waiting.length === 0) return pass('nothing waits to be sent to it')
    const flows = await inquiry.ask(flowsTo(port))
    if (!flows.known) return unanswered(flows)
    const own = flows.value.filter(({ socket }) => isOurs(socket))
    const stuck = own.find(isStuck)
    if (!stuck) return pass(`${count(waiting.length, 'connection')} sending`)
    const because = describe(stuck)
    return {
      status: 'warn',
      summary: because,
      evidence: witnessed(inquiry, flows, [line(stuck)]),
      accuses: [accuse(stuck, because)],
    }
  },
}

const visited = async (witness: Witness): Promise<string[]> =>
  (await witness.visits()).all.map(({ endpoint }) => endpoint.address)

const isStuck = ({ waitsFor, lastSentMs, retransmissions }: Flow): boolean =>
  waitsFor === 'window'
    ? (lastSentMs ?? 0) >= CLOSED_MS
    : waitsFor === 'acknowledgment' && retransmissions >= MANY_RETRANSMISSIONS

function describe({ socket, waitsFor, lastSentMs, retransmissions }: Flow): string {
  const which = `a connection from port ${socket.local.port} has ${count(socket.sendQueue ?? 0, 'byte')} to send`
  return waitsFor === 'window'
    ? `${which}, and its window has been closed for ${Math.floor((lastSentMs ?? 0) / 1000)} s: what reads it on the server has stopped`
    : `${which}, which were sent again ${count(retransmissions, 'time')} and never acknowledged, while new connections work`
}

const line = ({ socket, waitsFor, retransmissions }: Flow): string =>
  `${socket.state} ${socket.receiveQueue} ${socket.sendQueue} ${socket.local.address}:${socket.local.port} ${socket.remote.address}:${socket.remote.port} ${waitsFor === 'window' ? 'persist' : `retransmitted ${retransmissions}`}`

const accuse = ({ socket, waitsFor }: Flow, because: string): Accusation => {
  const isClosed = waitsFor === 'window'
  const side = isClosed ? 'server' : 'path'
  return {
    cause: isClosed ? 'tcp.zero-window' : 'tcp.stalled',
    side,
    weight: 'proven',
    because,
    place: placeOn(side),
    partial: true,
    tellApart: {
      host: 'server',
      command: `ss -tnp sport = :${socket.remote.port} dport = :${socket.local.port}`,
      shows: isClosed ? 'its Recv-Q, and whose it is' : 'whether the connection is there at all',
    },
  }
}
