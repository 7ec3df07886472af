/** Rung 3, names: does the name resolve, as programs here see it? */
import { hostSources } from '../../facts/nsswitch.ts'
import { type Check, pass, type Ruling, shown, skip, witnessed } from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import type { Answer } from '../host.ts'
import { addressesIn, type Names, type ResolverView } from '../names.ts'
import type { DnsReply } from '../probes.ts'
import { remedy } from '../remedy.ts'
import { accuse, fail, heard, rcode, reorder, unique } from './naming.ts'
import { overridden, wrongAnswers } from './wrong-address.ts'

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
    const unasked = await unaskedDns(names, sources, views, evidence)
    if (unasked) return unasked
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

/**
 * The name servers know the name, and programs do not get it: they are not asked at all, or the
 * first of them denies it, and no program asks the next one then (resolv.conf(5)).
 */
async function unaskedDns(
  names: Names,
  sources: Answer<readonly string[]>,
  views: readonly ResolverView[],
  evidence: readonly Evidence[],
): Promise<Ruling | null> {
  if (names.lookup?.errno !== 'ENOTFOUND') return null
  const { name } = names
  if (sources.known && !sources.value.some((one) => /^(dns|resolve)$/.test(one)))
    return fail(
      accuse(
        'dns.no-resolver',
        'client',
        'proven',
        `/etc/nsswitch.conf lets programs look for hosts in ${sources.value.join(' ') || 'nothing'} only, and not in the DNS, which knows ${name}`,
        { blocks: true, remedies: [askDns()] },
      ),
      evidence,
    )
  const denying = views.find((view) => heard(view).length > 0)
  const knowing = views.find((view) => heard(view).some((one) => addressesIn(one).length > 0))
  if (!denying || !knowing || denying === knowing) return null
  if (!heard(denying).every((one) => rcode(one) === 'NXDOMAIN')) return null
  const because = `${denying.server}, asked first, says that ${name} does not exist, and ${knowing.server} knows it: the next one is asked only where the first says nothing`
  const rest = { blocks: true, remedies: reorder(denying.server) }
  return {
    ...fail(accuse('dns.wrong-answer', 'client', 'proven', because, rest), evidence),
    contrasts: [
      {
        works: `${knowing.server} gives ${unique(heard(knowing).flatMap(addressesIn)).join(', ')} for ${name}`,
        fails: `${denying.server} says NXDOMAIN`,
        tells: 'the name exists: a name server that does not know it is asked first',
      },
    ],
  }
}

const askDns = () =>
  remedy({
    host: 'client',
    command:
      "cp /etc/nsswitch.conf /etc/nsswitch.conf.rungs && sed '/^[[:space:]]*hosts:/s/$/ dns/' /etc/nsswitch.conf.rungs > /etc/nsswitch.conf",
    why: 'programs look for hosts in the DNS as well',
    undo: 'cat /etc/nsswitch.conf.rungs > /etc/nsswitch.conf',
    turnsGreen: 'name.system',
  })

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
