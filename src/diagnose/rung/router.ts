/** What a router that can be read says of itself: does it forward, has it a route, room for states? */
import { shellWord } from '../../base/shell-word.ts'
import type { Interface } from '../../facts/interface.ts'
import { sysctls } from '../../facts/sysctl.ts'
import {
  type Check,
  count,
  pass,
  placeOn,
  type Ruling,
  skip,
  unanswered,
  witnessed,
} from '../check.ts'
import type { Remedy } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import { clientAddress } from '../relevant.ts'
import { bringUp, loosenReversePath, remedy, reversePathFilter, setSysctl } from '../remedy.ts'
import type { Visit } from '../visit.ts'
import { delta } from '../whereabouts.ts'
import type { Witness } from '../witness.ts'
import { rejectionOf } from './route.ts'

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
      if (route && !route.known) return unanswered(route)
      if (route?.known && route.value.error !== null) {
        const because = `${name} has no route to ${address} (${route.value.error})`
        const rejection = await rejectionOf(inquiry, family, address ?? '', route.value)
        return {
          status: 'fail',
          summary: because,
          evidence: [...evidence, ...witnessed(inquiry, route, [route.output.stderr.trim()])],
          accuses: [
            rejection ?? {
              cause: index === 1 ? 'route.return-missing' : 'route.dead-end',
              side: 'path',
              weight: 'proven',
              because,
              place: placeOn(name),
            },
          ],
        }
      }
    }
    return (
      (await filtersReverse(witness, inquiry, failing, ends[1] ?? null)) ??
      pass('it forwards and has a route both ways', evidence)
    )
  },
}

/** Its reverse path filter took as many packets as the trial sent: they came in by another way. */
async function filtersReverse(
  witness: Witness,
  inquiry: Inquiry,
  failing: Visit,
  client: string | null,
): Promise<Ruling | null> {
  if (failing.stage !== 'connect' || !client) return null
  const { connects, routers } = await witness.trial(failing)
  const change = routers.find((one) => one.inquiry === inquiry)
  const counter = 'TcpExtIPReversePathFilter'
  const grew = change?.grew(counter) ?? 0
  if (!change || grew < connects.length) return null
  const [back, links] = await Promise.all([
    witness.route(inquiry, client),
    witness.interfaces(inquiry),
  ])
  const device = back.known ? back.value.device : null
  const strict = links.known ? await strictDevices(inquiry, links.value) : []
  const { name } = inquiry.host
  const because = `the reverse path filter of ${name} drops them: ${counter} +${grew} for ${count(connects.length, 'SYN')}, while its route to ${client} is by ${device}`
  return {
    status: 'fail',
    summary: because,
    evidence: [delta(change, counter)],
    accuses: [
      {
        cause: 'route.reverse-path-filter',
        side: 'path',
        weight: 'proven',
        because,
        place: placeOn(name, device),
        remedies: strict
          .filter((one) => one !== device)
          .slice(0, 1)
          .map((one) => loosenReversePath(name, one)),
      },
    ],
  }
}

/** Interfaces whose reverse path filter is strict (ip-sysctl, rp_filter). */
async function strictDevices(inquiry: Inquiry, links: readonly Interface[]): Promise<string[]> {
  const names = links.slice(0, MOST_INTERFACES).map(({ name }) => name)
  const known = await inquiry.ask(sysctls(names.map(reversePathFilter)))
  return known.known ? names.filter((name) => known.value.get(reversePathFilter(name)) === '1') : []
}

/** More interfaces than this are not looked at. */
const MOST_INTERFACES = 16

/**
 * A host whose bridge holds no address is a switch. An interface of it that carries, belongs to no
 * bridge and has no address is a port that fell out.
 */
export const bridge: Check = {
  id: 'link.bridge',
  layer: 2,
  question: 'Do all ports belong to the bridge?',
  on: ['router'],
  rule: async (witness, inquiry) => {
    const known = await witness.interfaces(inquiry)
    if (!known.known) return unanswered(known)
    const global = (link: Interface): boolean =>
      link.addresses.some(({ scope }) => scope === 'global')
    const bridges = known.value.filter((link) => link.kind === 'bridge' && !global(link))
    const [only] = bridges
    if (!only) return skip('no bridge that only switches')
    const lost = known.value.filter(
      (link) =>
        link.linkType === 'ether' &&
        link.kind !== 'bridge' &&
        link.master === null &&
        link.carrier === true &&
        !global(link),
    )
    const ports = known.value.filter((link) => link.master === only.name)
    const evidence = witnessed(
      inquiry,
      known,
      [...ports, ...lost].map(
        (link) => `${link.name} master ${link.master ?? 'none'} ${link.operState}`,
      ),
    )
    const down = ports.filter((link) => !link.up)
    if (lost.length === 0 && down.length === 0)
      return pass(`${only.name}: ${ports.map(({ name }) => name).join(', ')}`, evidence)
    const [first] = [...lost, ...down]
    const { name } = inquiry.host
    const because = `the port ${first?.name} of ${name} ${lost.length > 0 ? 'belongs to no bridge' : 'is down'}`
    const failing = await witness.concern()
    return {
      status: failing ? 'fail' : 'warn',
      summary: because,
      evidence,
      accuses:
        failing && first
          ? [
              {
                cause: 'link.bridge-port',
                side: 'path',
                weight:
                  lost.length + down.length === 1 && failing.stage === 'connect'
                    ? 'proven'
                    : 'likely',
                because,
                place: placeOn(name, first.name),
                remedies: [
                  lost.length > 0 ? rejoin(name, first.name, only.name) : bringUp(name, first.name),
                ],
              },
            ]
          : [],
    }
  },
}

const rejoin = (host: string, port: string, master: string): Remedy =>
  remedy({
    host,
    command: `ip link set ${shellWord(port)} master ${shellWord(master)}`,
    why: `${port} carries and belongs to no bridge`,
    undo: `ip link set ${shellWord(port)} nomaster`,
    keep: { kind: 'bridge-port', bridge: master, port },
    turnsGreen: 'link.bridge',
  })

export const conntrack: Check = {
  id: 'nat.conntrack',
  layer: 3,
  question: 'Has the connection tracking table room?',
  on: ['server', 'router'],
  rule: async (witness, inquiry) => {
    const [used, most] = ['net.netfilter.nf_conntrack_count', 'net.netfilter.nf_conntrack_max']
    const known = await inquiry.ask(sysctls([used, most]))
    if (!known.known)
      return /cannot stat|No such file/i.test(known.because)
        ? skip('no connection is tracked')
        : unanswered(known)
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
      status: (await witness.concern()) ? 'fail' : 'warn',
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
