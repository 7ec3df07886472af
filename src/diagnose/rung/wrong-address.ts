/** Rung 3, names: the name resolves, and not to where it should. */
import { shellWord } from '../../base/shell-word.ts'
import { type Ruling, shown } from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import type { Names, ResolverView } from '../names.ts'
import { addressesIn } from '../names.ts'
import type { Connect } from '../probes.ts'
import { remedy } from '../remedy.ts'
import { holds } from '../visit.ts'
import type { Witness } from '../witness.ts'
import { accuse, heard, literal, unique, withoutLines } from './naming.ts'

/** The hosts file says other than the DNS; a fault only where its address does not hold. */
export async function overridden(
  witness: Witness,
  names: Names,
  fromDns: readonly string[],
  evidence: readonly Evidence[],
): Promise<Ruling> {
  const because = `/etc/hosts gives ${names.hosts.join(', ')} for ${names.name}; the DNS gives ${fromDns.join(', ')}`
  const failing = await witness.failing()
  if (!failing || holds(failing)) return { status: 'warn', summary: because, evidence }
  const port = witness.target?.port ?? 0
  const control = await Promise.all(
    fromDns.map((address) =>
      witness.probes.connect({ address, family: address.includes(':') ? 6 : 4, port }, 1500),
    ),
  )
  const good = control.find((connect) => connect.outcome === 'connected')
  const listed = literal(witness.target?.host ?? names.name)
  return {
    status: 'fail',
    summary: because,
    evidence: [...evidence, ...control.map((one) => shown('client', one))],
    contrasts: good
      ? [
          {
            works: `${good.endpoint.address}, which the DNS gives, accepts on port ${port}`,
            fails: `${names.hosts.join(', ')}, which the hosts file gives, does not`,
            tells: 'the service is up: the line in the hosts file leads elsewhere',
          },
        ]
      : [],
    accuses: [
      accuse(
        'dns.hosts-override',
        'client',
        good ? 'proven' : 'likely',
        good ? `${because}, and ${good.endpoint.address} accepts on port ${port}` : because,
        {
          remedies: [
            remedy({
              host: 'client',
              command: withoutLines('/etc/hosts', `[[:space:]]${listed}\\([[:space:]]\\|$\\)`),
              why: `the line overrides what the DNS says of ${names.name}`,
              risk: 'other names on the same line go with it',
              undo: 'cat /etc/hosts.rungs > /etc/hosts',
              persist: null,
              turnsGreen: 'name.system',
            }),
          ],
          tellApart: {
            host: 'client',
            command: `getent hosts ${shellWord(names.name)}; dig +short ${shellWord(names.name)}`,
            shows: 'two different addresses',
          },
        },
      ),
    ],
  }
}

/** Resolvers disagree, or the address is not the server's, while one that is answers. */
export async function wrongAnswers(
  witness: Witness,
  names: Names,
  views: readonly ResolverView[],
): Promise<Ruling | null> {
  const sets = views
    .filter((view) => heard(view).length > 0)
    .map((view) => ({
      server: view.server,
      addresses: unique(heard(view).flatMap(addressesIn)).sort(),
    }))
    .filter(({ addresses }) => addresses.length > 0)
  const failing = await witness.failing()
  if (!failing || holds(failing)) return null
  const others = unique(sets.flatMap(({ addresses }) => addresses)).filter(
    (a) => !names.addresses.some((one) => one.address === a),
  )
  const own = await serverAddresses(witness)
  const mine = own.filter((address) => !names.addresses.some((one) => one.address === address))
  const meant = await asWritten(witness, names, views)
  const isServers = names.addresses.some((one) => own.includes(one.address))
  const candidates = unique([...meant, ...others, ...(isServers ? [] : mine)]).slice(0, 4)
  if (candidates.length === 0) return null
  const { port } = failing.endpoint
  const control = await Promise.all(
    candidates.map((address) =>
      witness.probes.connect({ address, family: address.includes(':') ? 6 : 4, port }, 1500),
    ),
  )
  const good = control.find((connect) => connect.outcome === 'connected')
  if (!good) return null
  const address = good.endpoint.address
  if (meant.includes(address)) return searched(witness, names, address, control)
  const who = others.includes(address)
    ? `another name server gives ${address}`
    : `the server holds ${address}`
  const because = `${names.name} leads to ${names.addresses.map((a) => a.address).join(', ')}, which does not answer as expected; ${who}, and that accepts on port ${port}`
  return {
    status: 'fail',
    summary: because,
    evidence: control.map((one) => shown('client', one)),
    contrasts: [
      {
        works: `${address} accepts on port ${port}`,
        fails: `${names.addresses.map((a) => a.address).join(', ')}, where the name leads, does not answer as expected`,
        tells: 'the service is up: the name leads elsewhere',
      },
    ],
    accuses: [
      accuse(
        'dns.wrong-answer',
        'server',
        others.includes(address) || own.includes(address) ? 'proven' : 'likely',
        because,
        {
          tellApart: {
            host: 'client',
            command: `dig +short ${names.name}`,
            shows: 'an address that is not the server’s',
          },
        },
      ),
    ],
  }
}

/** What the name gives as it was written, where a search domain was put behind it. */
async function asWritten(
  witness: Witness,
  names: Names,
  views: readonly ResolverView[],
): Promise<string[]> {
  const written = witness.target?.host.replace(/\.$/, '') ?? ''
  const [view] = views
  if (!view || names.mail || names.name === written || !names.name.startsWith(`${written}.`))
    return []
  const replies = await Promise.all(
    ['A', 'AAAA'].map((type) =>
      witness.probes.dns({ server: view.server, port: 53, name: written, type, timeoutMs: 1500 }),
    ),
  )
  return unique(replies.flatMap(addressesIn))
}

/** A search domain leads the name astray. */
function searched(
  witness: Witness,
  names: Names,
  address: string,
  control: readonly Connect[],
): Ruling {
  const written = witness.target?.host ?? ''
  const because = `a search domain of /etc/resolv.conf turns ${written} into ${names.name}, which leads to ${names.addresses.map((one) => one.address).join(', ')}; as it is written it leads to ${address}, and that accepts`
  return {
    status: 'fail',
    summary: because,
    evidence: control.map((one) => shown('client', one)),
    accuses: [
      accuse('dns.wrong-answer', 'client', 'proven', because, {
        remedies: [
          remedy({
            host: 'client',
            command:
              "cp /etc/resolv.conf /etc/resolv.conf.rungs && sed 's/ndots:[0-9]*/ndots:1/' /etc/resolv.conf.rungs > /etc/resolv.conf",
            why: 'a name with a dot in it is asked for as it is written first',
            risk: 'short names with a dot in them are no longer completed first',
            undo: 'cat /etc/resolv.conf.rungs > /etc/resolv.conf',
            turnsGreen: 'name.system',
          }),
        ],
        tellApart: {
          host: 'client',
          command: `getent ahosts ${shellWord(written)}; getent ahosts ${shellWord(`${written}.`)}`,
          shows: 'two different addresses',
        },
      }),
    ],
  }
}

/** Addresses of the server by which others can reach it. */
async function serverAddresses(witness: Witness): Promise<string[]> {
  if (!witness.server) return []
  const links = await witness.interfaces(witness.server)
  return links.known
    ? links.value
        .filter(({ linkType }) => linkType !== 'loopback')
        .flatMap(({ addresses }) => addresses)
        .filter(({ scope }) => scope !== 'link' && scope !== 'host')
        .map(({ address }) => address)
    : []
}
