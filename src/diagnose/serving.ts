/** Who serves the port in question on a host: the sockets that listen there. */
import type { Socket } from '../facts/socket.ts'
import { listeners } from '../facts/ss.ts'
import type { Answer, Inquiry } from './host.ts'
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

/** The same for the port and the protocol in question. */
export const portListeners = async (
  witness: Witness,
  inquiry: Inquiry,
  again = false,
): Promise<Listening> =>
  listenersOn(inquiry, await portInQuestion(witness), protocolOf(witness), again)

/** What carries the target's scheme. */
export const protocolOf = ({ target }: Witness): Listening['protocol'] =>
  target?.scheme === 'dns' ? 'udp' : 'tcp'

/** Who has the sockets, each process once. */
export const ownersOf = ({ here }: Listening): readonly Owner[] => [
  ...new Map(here.flatMap(({ processes }) => processes).map((one) => [one.pid, one])).values(),
]

/** The failing visit's port, else the target's. */
export const portInQuestion = async (witness: Witness): Promise<number> =>
  (await witness.failing())?.endpoint.port ?? witness.target?.port ?? 0

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
