/** How a host reaches the client: the route that its replies take, and one that could mend it. */
import type { Interface } from '../facts/interface.ts'
import { neighbours } from '../facts/ip-neigh.ts'
import { routes4, routes6 } from '../facts/ip-route.ts'
import { contains, parseAddress, parsePrefix } from '../wire/address.ts'
import { type Accusation, placeOn } from './check.ts'
import type { Inquiry } from './host.ts'
import type { Family } from './probes.ts'
import { clientAddress } from './relevant.ts'
import { addRoute } from './remedy.ts'
import type { Witness } from './witness.ts'

export type WayBack = {
  readonly client: string | null
  /** False where the route could not be asked. */
  readonly known: boolean
  /** Null where no route leads back. */
  readonly device: string | null
  readonly gateway: string | null
  /** Place and remedies of a way back that is missing. */
  readonly accusation: Pick<Accusation, 'place' | 'remedies'>
}

/** Asks a host for its route to the client. */
export async function wayBack(
  witness: Witness,
  inquiry: Inquiry,
  family: Family,
): Promise<WayBack> {
  const client = await clientAddress(witness, family)
  const answer = client ? await witness.route(inquiry, client) : null
  const route = answer?.known && answer.value.error === null ? answer.value : null
  const gateway = await likelyGateway(witness, inquiry, family, route?.gateway ?? null)
  return {
    client,
    known: answer?.known ?? false,
    device: route?.device ?? null,
    gateway: route?.gateway ?? null,
    accusation: {
      place: placeOn(inquiry.host.name, gateway?.device ?? null),
      remedies: gateway
        ? [
            addRoute(
              inquiry.host.name,
              family,
              'default',
              gateway.address,
              gateway.device,
              'transport.port',
            ),
          ]
        : [],
    },
  }
}

/**
 * The neighbour that is most probably the router: the one by which the other family leaves, one
 * that says so (IPv6), else the first or the last address of an on-link prefix, as administrators
 * number them, else the only neighbour. A router is one MAC address with several others.
 */
export async function likelyGateway(
  witness: Witness,
  inquiry: Inquiry,
  family: Family,
  not: string | null,
  only?: string,
): Promise<{ address: string; device: string } | null> {
  const [table, links, routes] = await Promise.all([
    inquiry.askAgain(neighbours),
    witness.interfaces(inquiry),
    inquiry.ask(family === 4 ? routes6 : routes4),
  ])
  if (!table.known || !links.known) return null
  const alive = table.value.filter(
    ({ mac, address, device }) =>
      mac !== null && address !== not && (only === undefined || device === only),
  )
  const gateways = new Set(routes.known ? routes.value.map(({ gateway }) => gateway) : [])
  const usable = alive.filter(
    ({ address, device }) =>
      (address.includes(':') ? 6 : 4) === family &&
      (isOnLink(links.value, address, device) || /^fe80:/i.test(address)),
  )
  const router =
    alive.find(({ address }) => gateways.has(address)) ??
    alive.find((one) => one.router) ??
    alive.find(({ address }) => FIRST.test(address)) ??
    alive.find(({ address }) => LAST.test(address)) ??
    (usable.length === 1 ? usable[0] : undefined)
  const same = usable.filter(({ mac }) => mac === router?.mac)
  const chosen =
    same.find((one) => one === router) ??
    same.find(({ address }) => !/^fe80:/i.test(address)) ??
    same[0]
  return chosen ? { address: chosen.address, device: chosen.device } : null
}

/** The first and the last host of a usual prefix. */
const FIRST = /[.:]1$/
const LAST = /\.254$/

const isOnLink = (links: readonly Interface[], address: string, device: string): boolean => {
  const far = parseAddress(address)
  return links.some(
    ({ name, addresses }) =>
      name === device &&
      addresses.some((one) => {
        const prefix =
          one.scope === 'link' ? null : parsePrefix(`${one.address}/${one.prefixLength}`)
        return far !== null && prefix !== null && contains(prefix, far)
      }),
  )
}
