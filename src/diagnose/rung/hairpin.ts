/**
 * Rung 3, hairpins: client and target are on one link of a router that translates only the
 * destination (RFC 5382 §7). The target answers the client directly, from an address that the
 * client did not ask, and the client resets that: its kernel counts those resets.
 */
import { shellWord } from '../../base/shell-word.ts'
import type { Place as RulePlace, RuleSet } from '../../facts/rule-set.ts'
import { covers } from '../../wire/address.ts'
import { count, type Ruling, witnessed } from '../check.ts'
import type { Remedy } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import type { Endpoint } from '../probes.ts'
import { clientAddress } from '../relevant.ts'
import { readRules } from '../rules.ts'
import { keepsSource, masquerade } from '../source-nat.ts'
import { walkTransit } from '../transit.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'

/** Accuses a router that forwards back to the client's own link; null where it does not. */
export async function hairpin(
  witness: Witness,
  inquiry: Inquiry,
  visit: Visit,
  target: Endpoint,
  place: RulePlace,
): Promise<Ruling | null> {
  const client = await clientAddress(witness, target.family)
  const links = await witness.interfaces(inquiry)
  if (inquiry.host.role !== 'router' || !client || !links.known) return null
  const link = links.value.find(({ addresses }) =>
    addresses.some(({ address, prefixLength }) =>
      [client, target.address].every((one) => covers(`${address}/${prefixLength}`, one)),
    ),
  )
  const { sets } = await readRules(inquiry.ask)
  if (!link || !keepsSource(await walkTransit(witness, inquiry, visit, 'tcp'))) return null
  const { connects, client: change } = await witness.trial(visit)
  const resets = change.grew('TcpOutRsts')
  const counted = change.readable && resets >= connects.length
  const { name } = inquiry.host
  const because = `${name} sends what ${client} sends to ${visit.endpoint.address} on to ${target.address}, on the same link (${link.name}), with its source untranslated: ${target.address} answers ${client} directly${counted ? `, which resets what it did not ask for (TcpOutRsts +${resets} for ${count(connects.length, 'SYN')})` : ''}`
  return {
    status: 'fail',
    summary: because,
    evidence: witnessed(inquiry, links, [link.name]),
    accuses: [
      {
        cause: 'nat.hairpin',
        side: 'path',
        weight: counted ? 'proven' : 'likely',
        because,
        place: { host: name, interface: link.name, hop: null, rule: place },
        remedies: [throughRouter(name, sets, client, target)],
      },
    ],
  }
}

/** Masquerading what goes from the client to the target, so that the answer comes back this way. */
function throughRouter(
  host: string,
  sets: readonly RuleSet[],
  client: string,
  { address, family }: Endpoint,
): Remedy {
  const [from, onto] = [shellWord(client), shellWord(address)]
  const ip = family === 4 ? 'ip' : 'ip6'
  return masquerade(
    host,
    family,
    sets,
    { nft: `${ip} saddr ${from} ${ip} daddr ${onto}`, iptables: `-s ${from} -d ${onto}` },
    {
      why: `${address} then answers the router, which answers ${client}; for the whole network, give its prefix as the source`,
      risk: `${address} sees the router's address in place of ${client}`,
      turnsGreen: 'transport.port',
    },
  )
}
