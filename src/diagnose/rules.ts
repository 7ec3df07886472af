/** The firewall rules of a host, from every tool that keeps some, read once or afresh. */
import {
  ip6tablesLegacyRuleSet,
  ip6tablesRuleSet,
  iptablesLegacyRuleSet,
  iptablesRuleSet,
} from '../facts/iptables-save.ts'
import { nftRuleSet } from '../facts/nft.ts'
import type { RuleSet } from '../facts/rule-set.ts'
import type { Packet } from '../policy/packet.ts'
import type { Answer, Inquiry } from './host.ts'
import type { Trial } from './trial.ts'
import type { Visit } from './visit.ts'
import type { Witness } from './witness.ts'

export { findRule } from '../policy/find-rule.ts'

export type RuleBook = {
  readonly sets: readonly RuleSet[]
  readonly answers: readonly Answer<RuleSet>[]
}

/** iptables-save warns of tables that only its legacy twin shows. */
const hidesLegacy = (answers: readonly Answer<RuleSet>[]): boolean =>
  answers.some(
    (answer) => answer.known && answer.value.unreadable.some((line) => /legacy/i.test(line)),
  )

/** Reads the rules of a host; the legacy tables only where they are said to exist. */
export async function readRules(ask: Inquiry['ask']): Promise<RuleBook> {
  const usual = await Promise.all(
    [nftRuleSet, iptablesRuleSet, ip6tablesRuleSet].map((one) => ask(one)),
  )
  const legacy = hidesLegacy(usual)
    ? await Promise.all([iptablesLegacyRuleSet, ip6tablesLegacyRuleSet].map((one) => ask(one)))
    : []
  const answers = [...usual, ...legacy]
  return { answers, sets: answers.flatMap((answer) => (answer.known ? [answer.value] : [])) }
}

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

/** All addresses of a host; null where they are not known. */
export async function localAddresses(witness: Witness, inquiry: Inquiry): Promise<string[] | null> {
  const links = await witness.interfaces(inquiry)
  return links.known
    ? links.value.flatMap(({ addresses }) => addresses.map(({ address }) => address))
    : null
}
