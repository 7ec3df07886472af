/**
 * Which interface and which far address matter on a host. Oddities elsewhere (an unused interface
 * that is down) are no reason for anything.
 */
import type { Interface } from '../facts/interface.ts'
import type { RouteLookup } from '../facts/ip-route-get.ts'
import type { Inquiry } from './host.ts'
import type { Family } from './probes.ts'
import { endpointOn } from './published.ts'
import { protocolOf } from './serving.ts'
import { usableAddresses, type Witness } from './witness.ts'

export type Relevant = {
  /** The far address that the host must reach. */
  readonly toward: string | null
  readonly family: Family
  /** The kernel's choice of a route there; null where it could not be asked. */
  readonly lookup: RouteLookup | null
  /** The interface by which it goes, or that holds the target's address. */
  readonly device: Interface | null
  readonly links: readonly Interface[]
}

/** An address outside (RFC 5737, RFC 3849), to see which way a host sends what it does not know. */
const OUTSIDE: Readonly<Record<Family, string>> = { 4: '192.0.2.1', 6: '2001:db8::1' }

/** The family that the diagnosis is about: that of the failing visit, else of the first address. */
export async function familyInQuestion(witness: Witness): Promise<Family> {
  if (witness.family) return witness.family
  const suspected = witness.target ? await witness.suspected() : null
  if (suspected) return suspected.family
  const failing = witness.target ? await witness.failing() : null
  if (failing) return failing.endpoint.family
  const names = await witness.names()
  return names?.addresses[0]?.family ?? 4
}

/** What a host has to reach: the client the target, the server the client. */
async function farAddress(
  witness: Witness,
  inquiry: Inquiry,
  family: Family,
): Promise<string | null> {
  const names = await witness.names()
  const target = names?.addresses.find((address) => address.family === family)?.address ?? null
  if (inquiry.host.role !== 'server') {
    if (target) return target
    const config = names?.config
    const server = config?.known
      ? config.value.nameservers.find((one) => (one.includes(':') ? 6 : 4) === family)
      : null
    return server && !/^127\.|^::1$/.test(server) ? server : null
  }
  return clientAddress(witness, family)
}

/** The address that the client speaks from, as its own kernel chooses it. */
export async function clientAddress(witness: Witness, family: Family): Promise<string | null> {
  const names = await witness.names()
  const target = names?.addresses.find((address) => address.family === family)?.address
  const route = target ? await witness.route(witness.client, target) : null
  if (route?.known && route.value.source) return route.value.source
  const links = await witness.interfaces(witness.client)
  return links.known ? (usableAddresses(links.value, family)[0] ?? null) : null
}

/** The target's addresses, as the host has them. */
async function targetsOn(witness: Witness, inquiry: Inquiry): Promise<readonly string[]> {
  const { addresses = [] } = (await witness.names()) ?? {}
  const port = witness.target?.port ?? 0
  const ends = addresses.map((one) => endpointOn(inquiry, { ...one, port }, protocolOf(witness)))
  return (await Promise.all(ends)).flatMap((end) => end?.address ?? [])
}

/** Finds what matters on a host. */
export async function relevant(witness: Witness, inquiry: Inquiry): Promise<Relevant> {
  const family = await familyInQuestion(witness)
  const known = await witness.interfaces(inquiry)
  const links = known.known ? known.value : []
  const toward = await farAddress(witness, inquiry, family)
  const answer = await witness.route(inquiry, toward ?? OUTSIDE[family])
  const lookup = answer.known ? answer.value : null
  const named = (name: string | null | undefined): Interface | null =>
    links.find((link) => link.name === name) ?? null
  const held = inquiry.host.role === 'server' ? await targetsOn(witness, inquiry) : []
  const holder = links.find((link) => link.addresses.some(({ address }) => held.includes(address)))
  return {
    toward,
    family,
    lookup,
    device: holder ?? (lookup?.error === null ? named(lookup.device) : null),
    links,
  }
}

export const isLoopback = (link: Interface): boolean =>
  link.linkType === 'loopback' || link.flags.includes('LOOPBACK')
