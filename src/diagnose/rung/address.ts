/** Rung 3, addresses: is the network service active, is there an address, does it answer? */
import { shellWord } from '../../base/shell-word.ts'
import type { Interface, InterfaceAddress } from '../../facts/interface.ts'
import { routes4, routes6 } from '../../facts/ip-route.ts'
import { parsePing } from '../../facts/ping.ts'
import { isDefault } from '../../facts/route.ts'
import { unit } from '../../facts/systemctl.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  seen,
  shown,
  sideOf,
  skip,
  unanswered,
  unitsUnanswered,
  unknown,
  witnessed,
} from '../check.ts'
import type { Inquiry } from '../host.ts'
import type { Family } from '../probes.ts'
import { untilCounted } from '../reached.ts'
import { isLoopback, relevant } from '../relevant.ts'
import { remedy } from '../remedy.ts'
import { usableAddresses } from '../witness.ts'

/** The services that configure interfaces on Debian and its relatives. */
const SERVICES = ['networking', 'NetworkManager', 'systemd-networkd']

export const service: Check = {
  id: 'network.service',
  layer: 3,
  question: 'Is the network service active?',
  on: ['client', 'server'],
  rule: async (_witness, inquiry) => {
    if (inquiry.host.limits.units === 'machine')
      return unknown('units belong to the machine around this host')
    const answers = await Promise.all(SERVICES.map((name) => inquiry.ask(unit(name))))
    const units = answers.flatMap((answer) =>
      answer.known && answer.value.loadState === 'loaded' ? [{ answer, unit: answer.value }] : [],
    )
    if (units.length === 0) {
      const [first] = answers
      return first && !first.known
        ? unitsUnanswered(inquiry, first)
        : skip('no network service is installed')
    }
    const running = units.find(({ unit: { activeState } }) => activeState === 'active')
    if (running)
      return pass(
        `${running.unit.name} is ${running.unit.activeState} (${running.unit.subState})`,
        witnessed(inquiry, running.answer),
      )
    const wanted =
      units.find(({ unit: u }) => u.activeState === 'failed') ??
      units.find(({ unit: u }) => u.enabled === 'enabled')
    if (!wanted) return pass('no network service is enabled')
    const name = wanted.unit.name.replace(/\.service$/, '')
    return {
      status: 'warn',
      summary: `${name} is ${wanted.unit.activeState}`,
      evidence: witnessed(inquiry, wanted.answer),
      accuses: [
        {
          cause: 'service.network-down',
          side: sideOf(inquiry),
          weight: wanted.unit.activeState === 'failed' ? 'proven' : 'likely',
          because: `the unit ${name} is ${wanted.unit.activeState}`,
          place: placeOn(inquiry.host.name),
          remedies: [
            remedy({
              host: inquiry.host.name,
              command: `systemctl start ${shellWord(name)}`,
              why: `${name} configures the interfaces`,
              risk: 'interfaces may be configured anew; a session over them may be cut',
              undo: `systemctl stop ${shellWord(name)}`,
              keep: { kind: 'service', name },
              turnsGreen: 'network.service',
            }),
          ],
        },
      ],
    }
  },
}

/** An address with its prefix length. */
export const formatAddress = ({ address, prefixLength }: InterfaceAddress): string =>
  `${address}/${prefixLength}`
const isLinkLocal = ({ address }: InterfaceAddress): boolean =>
  /^169\.254\.|^fe[89ab]/i.test(address)

export const address: Check = {
  id: 'network.address',
  layer: 3,
  question: 'Does the interface have an address?',
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    const known = await witness.interfaces(inquiry)
    if (!known.known) return unanswered(known)
    const { family, device, links, lookup } = await relevant(witness, inquiry)
    const used = links.filter((link) => !isLoopback(link) && link.up)
    const evidence = witnessed(inquiry, known, used.map(brief))
    const failed = used.flatMap((link) =>
      link.addresses
        .filter(({ flags }) => flags.includes('dadfailed'))
        .map((one) => ({ link, one })),
    )
    const usable = usableAddresses(links, family)
    const [duplicate] = failed.filter(({ one }) => one.family === family)
    if (duplicate)
      return fault(
        inquiry,
        'address.duplicate-detected',
        duplicate.link,
        `${formatAddress(duplicate.one)} of ${duplicate.link.name} failed duplicate address detection`,
        evidence,
      )
    const [tentative] = (device ? [device] : used).flatMap((link) =>
      link.addresses.filter(({ flags, family: f }) => f === family && flags.includes('tentative')),
    )
    if (tentative)
      return { status: 'warn', summary: `${formatAddress(tentative)} is still tentative`, evidence }
    const bare = lookup?.error ? bareInterface(used, family) : undefined
    if (usable.length > 0 && bare && !(await hasDefault(inquiry, family)))
      return nothingUsable(inquiry, bare, used, family, evidence)
    if (usable.length > 0) {
      const all = used.flatMap((link) =>
        link.addresses
          .filter((one) => !isLinkLocal(one))
          .map((one) => `${link.name} ${formatAddress(one)}`),
      )
      return pass(all.slice(0, 6).join(', ') || usable.join(', '), evidence)
    }
    const other = usableAddresses(links, family === 4 ? 6 : 4)
    const [candidate] =
      used.length > 0 ? used.filter((link) => link.carrier !== false && link.master === null) : []
    if (!candidate) return skip('no interface is up')
    return nothingUsable(
      inquiry,
      candidate,
      used,
      family,
      evidence,
      other.length > 0 && witness.target === null,
    )
  },
}

/** An interface that carries, serves no bridge and has no address of the family to speak from. */
const bareInterface = (used: readonly Interface[], family: Family): Interface | undefined =>
  used.find(
    (link) =>
      link.linkType === 'ether' &&
      link.carrier !== false &&
      link.master === null &&
      usableAddresses([link], family).length === 0,
  )

async function hasDefault(inquiry: Inquiry, family: Family): Promise<boolean> {
  const routes = await inquiry.ask(family === 4 ? routes4 : routes6)
  return routes.known && routes.value.some((route) => isDefault(route) && route.type === 'unicast')
}

/** The interface has no address of the family, or only one that it gave itself. */
function nothingUsable(
  inquiry: Inquiry,
  link: Interface,
  used: readonly Interface[],
  family: Family,
  evidence: ReturnType<typeof witnessed>,
  mild = false,
) {
  const lonely = [link, ...used]
    .flatMap(({ addresses }) => addresses)
    .find((one) => one.family === 4 && isLinkLocal(one))
  if (family === 4 && lonely && inquiry.host.role === 'client')
    return fault(
      inquiry,
      'address.link-local-only',
      link,
      `${link.name} has only ${formatAddress(lonely)}: DHCP gave no address`,
      evidence,
      mild,
    )
  const because = `${link.name} of ${inquiry.host.name} is up and has no usable IPv${family} address`
  return fault(inquiry, 'address.none', link, because, evidence, mild)
}

const brief = (link: Interface): string =>
  `${link.name} ${link.operState} ${link.addresses.map(formatAddress).join(' ')}`

function fault(
  inquiry: Inquiry,
  cause: 'address.none' | 'address.link-local-only' | 'address.duplicate-detected',
  link: Interface,
  because: string,
  evidence: ReturnType<typeof witnessed>,
  mild = false,
) {
  const dhcp = remedy({
    host: inquiry.host.name,
    command: `dhclient ${shellWord(link.name)}`,
    why: 'asks a DHCP server for an address; or give one by `ip address add ADDRESS/LENGTH dev IF`',
    undo: `dhclient -r ${shellWord(link.name)}`,
    keep: { kind: 'dhcp', device: link.name },
    turnsGreen: 'network.address',
  })
  const accusation: Accusation = {
    cause,
    side: sideOf(inquiry),
    weight: 'proven',
    because,
    place: placeOn(inquiry.host.name, link.name),
    remedies: cause === 'address.duplicate-detected' ? [] : [dhcp],
  }
  return mild
    ? { status: 'warn' as const, summary: because, evidence }
    : { status: 'fail' as const, summary: because, evidence, accuses: [accusation] }
}

export const own: Check = {
  id: 'network.own-address',
  layer: 3,
  question: "Do the host's own addresses answer?",
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    const { family, links, device } = await relevant(witness, inquiry)
    const own =
      device?.addresses.find((one) => one.family === family && !isLinkLocal(one))?.address ??
      usableAddresses(links, family)[0]
    const asked = [family === 4 ? '127.0.0.1' : '::1', ...(own ? [own] : [])]
    if (inquiry.host.role === 'client') {
      const echoes = await Promise.all(
        asked.map((one) => witness.probes.ping(one, { timeoutMs: 500 })),
      )
      const [first] = echoes
      if (first && !first.possible)
        return unknown(first.because ?? 'no ping could be sent', 'iputils-ping')
      const silent = echoes.filter(({ received }) => received === 0)
      const evidence = echoes.map((echo) => shown(inquiry.host.name, echo))
      return silent.length === 0
        ? pass(`${asked.join(' and ')} answer`, evidence)
        : {
            status: 'warn',
            summary: `${silent.map((e) => e.address).join(' and ')} does not answer ping`,
            evidence,
          }
    }
    if (witness.target && !(await witness.concern())) return skip('the service answers')
    const target = own ?? asked[0] ?? ''
    await untilCounted(witness)
    const output = await inquiry.run(['ping', '-c', '1', '-W', '1', target])
    if (output.failure)
      return unknown(`ping could not be run on ${inquiry.host.name}`, 'iputils-ping')
    const ping = parsePing(output.stdout)
    return ping && ping.received > 0
      ? pass(`${target} answers`, [seen(inquiry.host.name, output)])
      : {
          status: 'warn',
          summary: `${target} does not answer ping`,
          evidence: [seen(inquiry.host.name, output)],
        }
  },
}
