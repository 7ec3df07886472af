/**
 * Rung 2, neighbours: does the next hop answer, by the MAC address that the table holds, and has
 * nobody else this host's own address? Asked by packets of our own, and on the server by arping.
 */
import { shellWord } from '../../base/shell-word.ts'
import { otherOwners, owners } from '../../facts/arping.ts'
import { type Neighbour, neighbours } from '../../facts/ip-neigh.ts'
import { parsePing } from '../../facts/ping.ts'
import { contains, parseAddress, parsePrefix } from '../../wire/address.ts'
import {
  type Accusation,
  type Check,
  pass,
  placeOn,
  type Ruling,
  shown,
  sideOf,
  skip,
  typed,
  unanswered,
  unknown,
  witnessed,
} from '../check.ts'
import type { Answer, Inquiry } from '../host.ts'
import { isAnswered, type NeighbourReply } from '../probes.ts'
import { untilCounted } from '../reached.ts'
import { type Relevant, relevant } from '../relevant.ts'
import { remedy } from '../remedy.ts'
import { holds } from '../visit.ts'
import type { Witness } from '../witness.ts'

const ALIVE = /^(REACHABLE|PERMANENT|NOARP)$/
const DEAD = /^(FAILED|INCOMPLETE)$/

/** The next hop to what the host must reach, and by which interface; null where there is none. */
const nextHop = ({ lookup, toward, device }: Relevant) => {
  if (!lookup || lookup.error || !lookup.device || !toward || lookup.type === 'local') return null
  if (lookup.device === 'lo' || device?.linkType === 'none' || device?.linkType === 'ppp')
    return null
  return {
    address: lookup.gateway ?? toward,
    device: lookup.device,
    gateway: lookup.gateway !== null,
  }
}

/** Asks who has an address on the link; null where nobody could ask. */
async function askOwners(
  witness: Witness,
  inquiry: Inquiry,
  address: string,
  device: string,
): Promise<NeighbourReply | null> {
  if (inquiry.host.role === 'client') return witness.neighbour({ address, device })
  // Only after a failure: it takes a second.
  if (address.includes(':') || !witness.target || !(await witness.failing())) return null
  await untilCounted(witness)
  const answer = await inquiry.ask(owners(address, device))
  return asReply(answer, address, device)
}

/** What arping said, told as the probe that it was. */
const asReply = (
  answer: Answer<readonly string[]>,
  address: string,
  device: string,
): NeighbourReply | null =>
  answer.known
    ? {
        command: typed(answer.output.argv),
        lines: answer.output.stdout.trim().split('\n').slice(0, 6),
        address,
        device,
        outcome: answer.value.length > 0 ? 'answered' : 'silent',
        macs: answer.value,
        because: null,
      }
    : null

/** Where all is well an answer to a ping is enough: who answers for the neighbour needs no look. */
async function answersPing(
  witness: Witness,
  inquiry: Inquiry,
  address: string,
): Promise<Ruling | null> {
  if (inquiry.host.role !== 'client' || !witness.target || (await witness.failing())) return null
  const echo = await witness.echo(address)
  return echo.received > 0 ? pass(`${address} answers`, [shown(inquiry.host.name, echo)]) : null
}

export const neighbour: Check = {
  id: 'link.neighbour',
  layer: 2,
  question: 'Does the neighbour that the packets go to answer?',
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    const found = await relevant(witness, inquiry)
    if (!found.lookup) return unknown('the route could not be read', 'iproute2')
    const hop = nextHop(found)
    if (!hop) return skip('nothing is sent to a neighbour')
    const quick = await answersPing(witness, inquiry, hop.address)
    if (quick) return quick
    const [table, asked] = await Promise.all([
      inquiry.ask(neighbours),
      askOwners(witness, inquiry, hop.address, hop.device),
    ])
    const row = (rows: typeof table) =>
      rows.known
        ? rows.value.find((one) => one.address === hop.address && one.device === hop.device)
        : undefined
    const entry = row(table)
    const reply = asked && asked.outcome !== 'unknown' ? asked : null
    const evidence = [
      ...(reply ? [shown(inquiry.host.name, reply)] : []),
      ...witnessed(inquiry, table, [
        entry
          ? `${entry.address} dev ${entry.device} ${entry.mac ?? ''} ${entry.state}`
          : `no entry for ${hop.address}`,
      ]),
    ]
    const mac = entry?.mac ?? null
    if (reply?.outcome === 'answered') {
      if (reply.macs.length > 1) return duplicate(inquiry, hop, reply.macs, evidence)
      if (
        entry &&
        mac &&
        !reply.macs.includes(mac) &&
        (await leadsNowhere(witness, inquiry, entry))
      )
        return wrongEntry(inquiry, hop, entry, reply.macs[0] ?? null, evidence)
      return pass(`${hop.address} answers from ${reply.macs[0]}`, evidence)
    }
    // The kernel asks by itself when something is sent: after a failed visit its word is fresh.
    const failing = witness.target ? await witness.failing() : null
    const later = failing && !holds(failing) ? row(await inquiry.askAgain(neighbours)) : entry
    const current = later ?? entry
    if (reply === null && current && (await isSuspect(witness, inquiry, current)))
      return wrongEntry(inquiry, hop, current, null, evidence)
    if (reply === null && current && ALIVE.test(current.state))
      return pass(`${hop.address} is ${current.state}`, evidence)
    if (reply === null && !table.known) return unanswered(table)
    if (reply === null && !(current && DEAD.test(current.state)))
      return unknown(
        asked?.because ??
          (current
            ? `${hop.address} is ${current.state}`
            : `${hop.address} is not in the neighbour table`),
      )
    const dead = (current && DEAD.test(current.state)) || reply?.outcome === 'silent'
    if (!dead) return pass(`${hop.address} is ${current?.state ?? 'known'}`, evidence)
    return silent(inquiry, found, hop, current?.state ?? null, evidence)
  },
}

/**
 * A learned entry may differ from who answers by right: a virtual router answers by more than one
 * MAC. It is wrong where nothing at all comes back by it, or where our question has put it right
 * (the kernel hears the answer too) and what failed before works from then on.
 */
async function leadsNowhere(
  witness: Witness,
  inquiry: Inquiry,
  { state, address, mac }: Neighbour,
): Promise<boolean> {
  if (state === 'PERMANENT') return true
  const failing = await witness.concern()
  if (failing?.stage !== 'connect') return false
  if (inquiry.host.role !== 'client') return !(await pingsFrom(inquiry, address))
  const { connects } = await witness.trial(failing)
  const table = await inquiry.askAgain(neighbours)
  const now = table.known ? table.value.find((one) => one.address === address) : undefined
  if (now && now.mac !== mac) return connects.some(isAnswered)
  const [echo, controls] = await Promise.all([witness.echo(address), witness.controls(failing)])
  return echo.received === 0 && !controls.alive && controls.hops.every(({ from }) => from === null)
}

/** Somebody wrote this entry, nobody could ask for its owner, and a ping by it is not answered. */
async function isSuspect(
  witness: Witness,
  inquiry: Inquiry,
  { state, address }: Neighbour,
): Promise<boolean> {
  if (state !== 'PERMANENT' || inquiry.host.role === 'client' || !witness.target) return false
  if ((await witness.failing())?.stage !== 'connect') return false
  await untilCounted(witness)
  return !(await pingsFrom(inquiry, address))
}

async function pingsFrom(inquiry: Inquiry, address: string): Promise<boolean> {
  const output = await inquiry.run(['ping', '-c', '1', '-W', '1', address])
  // Where no ping can be sent, nothing speaks against the entry.
  return output.failure !== null || (parsePing(output.stdout)?.received ?? 0) > 0
}

type Hop = NonNullable<ReturnType<typeof nextHop>>
type Shown = ReturnType<typeof witnessed>

/** The far address is on-link by a prefix that may be too wide, not by a route of its own. */
const couldBeElsewhere = ({ lookup, toward, links }: Relevant): boolean => {
  const far = toward ? parseAddress(toward) : null
  const holder = links.find(({ name }) => name === lookup?.device)
  return (holder?.addresses ?? []).some((one) => {
    const range = parsePrefix(`${one.address}/${one.prefixLength}`)
    const usual = parsePrefix(
      `${one.address}/${one.family === 4 ? USUAL_LENGTH[4] : USUAL_LENGTH[6]}`,
    )
    return far && range && usual && contains(range, far) && !contains(usual, far)
  })
}

/** Longer prefixes than these are what links usually have. */
const USUAL_LENGTH = { 4: 24, 6: 64 } as const

const silent = (
  inquiry: Inquiry,
  found: Relevant,
  hop: Hop,
  entryState: string | null,
  evidence: Shown,
) => {
  const { name } = inquiry.host
  const because = hop.gateway
    ? `the next hop ${hop.address} on ${hop.device} of ${name} answers no ${found.family === 4 ? 'ARP' : 'neighbour solicitation'}${entryState ? ` (${entryState})` : ''}`
    : `${hop.address} is on-link by ${hop.device} of ${name} and answers no ${found.family === 4 ? 'ARP' : 'neighbour solicitation'}${entryState ? ` (${entryState})` : ''}`
  const accusation: Accusation = {
    cause: hop.gateway ? 'route.gateway-dead' : 'link.neighbour-failed',
    // An on-link server that is not there is the server's matter; the client's link carries.
    side: !hop.gateway && inquiry.host.role === 'client' ? 'server' : sideOf(inquiry),
    // Who is not on the link at all does not answer either: see network.prefix.
    weight: hop.gateway || !couldBeElsewhere(found) ? 'proven' : 'likely',
    because,
    place: placeOn(name, hop.device),
  }
  return { status: 'fail' as const, summary: because, evidence, accuses: [accusation] }
}

const duplicate = (inquiry: Inquiry, hop: Hop, macs: readonly string[], evidence: Shown) => ({
  status: 'warn' as const,
  summary: `${macs.length} hosts answer for ${hop.address}: ${macs.join(', ')}`,
  evidence,
  accuses: [
    {
      cause: 'link.duplicate-address' as const,
      side: sideOf(inquiry),
      weight: 'proven' as const,
      because: `${macs.join(' and ')} both answer for ${hop.address}`,
      place: placeOn(inquiry.host.name, hop.device),
    },
  ],
})

const wrongEntry = (
  inquiry: Inquiry,
  hop: Hop,
  { mac: held, state: kept }: Neighbour,
  real: string | null,
  evidence: Shown,
) => ({
  status: 'fail' as const,
  summary: `the entry for ${hop.address} holds ${held}, but ${real ?? 'nobody'} answers`,
  evidence,
  accuses: [
    {
      cause: 'link.neighbour-wrong' as const,
      side: sideOf(inquiry),
      weight: kept === 'PERMANENT' && real ? ('proven' as const) : ('likely' as const),
      because: `the ${kept} entry of ${inquiry.host.name} sends what is for ${hop.address} to ${held}; ${real ? `its owner is ${real}` : 'nobody answers by it'}`,
      place: placeOn(inquiry.host.name, hop.device),
      remedies: [
        remedy({
          host: inquiry.host.name,
          command: `ip neigh del ${hop.address} dev ${shellWord(hop.device)}`,
          why: 'the kernel then asks for the address itself',
          undo:
            kept === 'PERMANENT'
              ? `ip neigh replace ${hop.address} lladdr ${held} dev ${shellWord(hop.device)} nud permanent`
              : null,
          turnsGreen: 'link.neighbour',
        }),
      ],
    },
  ],
})

export const ownAddress: Check = {
  id: 'link.own-address',
  layer: 2,
  question: "Has nobody else the host's own address?",
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    // It takes a second, and matters only after a failure.
    if (!witness.target || !(await witness.concern())) return skip('the service answers')
    const { family, device, lookup } = await relevant(witness, inquiry)
    const own = device?.addresses.find((one) => one.family === family && one.scope === 'global')
    if (!device || !own || !lookup || lookup.type === 'local')
      return skip('no interface on a link is in use')
    // The kernel has asked for it by itself, and goes on to (RFC 4862 §5.4).
    if (family === 6) return skip('IPv6 finds duplicates by itself')
    await untilCounted(witness)
    const { address } = own
    const asked = await askOthers(witness, inquiry, address, device.name)
    if (!asked.known) return unanswered(asked)
    const others = asked.value.macs.filter((mac) => mac !== device.mac)
    const evidence = [shown(inquiry.host.name, asked.value)]
    if (others.length === 0) return pass(`nobody else answers for ${address}`, evidence)
    const hop = { address, device: device.name, gateway: false }
    return duplicate(inquiry, hop, [device.mac ?? inquiry.host.name, ...others], evidence)
  },
}

/** Who answers for an address of this host; a host does not hear its own answer. */
async function askOthers(
  witness: Witness,
  inquiry: Inquiry,
  address: string,
  device: string,
): Promise<
  { known: true; value: NeighbourReply } | { known: false; because: string; needs: string | null }
> {
  const unasked = (because: string | null, needs: string | null) =>
    ({ known: false, because: because ?? 'nobody could ask', needs }) as const
  if (inquiry.host.role === 'client') {
    const value = await witness.neighbour({ address, device })
    return value.outcome === 'unknown' ? unasked(value.because, null) : { known: true, value }
  }
  const answer = await inquiry.ask(otherOwners(address, device))
  const value = asReply(answer, address, device)
  return value
    ? { known: true, value }
    : unasked(answer.known ? null : answer.because, answer.known ? null : answer.needs)
}
