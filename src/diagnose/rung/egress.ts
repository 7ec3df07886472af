/** Rung 3: does a route of the client lead the target astray, by another interface than it should? */
import { routes4, routes6 } from '../../facts/ip-route.ts'
import { EVERYTHING, formatRoute, isDefault, type Route } from '../../facts/route.ts'
import { contains, parseAddress, parsePrefix } from '../../wire/address.ts'
import { type Accusation, placeOn } from '../check.ts'
import type { Inquiry } from '../host.ts'
import type { Family } from '../probes.ts'
import { deleteRoute } from '../remedy.ts'
import type { Witness } from '../witness.ts'

/**
 * The target lies in a prefix of another interface than the default route's: a container bridge or
 * a tunnel whose range covers a remote network. Only worth a word when the visit fails.
 */
export async function overlapping(
  witness: Witness,
  inquiry: Inquiry,
  toward: string,
  family: Family,
): Promise<Accusation[]> {
  if (inquiry.host.role !== 'client' || !witness.target) return []
  const routes = await inquiry.ask(family === 4 ? routes4 : routes6)
  const far = parseAddress(toward)
  if (!routes.known || !far) return []
  const main = routes.value.filter((route) => route.table === 'main' && route.type === 'unicast')
  const covering = main.filter((route) => {
    const range = parsePrefix(route.destination)
    return range !== null && contains(range, far) && !EVERYTHING.test(route.destination)
  })
  const length = (route: Route): number => Number(route.destination.split('/')[1] ?? 0)
  const [narrow] = [...covering].sort((a, b) => length(b) - length(a) || a.metric - b.metric)
  const usual = main.find((route) => isDefault(route))
  if (!narrow || !usual || narrow.device === usual.device) return []
  if ((await witness.failing()) === null) return []
  const [other, own] = await Promise.all([
    witness.probes.ping(toward, {
      timeoutMs: 900,
      ...(usual.device && { device: usual.device }),
    }),
    witness.echo(toward),
  ])
  // What answers by this way as well is not led astray by it.
  if (own.received > 0) return []
  const proven = other.received > 0
  const tellApart = {
    host: 'client',
    command: `ping -c 1 -I ${usual.device} ${toward}`,
    shows: 'an answer by the other interface',
  }
  const because = proven
    ? `"${formatRoute(narrow)}" sends ${toward} by ${narrow.device}; it answers by ${usual.device}`
    : `"${formatRoute(narrow)}" sends ${toward} by ${narrow.device}, not by the default route`
  const place = placeOn(inquiry.host.name, narrow.device)
  if (narrow.gateway === null && narrow.protocol === 'kernel')
    return [
      {
        cause: 'route.overlap',
        side: 'client',
        weight: proven ? 'proven' : 'likely',
        because,
        place,
        tellApart,
      },
    ]
  return [
    {
      cause: 'route.wrong-egress',
      side: 'client',
      weight: proven ? 'proven' : 'possible',
      because,
      place,
      remedies: [
        deleteRoute(
          inquiry.host.name,
          family,
          formatRoute(narrow),
          `sends ${toward} by ${narrow.device}`,
          'route.target',
        ),
      ],
      tellApart,
    },
  ]
}
