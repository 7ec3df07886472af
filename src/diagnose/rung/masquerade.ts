/**
 * Rung 3, translation of sources: does a private address (RFC 1918, RFC 4193, RFC 6598) leave for a
 * public one untranslated? Nobody out there has a route back to it. The server sees it in its
 * sockets; a router on whose outer side it leaves has no rule that would translate it.
 */
import { shellWord } from '../../base/shell-word.ts'
import { parsePing } from '../../facts/ping.ts'
import { classify, isPrivate, parseAddress } from '../../wire/address.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  seen,
  skip,
  unanswered,
  unknown,
  witnessed,
} from '../check.ts'
import type { Inquiry } from '../host.ts'
import { clientAddress } from '../relevant.ts'
import { readRules } from '../rules.ts'
import { keepsSource, masquerade } from '../source-nat.ts'
import { walkTransit } from '../transit.ts'
import type { Visit } from '../visit.ts'
import type { Witness } from '../witness.ts'

function isPublic(text: string): boolean {
  const address = parseAddress(text)
  return address !== null && ['global', 'documentation'].includes(classify(address))
}

export const source: Check = {
  id: 'nat.source',
  layer: 3,
  question: 'Is a private source address translated on its way out?',
  on: ['server', 'router'],
  rule: async (witness, inquiry) => {
    const failing = witness.target ? await witness.failing() : null
    if (failing?.stage !== 'connect') return skip('the connection is accepted')
    if (!isPublic(failing.endpoint.address)) return skip('the target is not a public address')
    const client = await clientAddress(witness, failing.endpoint.family)
    if (!client || !isPrivate(client)) return skip("the client's address is not private")
    return inquiry.host.role === 'server'
      ? atServer(witness, inquiry, failing)
      : atRouter(witness, inquiry, failing, client)
  },
}

const untranslated = (
  weight: Accusation['weight'],
  because: string,
  rest: Partial<Accusation>,
): Accusation => ({
  cause: 'nat.no-masquerade',
  side: 'path',
  weight,
  because,
  place: placeOn('path'),
  ...rest,
})

/** The server answers to a private address, and nothing leads back there. */
async function atServer(witness: Witness, inquiry: Inquiry, failing: Visit): Promise<Ruling> {
  const { server } = await witness.trial(failing)
  const caller = server?.sockets.find(
    ({ state, local, remote }) =>
      state === 'SYN-RECV' && local.port === failing.endpoint.port && isPrivate(remote.address),
  )
  if (!caller) return pass('the server sees no private source address')
  const address = caller.remote.address.replace(/^::ffff:/, '')
  const output = await inquiry.run(['ping', '-c', '1', '-W', '1', address])
  const said = parsePing(output.stdout)
  if (said && said.received > 0) return pass(`${address} is private, and the server reaches it`)
  const told = said?.errors.find(({ text }) => /net|no route/i.test(text))
  // The errors themselves are few: routers limit their rate (RFC 1812 §4.3.2.8).
  const counter = failing.endpoint.family === 4 ? 'IcmpInDestUnreachs' : 'Icmp6InDestUnreachs'
  const unreachable = told !== undefined || (server?.grew(counter) ?? 0) > 0
  const because = `the server sees the private source address ${address}${unreachable ? `, to which ${told?.from ?? 'a router'} has no route` : ', and what it answers does not come back'}`
  return {
    status: 'fail',
    summary: because,
    evidence: [seen(inquiry.host.name, output)],
    accuses: [
      untranslated(unreachable ? 'proven' : 'likely', because, {
        tellApart: {
          host: "the router at the edge of the client's network",
          command: 'nft list ruleset; iptables -t nat -S POSTROUTING',
          shows: 'no rule that masquerades',
        },
      }),
    ],
  }
}

/** The router forwards it from its private side to its public one, and translates nothing. */
async function atRouter(
  witness: Witness,
  inquiry: Inquiry,
  failing: Visit,
  client: string,
): Promise<Ruling> {
  const links = await witness.interfaces(inquiry)
  if (!links.known) return unanswered(links)
  const transit = await walkTransit(witness, inquiry, failing, 'tcp')
  const { toServer } = transit
  const outer = links.value.find(({ name }) => name === toServer)
  const own = outer?.addresses.find(
    ({ family, address }) => family === failing.endpoint.family && isPublic(address),
  )
  if (!outer || !own) return skip('its outer side is not public')
  const { sets } = await readRules(inquiry.ask)
  if (sets.length === 0) return unknown('no rule set could be read', 'nftables')
  if (!keepsSource(transit)) return pass(`it translates what leaves by ${outer.name}`)
  const device = shellWord(outer.name)
  const because = `${inquiry.host.name} sends the private source address ${client} out by ${outer.name} (${own.address}) and no rule translates it`
  return {
    status: 'fail',
    summary: because,
    evidence: witnessed(inquiry, links, [`${outer.name} ${own.address}`]),
    accuses: [
      untranslated('proven', because, {
        place: placeOn(inquiry.host.name, outer.name),
        remedies: [
          masquerade(
            inquiry.host.name,
            failing.endpoint.family,
            sets,
            { nft: `oifname ${device}`, iptables: `-o ${device}` },
            {
              why: `what leaves by ${outer.name} gets its public address, to which the answers find back`,
              risk: `all that leaves by ${outer.name} is translated`,
              turnsGreen: 'nat.source',
            },
          ),
        ],
      }),
    ],
  }
}
