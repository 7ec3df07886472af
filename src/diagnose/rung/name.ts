/** Rung 3, names: does the name resolve, and do all who are asked say the same? */

import { shellWord } from '../../base/shell-word.ts'
import { hostSources } from '../../facts/nsswitch.ts'
import { rcodeName } from '../../wire/dns.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  shown,
  skip,
  unanswered,
  witnessed,
} from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import { addressesIn, type Names, type ResolverView } from '../names.ts'
import type { DnsReply } from '../probes.ts'
import { remedy } from '../remedy.ts'
import { suspectPath } from '../suspects.ts'
import { holds } from '../visit.ts'
import type { Witness } from '../witness.ts'

const accuse = (
  cause: Accusation['cause'],
  side: Accusation['side'],
  weight: Accusation['weight'],
  because: string,
  rest: Partial<Accusation> = {},
): Accusation => ({ cause, side, weight, because, place: placeOn('client'), ...rest })

const fail = (accusation: Accusation, evidence: readonly Evidence[]): Ruling => ({
  status: 'fail',
  summary: accusation.because,
  evidence,
  accuses: [accusation],
})

const heard = (view: ResolverView): DnsReply[] =>
  view.replies.filter((reply) => reply.outcome === 'answer')
const rcode = (reply: DnsReply): string => rcodeName(reply.message?.rcode ?? 0)
const unique = (values: Iterable<string>): string[] => [...new Set(values)]

export const resolvers: Check = {
  id: 'name.resolvers',
  layer: 3,
  question: 'Do the configured name servers answer, each by itself?',
  on: ['client'],
  rule: async (witness) => {
    const names = await witness.names()
    if (!names) return ownResolvers(witness)
    if (names.literal) return skip('the target is an address')
    const { config } = names
    const views = await names.allResolvers
    if (!config.known) return unanswered(config)
    const evidence = [
      ...witnessed(witness.client, config),
      ...views.flatMap((view) => view.replies.slice(0, 2).map((reply) => shown('client', reply))),
    ]
    if (config.value.nameservers.length === 0) {
      if (names.addresses.length > 0)
        return {
          status: 'warn',
          summary: 'no name server is configured; the name comes from elsewhere',
          evidence,
        }
      return fail(
        accuse('dns.no-resolver', 'client', 'proven', '/etc/resolv.conf names no name server', {
          tellApart: {
            host: 'client',
            command: 'cat /etc/resolv.conf',
            shows: 'no line with nameserver',
          },
        }),
        evidence,
      )
    }
    const silent = views.filter((view) => view.replies.length > 0 && heard(view).length === 0)
    const speaking = views.filter((view) => heard(view).length > 0)
    const wrong = speaking.filter((view) =>
      heard(view).every((reply) => !/^(NOERROR|NXDOMAIN)$/.test(rcode(reply))),
    )
    if (speaking.length === 0 && silent.length > 0) return deaf(witness, names, silent, evidence)
    if (wrong.length === speaking.length && wrong.length > 0)
      return serverError(witness, names, wrong, evidence)
    const bad = [...silent, ...wrong]
    const text = speaking
      .map(
        (view) =>
          `${view.server}: ${unique(heard(view).flatMap(addressesIn)).join(', ') || unique(heard(view).map(rcode)).join('/')}`,
      )
      .join('; ')
    if (views[0] && silent.includes(views[0]))
      return {
        status: 'warn',
        summary: `the first name server ${views[0].server} does not answer; ${text}`,
        evidence,
        accuses: [
          accuse(
            'dns.slow',
            'client',
            'proven',
            `the name server ${views[0].server}, asked first, does not answer; ${speaking[0]?.server} does`,
            {
              partial: true,
              remedies: reorder(views[0].server),
            },
          ),
        ],
      }
    return bad.length > 0
      ? {
          status: 'warn',
          summary: `${bad.map((v) => v.server).join(', ')} gives no answer; ${text}`,
          evidence,
        }
      : pass(text || 'answered', evidence)
  },
}

/** A text that stands for itself in a basic regular expression between slashes. */
const literal = (text: string): string => text.replace(/[.*[\]^$/\\]/g, '\\$&')

/** Takes the lines that fit out of a file, keeping a copy. */
const withoutLines = (file: string, expression: string): string =>
  `cp ${file} ${file}.rungs && sed ${shellWord(`/${expression}/d`)} ${file}.rungs > ${file}`

const reorder = (server: string) => [
  remedy({
    host: 'client',
    // Written through, not renamed: in a container the file is a mount of its own.
    command: withoutLines(
      '/etc/resolv.conf',
      `^nameserver[[:space:]]*${literal(server)}[[:space:]]*$`,
    ),
    why: `every look-up waits for ${server} first`,
    risk: 'programs that write /etc/resolv.conf may put it back',
    undo: 'cat /etc/resolv.conf.rungs > /etc/resolv.conf',
    persist:
      'where resolv.conf is made: DHCP client, resolvconf, NetworkManager or systemd-resolved',
    turnsGreen: 'name.resolvers',
  }),
]

/** No configured name server says anything. */
async function deaf(
  witness: Witness,
  names: Names,
  silent: readonly ResolverView[],
  evidence: readonly Evidence[],
): Promise<Ruling> {
  const replies = silent.flatMap((view) => view.replies)
  const refused = replies.every((reply) => reply.outcome === 'refused')
  const list = silent.map((view) => view.server).join(', ')
  const [first] = silent
  const echo = first ? await witness.probes.ping(first.server, { timeoutMs: 800 }) : null
  // A stub on this host is this host's matter.
  const stub = silent.every(({ server }) => /^127\.|^::1$/.test(server))
  const side = !stub && (refused || (echo?.received ?? 0) > 0) ? 'path' : 'client'
  const how = refused
    ? `refuse${silent.length === 1 ? 's' : ''} queries (port unreachable)`
    : `do${silent.length === 1 ? 'es' : ''} not answer`
  const because = `${silent.length === 1 ? 'the name server' : 'the name servers'} ${list} ${how}${echo && echo.received > 0 ? ', though it answers ping' : ''}`
  const denied = replies.some(({ errno }) => errno === 'EPERM')
  const accusations: Accusation[] = [
    ...(denied
      ? [
          accuse(
            'firewall.egress-drop',
            'client',
            'likely',
            `the kernel refuses to send queries to ${list} (EPERM), as it does where a rule of this host drops them`,
          ),
        ]
      : []),
    accuse(
      stub ? 'dns.no-resolver' : 'dns.unreachable',
      side,
      refused ? 'proven' : 'likely',
      because,
      {
        tellApart: {
          host: 'client',
          command: `dig @${shellWord(first?.server ?? '')} ${shellWord(names.name)}`,
          shows: 'no servers could be reached',
        },
      },
    ),
  ]
  const concern = echo?.received ? null : await witness.concern()
  if (concern) accusations.push(...suspectPath(concern, await witness.controls(concern)))
  const other = side === 'client' ? 'path' : 'client'
  accusations.push(accuse('dns.unreachable', other, 'possible', because))
  return {
    status: names.addresses.length > 0 ? 'warn' : 'fail',
    summary: because,
    evidence: [...evidence, ...(echo ? [shown('client', echo)] : [])],
    accuses: names.addresses.length > 0 ? [] : accusations,
  }
}

/** Every name server answers with an error. */
async function serverError(
  witness: Witness,
  names: Names,
  wrong: readonly ResolverView[],
  evidence: readonly Evidence[],
): Promise<Ruling> {
  const [reply] = wrong.flatMap(heard)
  const [view] = wrong
  const code = reply ? rcode(reply) : 'an error'
  const unchecked =
    view && code === 'SERVFAIL'
      ? await witness.probes.dns({
          server: view.server,
          port: 53,
          name: names.name,
          type: 'A',
          timeoutMs: 1500,
          checkingDisabled: true,
        })
      : null
  const dnssec = unchecked?.outcome === 'answer' && addressesIn(unchecked).length > 0
  const because = `${wrong.map((v) => v.server).join(', ')} answers ${code} for ${names.name}${dnssec ? '; with checking disabled the answer comes: DNSSEC validation fails' : ''}`
  return {
    status: names.addresses.length > 0 ? 'warn' : 'fail',
    summary: because,
    evidence: [...evidence, ...(unchecked ? [shown('client', unchecked)] : [])],
    accuses:
      names.addresses.length > 0
        ? []
        : [
            accuse('dns.server-error', dnssec ? 'server' : 'path', 'proven', because),
            accuse('dns.server-error', dnssec ? 'path' : 'server', 'possible', because),
          ],
  }
}

/** Without a target: do the name servers answer at all? */
async function ownResolvers(witness: Witness): Promise<Ruling> {
  const { resolverConfig } = await import('../../facts/resolv-conf.ts')
  const config = await witness.client.ask(resolverConfig)
  if (!config.known) return unanswered(config)
  const servers = config.value.nameservers
  if (servers.length === 0)
    return fail(
      accuse('dns.no-resolver', 'client', 'proven', '/etc/resolv.conf names no name server'),
      witnessed(witness.client, config),
    )
  const replies = await Promise.all(
    servers.map((server) =>
      witness.probes.dns({ server, port: 53, name: '.', type: 'NS', timeoutMs: 2000 }),
    ),
  )
  const evidence = [
    ...witnessed(witness.client, config),
    ...replies.map((reply) => shown('client', reply)),
  ]
  const good = replies.filter((reply) => reply.outcome === 'answer')
  if (good.length === replies.length) return pass(`${servers.join(', ')} answer`, evidence)
  const bad = replies
    .filter((reply) => reply.outcome !== 'answer')
    .map((reply) => reply.query.server)
  if (good.length > 0)
    return { status: 'warn', summary: `${bad.join(', ')} does not answer`, evidence }
  return fail(
    accuse('dns.unreachable', 'client', 'likely', `no name server answers: ${bad.join(', ')}`),
    evidence,
  )
}

export const system: Check = {
  id: 'name.system',
  layer: 3,
  question: 'Does the name resolve, as programs here see it?',
  on: ['client'],
  rule: async (witness) => {
    const names = await witness.names()
    if (!names) return skip('there is no target')
    if (names.literal) return skip('the target is an address')
    const { lookup, name, hosts, resolvers: views } = names
    const sources = await witness.client.ask(hostSources)
    const evidence = [
      ...(lookup ? [shown('client', lookup)] : []),
      ...(names.mail ? [shown('client', names.mail)] : []),
      ...witnessed(witness.client, sources),
    ]
    const said = views.flatMap(heard)
    const fromDns = unique(said.flatMap(addressesIn))
    if (names.addresses.length === 0) return unresolved(names, said, evidence)
    if (hosts.length > 0 && fromDns.length > 0 && hosts.every((one) => !fromDns.includes(one)))
      return overridden(witness, names, fromDns, evidence)
    const disagreement = await wrongAnswers(witness, names, views)
    if (disagreement) return { ...disagreement, evidence }
    if (lookup?.errno)
      return {
        status: 'warn',
        summary: `the system's resolver says ${lookup.errno} for ${name}; asked directly, the name servers give ${fromDns.join(', ')}`,
        evidence,
      }
    const list = names.addresses.map(({ address }) => address).join(', ')
    const chain = unique(
      said.flatMap((reply) =>
        (reply.message?.answers ?? []).flatMap((r) =>
          r.data.kind === 'CNAME' ? [r.data.name] : [],
        ),
      ),
    )
    return pass(`${name}${chain.length > 0 ? ` → ${chain.join(' → ')}` : ''} is ${list}`, evidence)
  },
}

/** The name gives no address: which of the two reasons? */
function unresolved(
  names: Names,
  said: readonly DnsReply[],
  evidence: readonly Evidence[],
): Ruling {
  const codes = unique(said.map(rcode))
  const { name } = names
  if (said.length > 0 && codes.every((code) => code === 'NXDOMAIN'))
    return fail(
      accuse(
        'dns.no-such-name',
        'server',
        'proven',
        `${name} does not exist: the name servers say NXDOMAIN`,
        {
          tellApart: { host: 'client', command: `dig ${name}`, shows: 'status: NXDOMAIN' },
        },
      ),
      evidence,
    )
  if (said.length > 0 && codes.includes('NOERROR'))
    return fail(
      accuse('dns.no-address', 'server', 'proven', `${name} exists and has neither A nor AAAA`, {
        tellApart: { host: 'client', command: `dig ${name}`, shows: 'NOERROR with no answer' },
      }),
      evidence,
    )
  const errno = names.lookup?.errno
  return {
    status: 'fail',
    summary: `${name} does not resolve${errno ? ` (${errno})` : ''}`,
    evidence,
    accuses:
      errno === 'ENOTFOUND' && said.length === 0 && names.resolvers.length === 0
        ? [
            accuse(
              'dns.no-resolver',
              'client',
              'likely',
              `${name} does not resolve and no name server could be asked`,
            ),
          ]
        : [],
  }
}

/** The hosts file says other than the DNS; a fault only where its address does not hold. */
async function overridden(
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
async function wrongAnswers(
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
  const isServers = names.addresses.some((one) => own.includes(one.address))
  const candidates = unique([...others, ...(isServers ? [] : mine)]).slice(0, 4)
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
