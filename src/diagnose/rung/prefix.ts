/**
 * Rung 3: do the prefix lengths say rightly who is on the link? One that is too wide claims hosts
 * which are elsewhere: they are asked for by ARP or ND and nobody answers. One that is too narrow
 * leaves out hosts of the same link, for which there may be no route at all.
 */
import { shellWord } from '../../base/shell-word.ts'
import type { Interface, InterfaceAddress } from '../../facts/interface.ts'
import { neighbours } from '../../facts/ip-neigh.ts'
import { covers } from '../../wire/address.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  shown,
  sideOf,
  skip,
  unknown,
  witnessed,
} from '../check.ts'
import type { Evidence, Remedy } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import type { NeighbourReply } from '../probes.ts'
import { isLoopback, type Relevant, relevant } from '../relevant.ts'
import { remedy } from '../remedy.ts'
import type { Witness } from '../witness.ts'
import { formatAddress } from './address.ts'

/** An address that an interface holds. */
type Held = { readonly link: Interface; readonly address: InterfaceAddress }

const allHeld = (links: readonly Interface[]): Held[] =>
  links.flatMap((link) => link.addresses.map((address) => ({ link, address })))

/** The addresses by which a host speaks on its links. */
const heldBy = (links: readonly Interface[]): Held[] =>
  allHeld(links).filter(
    ({ link, address }) => link.up && !isLoopback(link) && address.scope === 'global',
  )

/** An end that holds the address of which the other one speaks, as it was read. */
type OtherEnd = { readonly held: Held; readonly evidence: readonly Evidence[] }

async function otherEnd(
  witness: Witness,
  inquiry: Inquiry,
  address: string,
): Promise<OtherEnd | null> {
  const end = inquiry.host.role === 'client' ? witness.server : witness.client
  const known = end ? await witness.interfaces(end) : null
  if (!end || !known?.known) return null
  // A service may have its address on loopback, reached by a route.
  const held = allHeld(known.value).find((one) => one.address.address === address)
  return held ? { held, evidence: evidenceOf(end, known, held) } : null
}

const evidenceOf = (
  inquiry: Inquiry,
  known: Parameters<typeof witnessed>[1],
  { link, address }: Held,
): readonly Evidence[] => witnessed(inquiry, known, [`${link.name} ${formatAddress(address)}`])

export const prefix: Check = {
  id: 'network.prefix',
  layer: 3,
  question: 'Do the prefixes say rightly who is on the link?',
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    const found = await relevant(witness, inquiry)
    const { lookup, toward, links } = found
    if (!lookup) return unknown('the route could not be read', 'iproute2')
    if (!toward || lookup.type === 'local') return skip('the far address is not on-link')
    if (lookup.error) return tooNarrow(witness, inquiry, found, toward)
    if (lookup.gateway) return skip('the far address is not on-link')
    const held = heldBy(links).find(
      ({ link, address }) => link.name === lookup.device && covers(formatAddress(address), toward),
    )
    if (!held) return skip('the far address is on-link by a route of its own')
    const other = await otherEnd(witness, inquiry, toward)
    return other ? tooWide(witness, inquiry, held, toward, other) : alone(inquiry, held, toward)
  },
}

/** The far end is claimed as on-link: does its own prefix take in this host? */
async function tooWide(
  witness: Witness,
  inquiry: Inquiry,
  held: Held,
  toward: string,
  { held: far, evidence }: OtherEnd,
): Promise<Ruling> {
  const { link, address } = held
  const [own, other] = [formatAddress(address), formatAddress(far.address)]
  if (covers(other, address.address) || address.prefixLength >= far.address.prefixLength)
    return pass(`${toward} is on-link by ${own}, and it holds ${other}`)
  const known = await witness.interfaces(inquiry)
  return {
    status: 'fail',
    summary: `${own} on ${link.name} claims ${toward}, whose own prefix is ${other}`,
    evidence: [...evidenceOf(inquiry, known, held), ...evidence],
    accuses: [
      wrongPrefix(
        inquiry,
        held,
        'proven',
        `${own} on ${link.name} of ${inquiry.host.name} makes ${toward} on-link, but that host has ${other}, which leaves ${address.address} out`,
        isLoopback(far.link)
          ? []
          : [
              renumber(
                inquiry,
                held,
                far.address.prefixLength,
                'claims hosts that are not on this link',
              ),
            ],
      ),
    ],
  }
}

/** Without the other end's own word: a prefix wider than links usually have is suspicious. */
function alone(inquiry: Inquiry, held: Held, toward: string): Ruling {
  const { link, address } = held
  const own = formatAddress(address)
  const summary = `${toward} is on-link by ${own}`
  if (address.prefixLength >= (address.family === 4 ? 24 : 64)) return pass(summary)
  return {
    status: 'warn',
    summary: `${summary}, which is wider than a link usually is`,
    accuses: [
      {
        ...wrongPrefix(
          inquiry,
          held,
          'possible',
          `${own} on ${link.name} makes ${toward} on-link; with a longer prefix it would be sent to the gateway`,
        ),
        tellApart: {
          host: inquiry.host.name,
          command: 'ip -br address',
          shows: `a prefix length of ${link.name} that differs from its neighbours'`,
        },
      },
    ],
  }
}

/** Of more addresses than this the far end is not looked for. */
const MOST_ADDRESSES = 8

/**
 * The far end is on-link by no prefix, and no route leads there. Does it answer ARP or ND on this
 * link all the same? Then the prefix that leaves it out is too narrow. A router may answer for
 * others (proxy ARP): who is known by another address as well proves nothing.
 */
async function tooNarrow(
  witness: Witness,
  inquiry: Inquiry,
  { family, links }: Relevant,
  toward: string,
): Promise<Ruling> {
  const elsewhere = skip('the far address is not on-link')
  if (!witness.target || (await witness.failing())?.stage !== 'connect') return elsewhere
  const own = heldBy(links).filter(({ address }) => address.family === family)
  const other = await otherEnd(witness, inquiry, toward)
  const near = other
    ? own.filter(({ address }) => covers(formatAddress(other.held.address), address.address))
    : own
  const asked = await Promise.all(
    near.slice(0, MOST_ADDRESSES).map(async (held) => ({
      held,
      answer: await onSameLink(witness, inquiry, held, other, toward),
    })),
  )
  const found = asked.find(({ answer }) => answer !== null)
  if (!found?.answer) return elsewhere
  const { held, answer } = found
  const because = `${toward} answers on ${held.link.name} of ${inquiry.host.name} by ${answer.macs[0]}, but ${formatAddress(held.address)} leaves it out`
  const length = other?.held.address.prefixLength ?? commonLength(held.address, toward)
  return {
    status: 'fail',
    summary: because,
    evidence: [shown('client', answer), ...(other?.evidence ?? [])],
    accuses: [
      wrongPrefix(inquiry, held, 'proven', because, [
        renumber(inquiry, held, length, 'leaves out hosts of this link'),
      ]),
    ],
  }
}

/** The answer to the client's ARP or ND that shows both ends on one link; null where none does. */
async function onSameLink(
  witness: Witness,
  inquiry: Inquiry,
  held: Held,
  other: OtherEnd | null,
  toward: string,
): Promise<NeighbourReply | null> {
  const atClient = inquiry.host.role === 'client'
  const device = atClient ? held.link.name : other?.held.link.name
  const address = atClient ? toward : held.address.address
  if (!device) return null
  const answer = await witness.neighbour({ address, device })
  if (answer.outcome !== 'answered') return null
  const holder = atClient ? other?.held : held
  if (holder) return answer.macs.includes(holder.link.mac ?? '') ? answer : null
  const table = await witness.client.ask(neighbours)
  const isProxy =
    !table.known ||
    table.value.some((one) => answer.macs.includes(one.mac ?? '') && one.address !== address)
  return isProxy ? null : answer
}

/** The longest prefix of `held` that takes in `address` too. */
function commonLength(held: InterfaceAddress, address: string): number {
  let length = held.prefixLength
  while (length > 0 && !covers(`${held.address}/${length}`, address)) length -= 1
  return length
}

const wrongPrefix = (
  inquiry: Inquiry,
  { link }: Held,
  weight: Accusation['weight'],
  because: string,
  remedies: readonly Remedy[] = [],
): Accusation => ({
  cause: 'address.wrong-prefix',
  side: sideOf(inquiry),
  weight,
  because,
  place: placeOn(inquiry.host.name, link.name),
  remedies,
})

function renumber(inquiry: Inquiry, { link, address }: Held, length: number, why: string): Remedy {
  const device = shellWord(link.name)
  const [old, now] = [formatAddress(address), `${address.address}/${length}`]
  const adds = (text: string): string => `ip address add ${text} dev ${device}`
  const drops = (text: string): string => `ip address del ${text} dev ${device}`
  // IPv6 keeps an address once, whatever its prefix length: the old one has to go first.
  const swap = (add: string, drop: string): string =>
    address.family === 4 ? `${adds(add)} && ${drops(drop)}` : `${drops(drop)} && ${adds(add)}`
  return remedy({
    host: inquiry.host.name,
    command: swap(now, old),
    why: `the prefix length ${address.prefixLength} ${why}`,
    risk: `routes by ${link.name} may have to be added again`,
    undo: swap(old, now),
    keep: {
      kind: 'address',
      device: link.name,
      family: address.family,
      address: now,
      instead: old,
    },
    turnsGreen: 'network.prefix',
  })
}
