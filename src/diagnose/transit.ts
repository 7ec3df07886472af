/**
 * A connection's way through one host, as its rules and routes have it: the first packet and the
 * reply. The walk knows what was read of the host; what was seen there outranks it.
 */
import type { Hook } from '../facts/rule-set.ts'
import { type ConnectionJourney, walkConnection } from '../policy/connection.ts'
import type { Journey, Machine, Start } from '../policy/journey.ts'
import type { Packet } from '../policy/packet.ts'
import { ownAddresses } from '../policy/routing.ts'
import type { Inquiry } from './host.ts'
import { readMachine } from './machine.ts'
import type { Endpoint } from './probes.ts'
import { asOn } from './published.ts'
import { clientAddress } from './relevant.ts'
import { devicesOf, packetsOf } from './rules.ts'
import type { Trial } from './trial.ts'
import { usableAddresses, type Witness } from './witness.ts'

/** One direction of the connection through the host. */
export type Leg = {
  readonly reply: boolean
  /** As it is made here, or comes in. */
  readonly packet: Packet
  /** The hooks that it can meet here. */
  readonly hooks: readonly Hook[]
  /** Null: it does not come as far, since the first packet does not. */
  readonly journey: Journey | null
}

export type Transit = {
  readonly machine: Machine
  readonly there: Leg
  readonly back: Leg
  /** By which interfaces it comes and goes; null where not known. */
  readonly toClient: string | null
  readonly toServer: string | null
  /** The same connection to another port. */
  readonly walkTo: (port: number) => ConnectionJourney
}

const LEAVING: readonly Hook[] = ['output', 'postrouting']
const ARRIVING: readonly Hook[] = ['ingress', 'prerouting', 'input', 'forward', 'postrouting']

/** Where the target's address is none of the server's, it is translated before it comes here. */
function ownTarget(machine: Machine, endpoint: Endpoint, device: string | null): string {
  const own = ownAddresses(machine.routing)
  if (own === null || own.includes(endpoint.address)) return endpoint.address
  const links = machine.routing?.interfaces ?? []
  const [near] = usableAddresses(
    links.filter(({ name }) => name === device),
    endpoint.family,
  )
  return near ?? usableAddresses(links, endpoint.family)[0] ?? endpoint.address
}

/** True where the routes have no way for it. */
const isRefused = (journey: Journey | null): boolean =>
  journey !== null &&
  journey.place === null &&
  (journey.error !== null || journey.verdict === 'rejected')

/** What was read of the tables is not whole where the kernel itself knows a way: then it is not used. */
const withoutRoutes = ({ routing, ...machine }: Machine): Machine => ({
  ...machine,
  routing: routing && {
    ...routing,
    4: { routes: null, rules: null },
    6: { routes: null, rules: null },
  },
})

/** Walks the connection through the host. */
export async function walkTransit(
  witness: Witness,
  inquiry: Inquiry,
  about: { readonly endpoint: Endpoint },
  protocol: Trial['protocol'],
): Promise<Transit> {
  const { role } = inquiry.host
  const { family } = about.endpoint
  const client = (await clientAddress(witness, family)) ?? (family === 4 ? '0.0.0.0' : '::')
  const here = await asOn(inquiry, about, protocol)
  const [{ machine }, { toClient, toServer }] = await Promise.all([
    readMachine(inquiry),
    devicesOf(witness, inquiry, here, client),
  ])
  const address = role === 'server' ? ownTarget(machine, here.endpoint, toClient) : null
  const end = address === null ? here : { endpoint: { ...here.endpoint, address } }
  const { there, back } = packetsOf(end, client, protocol)
  const isLocal = role === 'client'
  // What a host sends to itself comes in by its loopback.
  const device = ownAddresses(machine.routing)?.includes(client) ? 'lo' : toClient
  const start: Start = isLocal ? { kind: 'local' } : { kind: 'arrives', device }
  const outward = role === 'server' ? '' : toServer
  const first: Packet = {
    ...there,
    ...(isLocal && witness.probes.owner),
    inputDevice: isLocal ? '' : device,
    outputDevice: outward,
  }
  const second: Packet = {
    ...back,
    inputDevice: outward,
    outputDevice: isLocal ? '' : device,
  }
  const walkOn = (on: Machine, port: number): ConnectionJourney =>
    walkConnection(on, { ...first, destinationPort: port }, start)
  const { port } = end.endpoint
  const tried = walkOn(machine, port)
  const isBelied =
    (isRefused(tried.there) && toServer !== null) || (isRefused(tried.back) && toClient !== null)
  const believed = isBelied ? withoutRoutes(machine) : machine
  const walked = isBelied ? walkOn(believed, port) : tried
  return {
    machine: believed,
    toClient,
    toServer,
    walkTo: (other) => walkOn(believed, other),
    there: {
      reply: false,
      packet: first,
      hooks: isLocal ? LEAVING : ARRIVING,
      journey: walked.there,
    },
    back: {
      reply: true,
      packet: second,
      hooks: role === 'server' ? LEAVING : ARRIVING,
      // What a host says where it rejects is no reply.
      journey: isStopped(walked.there) ? null : walked.back,
    },
  }
}

/** Whether a journey ends before its packet is delivered or leaves. */
export const isStopped = ({ verdict }: Pick<Journey, 'verdict'>): boolean =>
  verdict === 'dropped' || verdict === 'rejected'
