/** What a router that can be read says of itself: does it forward, has it a route, room for states? */
import { sysctls } from '../../facts/sysctl.ts'
import { type Check, pass, placeOn, skip, unanswered, witnessed } from '../check.ts'
import { clientAddress } from '../relevant.ts'
import { setSysctl } from '../remedy.ts'

const FORWARD = { 4: 'net.ipv4.ip_forward', 6: 'net.ipv6.conf.all.forwarding' } as const

export const forwarding: Check = {
  id: 'route.forwarding',
  layer: 3,
  question: 'Does the router forward, and has it a route both ways?',
  on: ['router'],
  rule: async (witness, inquiry) => {
    const failing = await witness.concern()
    const family = failing?.endpoint.family ?? witness.family ?? 4
    const { name } = inquiry.host
    const known = await inquiry.ask(sysctls([FORWARD[family]]))
    if (!known.known) return unanswered(known)
    const on = known.value.get(FORWARD[family]) !== '0'
    const evidence = witnessed(inquiry, known)
    if (!on) {
      const because = `${name} does not forward IPv${family} (${FORWARD[family]} = 0)`
      return {
        status: failing ? 'fail' : 'warn',
        summary: because,
        evidence,
        accuses: failing
          ? [
              {
                cause: 'route.forwarding-off',
                side: 'path',
                weight: 'proven',
                because,
                place: placeOn(name),
                remedies: [setSysctl(name, FORWARD[family], '1', '0', because, 'transport.port')],
              },
            ]
          : [],
      }
    }
    if (!failing) return pass('it forwards', evidence)
    const ends = [failing.endpoint.address, await clientAddress(witness, family)]
    for (const [index, address] of ends.entries()) {
      const route = address ? await witness.route(inquiry, address) : null
      if (route?.known && route.value.error !== null) {
        const because = `${name} has no route to ${address} (${route.value.error})`
        const rejecting = route.value.error !== 'ENETUNREACH'
        return {
          status: 'fail',
          summary: because,
          evidence: [...evidence, ...witnessed(inquiry, route, [route.output.stderr.trim()])],
          accuses: [
            {
              cause: rejecting
                ? 'route.rejecting'
                : index === 1
                  ? 'route.return-missing'
                  : 'route.dead-end',
              side: 'path',
              weight: 'proven',
              because,
              place: placeOn(name),
            },
          ],
        }
      }
    }
    return pass('it forwards and has a route both ways', evidence)
  },
}

export const conntrack: Check = {
  id: 'nat.conntrack',
  layer: 3,
  question: 'Has the connection tracking table room?',
  on: ['server', 'router'],
  rule: async (_witness, inquiry) => {
    const [used, most] = ['net.netfilter.nf_conntrack_count', 'net.netfilter.nf_conntrack_max']
    const known = await inquiry.ask(sysctls([used, most]))
    if (!known.known) return skip('no connection is tracked')
    const [number, limit] = [used, most].map((name) => Number(known.value.get(name) ?? Number.NaN))
    if (
      number === undefined ||
      limit === undefined ||
      Number.isNaN(number) ||
      Number.isNaN(limit) ||
      limit === 0
    )
      return skip('no connection is tracked')
    if (number < limit) return pass(`${number} of ${limit}`, witnessed(inquiry, known))
    const because = `the table of ${inquiry.host.name} holds ${number} of ${limit} connections`
    return {
      status: 'fail',
      summary: because,
      evidence: witnessed(inquiry, known),
      accuses: [
        {
          cause: 'nat.conntrack-full',
          side: inquiry.host.role === 'server' ? 'server' : 'path',
          weight: 'proven',
          because,
          place: placeOn(inquiry.host.name),
          remedies: [
            setSysctl(
              inquiry.host.name,
              most,
              String(limit * 2),
              String(limit),
              because,
              'nat.conntrack',
            ),
          ],
        },
      ],
    }
  },
}
