/** How a host reaches the client: the route that its replies take, and one that could mend it. */
import { neighbours } from '../facts/ip-neigh.ts'
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
 * The neighbour that is most probably the router: one that says so (IPv6), else the first or the
 * last address of an on-link prefix, as administrators number them, else the only neighbour.
 */
async function likelyGateway(
  witness: Witness,
  inquiry: Inquiry,
  family: Family,
  not: string | null,
): Promise<{ address: string; device: string } | null> {
  const [table, links] = await Promise.all([
    inquiry.askAgain(neighbours),
    witness.interfaces(inquiry),
  ])
  if (!table.known || !links.known) return null
  const alive = table.value.filter(
    (one) =>
      one.mac !== null && one.address !== not && (one.address.includes(':') ? 6 : 4) === family,
  )
  const prefixes = links.value.flatMap((link) =>
    link.addresses
      .filter((one) => one.family === family && one.scope !== 'link')
      .map((one) => ({
        device: link.name,
        prefix: parsePrefix(`${one.address}/${one.prefixLength}`),
      })),
  )
  const onLink = alive.filter((one) => {
    const far = parseAddress(one.address)
    return (
      far &&
      prefixes.some(
        ({ device, prefix }) => device === one.device && prefix && contains(prefix, far),
      )
    )
  })
  const router =
    onLink.find((one) => one.router) ??
    onLink.find(({ address }) => /[.:]1$/.test(address)) ??
    onLink.find(({ address }) => /\.254$/.test(address))
  const chosen = router ?? (onLink.length === 1 ? onLink[0] : alive.find((one) => one.router))
  return chosen ? { address: chosen.address, device: chosen.device } : null
}
