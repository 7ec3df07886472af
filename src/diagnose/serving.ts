/** Who serves the port in question on a host: the sockets that listen there. */
import type { Socket } from '../facts/socket.ts'
import { listeners } from '../facts/ss.ts'
import type { Answer, Inquiry } from './host.ts'
import type { Endpoint } from './probes.ts'
import { endpointOn } from './published.ts'
import type { Witness } from './witness.ts'

/** A process that has a socket. */
export type Owner = { readonly name: string; readonly pid: number }

/** What listens on a host. */
export type Listening = {
  readonly answer: Answer<readonly Socket[]>
  readonly port: number
  readonly protocol: 'tcp' | 'udp'
  /** All sockets of the protocol that listen. */
  readonly all: readonly Socket[]
  /** Those of the port in question. */
  readonly here: readonly Socket[]
}

/** The sockets that listen, looked at once, or `again`. */
export async function listenersOn(
  inquiry: Inquiry,
  port: number,
  protocol: Listening['protocol'],
  again = false,
): Promise<Listening> {
  const answer = again ? await inquiry.askAgain(listeners) : await inquiry.ask(listeners)
  const all = answer.known
    ? answer.value.filter(
        (socket) => socket.protocol === protocol && /^(LISTEN|UNCONN)$/.test(socket.state),
      )
    : []
  return { answer, port, protocol, all, here: all.filter(({ local }) => local.port === port) }
}

/** What no engine tells, of a container behind a proxy, a balancer or a service of a cluster. */
const NOT_TOLD: Listening['answer'] = {
  known: false,
  because: 'which port of the container the connection is led to is not told by its engine',
  needs: 'the address and the port of the container itself as the target',
}

/** The same for the port and the protocol in question. */
export async function portListeners(
  witness: Witness,
  inquiry: Inquiry,
  again = false,
): Promise<Listening> {
  const at = await endpointInQuestion(witness, inquiry)
  const port = at?.port ?? witness.target?.port ?? 0
  const listening = await listenersOn(inquiry, port, protocolOf(witness), again)
  return at === undefined ? { ...listening, answer: NOT_TOLD, all: [], here: [] } : listening
}

/** What carries the target's scheme. */
export const protocolOf = ({ target }: Witness): Listening['protocol'] =>
  target?.scheme === 'dns' ? 'udp' : 'tcp'

/** Who has the sockets, each process once. */
export const ownersOf = ({ here }: Listening): readonly Owner[] => [
  ...new Map(here.flatMap(({ processes }) => processes).map((one) => [one.pid, one])).values(),
]

/**
 * The endpoint of the failing visit, else the target's first, as the host has it; null where no name
 * resolves, undefined where its engine does not tell.
 */
export async function endpointInQuestion(
  witness: Witness,
  inquiry: Inquiry,
): Promise<Endpoint | null | undefined> {
  const failing = await witness.failing()
  const first = failing ? undefined : (await witness.names())?.addresses[0]
  const endpoint = failing?.endpoint ?? (first && { ...first, port: witness.target?.port ?? 0 })
  if (!endpoint) return null
  return (await endpointOn(inquiry, endpoint, protocolOf(witness))) ?? undefined
}

/** The port in question on a host. */
export const portInQuestion = async (witness: Witness, inquiry: Inquiry): Promise<number> =>
  (await endpointInQuestion(witness, inquiry))?.port ?? witness.target?.port ?? 0

/** Whether the address is on an interface of the host. */
export async function holdsTarget(
  witness: Witness,
  inquiry: Inquiry,
  address: string,
): Promise<boolean> {
  const links = await witness.interfaces(inquiry)
  return (
    links.known && links.value.some((link) => link.addresses.some((one) => one.address === address))
  )
}
