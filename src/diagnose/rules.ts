/** The firewall rules of a host, from every tool that keeps some, read once or afresh. */
import { type LegacyTables, legacyTables } from '../facts/ip-tables-names.ts'
import { ipsets } from '../facts/ipset.ts'
import { asksIpsets, resolveIpsets } from '../facts/ipset-match.ts'
import {
  type IptablesRules,
  ip6tablesLegacyRuleSet,
  ip6tablesRuleSet,
  iptablesLegacyRuleSet,
  iptablesRuleSet,
  saysOtherKind,
} from '../facts/iptables-save.ts'
import { nftRuleSet } from '../facts/nft.ts'
import type { RuleSet } from '../facts/rule-set.ts'
import type { Question } from '../facts/source.ts'
import type { Packet } from '../policy/packet.ts'
import type { Answer, Inquiry } from './host.ts'
import type { Trial } from './trial.ts'
import type { Visit } from './visit.ts'
import type { Witness } from './witness.ts'

export type RuleBook = {
  readonly sets: readonly RuleSet[]
  readonly answers: readonly Answer<RuleSet>[]
}

const LEGACY = { 4: iptablesLegacyRuleSet, 6: ip6tablesLegacyRuleSet } as const
const FAMILIES = [4, 6] as const

/** True where the family has tables outside nf_tables, and iptables-save shows those in it. */
function hidesLegacy(
  iptables: Answer<IptablesRules>,
  tables: Answer<LegacyTables>,
  family: 4 | 6,
): boolean {
  const warned = iptables.known && iptables.value.unreadable.some(saysOtherKind)
  const loaded = tables.known ? tables.value[family].length > 0 : warned
  return loaded && !(iptables.known && iptables.value.keptIn === 'ip_tables')
}

/** The rules without the word of tables that were read by now. */
const complete = (rules: RuleSet): RuleSet => ({
  ...rules,
  unreadable: rules.unreadable.filter((line) => !saysOtherKind(line)),
})

/**
 * The rule sets that were read. Where iptables works outside nf_tables, what iptables-nft keeps in
 * nf_tables is known from nft alone.
 */
function setsOf(
  nft: Answer<RuleSet>,
  iptables: readonly Answer<IptablesRules>[],
  legacy: readonly Answer<IptablesRules>[],
): readonly RuleSet[] {
  const outside = iptables.some((answer) => answer.known && answer.value.keptIn === 'ip_tables')
  const all = [...iptables, ...legacy].flatMap((answer) => (answer.known ? [answer.value] : []))
  const whole = nft.known && legacy.every(({ known }) => known) ? all.map(complete) : all
  if (!nft.known) return whole
  const { chains, aside, unreadable } = nft.value
  return [outside ? { chains: [...chains, ...aside], aside: [], unreadable } : nft.value, ...whole]
}

/** The members of the sets that rules refer to, in the place of their names. */
async function withIpsets(
  sets: readonly RuleSet[],
  ask: Inquiry['ask'],
): Promise<readonly RuleSet[]> {
  if (!sets.some(asksIpsets)) return sets
  const members = await ask(ipsets)
  return members.known ? sets.map((set) => resolveIpsets(set, members.value)) : sets
}

const isEmpty = ({ chains, aside, unreadable }: RuleSet): boolean =>
  chains.length + aside.length + unreadable.length === 0

const holdsNone = (tables: LegacyTables): boolean =>
  FAMILIES.every((family) => tables[family].length === 0)

/**
 * Reads the rules of a host. iptables is asked only where there is something that it could show; the tables
 * outside nf_tables only where the kernel has some: asking would make them.
 */
export async function readRules(ask: Inquiry['ask']): Promise<RuleBook> {
  const [nft, tables] = await Promise.all([ask(nftRuleSet), ask(legacyTables)])
  if (nft.known && isEmpty(nft.value) && tables.known && holdsNone(tables.value))
    return { answers: [nft], sets: [nft.value] }
  const [four, six] = await Promise.all([ask(iptablesRuleSet), ask(ip6tablesRuleSet)])
  const iptables = { 4: four, 6: six }
  const hidden = FAMILIES.filter((family) => hidesLegacy(iptables[family], tables, family))
  const legacy = await Promise.all(hidden.map((family) => ask(LEGACY[family])))
  const sets = await withIpsets(setsOf(nft, [four, six], legacy), ask)
  return { answers: [nft, four, six, ...legacy], sets }
}

const holdsChains = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'chains' in value &&
  Array.isArray(value.chains) &&
  value.chains.length > 0

/** Reads the rules of a host for their counters: again what holds any, else as it is known. */
export const recountRules = ({ ask, askAgain }: Inquiry): Promise<RuleBook> =>
  readRules(async <T>(question: Question<T>): Promise<Answer<T>> => {
    const first = await ask(question)
    return first.known && holdsChains(first.value) ? askAgain(question) : first
  })

/** The connection as its first packet and as the reply to it. */
export function packetsOf(
  visit: Pick<Visit, 'endpoint'>,
  client: string,
  protocol: Trial['protocol'],
): { readonly there: Packet; readonly back: Packet } {
  const { address, family, port } = visit.endpoint
  const there: Packet = {
    family,
    protocol,
    source: client,
    destination: address,
    sourcePort: null,
    destinationPort: port,
    inputDevice: '',
    outputDevice: '',
    state: 'new',
    syn: protocol === 'tcp',
    icmpType: null,
  }
  const back: Packet = {
    ...there,
    source: address,
    destination: client,
    sourcePort: port,
    destinationPort: null,
    state: 'established',
  }
  return { there, back }
}

/** By which interfaces the connection comes to a host and leaves it; null where not known. */
export async function devicesOf(
  witness: Witness,
  inquiry: Inquiry,
  visit: Pick<Visit, 'endpoint'>,
  client: string,
): Promise<{ readonly toClient: string | null; readonly toServer: string | null }> {
  const { address } = visit.endpoint
  const [server, back, links] = await Promise.all([
    witness.route(inquiry, address),
    witness.route(inquiry, client),
    witness.interfaces(inquiry),
  ])
  const holder = links.known
    ? links.value.find((link) => link.addresses.some((one) => one.address === address))?.name
    : undefined
  return {
    toClient:
      (inquiry.host.role === 'server' ? holder : undefined) ??
      (back.known ? back.value.device : null),
    toServer: server.known ? server.value.device : null,
  }
}
