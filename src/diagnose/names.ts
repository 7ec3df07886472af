/**
 * From the target's host to addresses: the system's own resolver, and beside it every configured
 * name server asked by itself, so that it is known who says what, and who says nothing.
 */

import { hostsAddresses, hostsFile } from '../facts/hosts-file.ts'
import { candidateNames, type ResolverConfig, resolverConfig } from '../facts/resolv-conf.ts'
import { canonicalAddress, familyOf } from '../wire/address.ts'
import type { DnsMessage } from '../wire/dns.ts'
import type { Answer, Inquiry } from './host.ts'
import type { DnsReply, Family, Lookup, Probes } from './probes.ts'
import type { Target } from './target.ts'

/** What one configured name server says of the name. */
export type ResolverView = {
  readonly server: string
  readonly replies: readonly DnsReply[]
}

export type NamedAddress = {
  readonly address: string
  readonly family: Family
  /** Who gave it. */
  readonly from: 'literal' | 'system' | 'dns'
}

export type Names = {
  /** The name that was resolved in the end: a mail domain's exchanger, a search domain's host. */
  readonly name: string
  readonly literal: boolean
  readonly config: Answer<ResolverConfig>
  /** What the system's resolver says; null where it says nothing while all others have answered. */
  readonly lookup: Lookup | null
  /** What the name servers said by the time that the addresses were known. */
  readonly resolvers: readonly ResolverView[]
  /** What they all said in the end, the silent ones too. */
  readonly allResolvers: Promise<readonly ResolverView[]>
  /** What the hosts file gives for the name. */
  readonly hosts: readonly string[]
  /** The answer that named the mail exchanger, where one was looked for. */
  readonly mail: DnsReply | null
  readonly addresses: readonly NamedAddress[]
  readonly tookMs: number
}

const DNS_PORT = 53
/** A resolver that has not answered after two tries of a second is not waited for. */
export const RESOLVER_TIMEOUT_MS = 2000
/** For how long the system's resolver may lag behind our own before it is no longer waited for. */
const SYSTEM_GRACE_MS = 300
/** getaddrinfo waits 5 s for each dead server (resolv.conf(5)); we do not. */
const LOOKUP_TIMEOUT_MS = 2500

const after = <T>(ms: number, value: T): Promise<T> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(value), ms)
  })

const answersOf = (message: DnsMessage | null, type: string): string[] =>
  (message?.answers ?? []).flatMap((record) =>
    (record.data.kind === 'A' || record.data.kind === 'AAAA') && record.data.kind === type
      ? [record.data.address]
      : [],
  )

/** The addresses in a reply, whatever its outcome. */
export const addressesIn = (reply: DnsReply): string[] => answersOf(reply.message, reply.query.type)

/** Asks one server for both families. */
const view = async (probes: Probes, server: string, name: string): Promise<ResolverView> => ({
  server,
  replies: await Promise.all(
    ['A', 'AAAA'].map((type) =>
      probes.dns({ server, port: DNS_PORT, name, type, timeoutMs: RESOLVER_TIMEOUT_MS }),
    ),
  ),
})

/** The exchangers of a mail domain, the preferred first; an empty list where it has none. */
async function mailExchangers(
  probes: Probes,
  servers: readonly string[],
  domain: string,
): Promise<{ reply: DnsReply | null; names: readonly string[] }> {
  const asked = servers.map((server) =>
    probes.dns({
      server,
      port: DNS_PORT,
      name: domain,
      type: 'MX',
      timeoutMs: RESOLVER_TIMEOUT_MS,
    }),
  )
  const answered = await firstOf(asked, (reply) => reply.outcome === 'answer')
  const exchangers = (answered?.message?.answers ?? []).flatMap((record) =>
    record.data.kind === 'MX' ? [record.data] : [],
  )
  return {
    reply: answered,
    // A lone root is "null MX": the domain takes no mail (RFC 7505).
    names: [...exchangers]
      .sort((a, b) => a.preference - b.preference)
      .map((mx) => mx.exchange)
      .filter((name) => name !== '.' && name !== ''),
  }
}

/** The first of `promises` that fits, else the first of all; null for none. */
async function firstOf<T>(
  promises: readonly Promise<T>[],
  fits: (value: T) => boolean,
): Promise<T | null> {
  if (promises.length === 0) return null
  return new Promise((resolve) => {
    let open = promises.length
    let spare: T | null = null
    for (const promise of promises)
      void promise.then((value) => {
        spare ??= value
        open -= 1
        if (fits(value)) resolve(value)
        else if (open === 0) resolve(spare)
      })
  })
}

const named = (addresses: Iterable<string>, from: NamedAddress['from']): NamedAddress[] =>
  [...new Set(addresses)].flatMap((address) => {
    const family = familyOf(address)
    return family ? [{ address: canonicalAddress(address) ?? address, family, from }] : []
  })

/** Resolves one name by every way there is. */
async function resolveName(
  name: string,
  inquiry: Inquiry,
  probes: Probes,
  config: Answer<ResolverConfig>,
): Promise<Pick<Names, 'name' | 'lookup' | 'resolvers' | 'allResolvers' | 'hosts' | 'addresses'>> {
  const servers = config.known ? config.value.nameservers : []
  const [first = name] = config.known ? candidateNames(name, config.value) : [name]
  const views = servers.map((server) => view(probes, server, first))
  const system = probes.lookup(name, LOOKUP_TIMEOUT_MS)
  const hosts = inquiry.ask(hostsFile)
  const useful = (found: ResolverView): boolean =>
    found.replies.some((r) => addressesIn(r).length > 0)
  const own = await Promise.race([firstOf(views, useful), system.then(() => null)])
  const grace = own && useful(own) ? SYSTEM_GRACE_MS : LOOKUP_TIMEOUT_MS
  const lookup = await Promise.race([system, after(grace, null)])
  // Where the system has its answer, the slower name servers are still heard, but not for long.
  const quick = (lookup !== null && lookup.addresses.length > 0) || (own !== null && useful(own))
  const resolvers = (
    await Promise.all(
      views.map((v) => (quick ? Promise.race([v, after(SYSTEM_GRACE_MS, null)]) : v)),
    )
  ).map((v, index) => v ?? { server: servers[index] ?? '', replies: [] })
  const known = await hosts
  return {
    name: first,
    lookup,
    resolvers,
    allResolvers: Promise.all(views),
    hosts: known.known ? hostsAddresses(known.value, name) : [],
    addresses:
      lookup && lookup.addresses.length > 0
        ? named(
            lookup.addresses.map(({ address }) => address),
            'system',
          )
        : named(
            resolvers.flatMap((r) => r.replies.flatMap(addressesIn)),
            'dns',
          ),
  }
}

/** Resolves the target. Never throws; an empty list of addresses is an answer. */
export async function resolveTarget(
  target: Target,
  inquiry: Inquiry,
  probes: Probes,
): Promise<Names> {
  const startedAt = probes.now()
  const config = await inquiry.ask(resolverConfig)
  const done = (rest: Omit<Names, 'config' | 'tookMs' | 'literal'>, literal = false): Names => ({
    ...rest,
    config,
    literal,
    tookMs: probes.now() - startedAt,
  })
  if (familyOf(target.host)) {
    const addresses = named([target.host], 'literal')
    return done(
      {
        allResolvers: Promise.resolve([]),
        name: target.host,
        lookup: null,
        resolvers: [],
        hosts: [],
        mail: null,
        addresses,
      },
      true,
    )
  }
  const servers = config.known ? config.value.nameservers : []
  const mail =
    target.scheme === 'smtp' && !target.portGiven
      ? await mailExchangers(probes, servers, target.host)
      : { reply: null, names: [] }
  const found = await resolveName(mail.names[0] ?? target.host, inquiry, probes, config)
  return done({ ...found, mail: mail.reply })
}
