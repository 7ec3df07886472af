/** Rung 2: is the interface up, has it traffic and errors, does the neighbour answer? */
import { shellWord } from '../../base/shell-word.ts'
import { linkSettings } from '../../facts/ethtool.ts'
import { type Neighbour, neighbours } from '../../facts/ip-neigh.ts'
import { contains, parseAddress, parsePrefix } from '../../wire/address.ts'
import {
  type Accusation,
  type Check,
  count,
  pass,
  placeOn,
  type Ruling,
  shown,
  sideOf,
  skip,
  unanswered,
  unknown,
  witnessed,
} from '../check.ts'
import type { Inquiry } from '../host.ts'
import type { NeighbourReply } from '../probes.ts'
import { isLoopback, type Relevant, relevant } from '../relevant.ts'
import { bringUp, remedy } from '../remedy.ts'
import { holds } from '../visit.ts'
import type { Witness } from '../witness.ts'

export const state: Check = {
  id: 'link.state',
  layer: 2,
  question: 'Is the interface up?',
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    const known = await witness.interfaces(inquiry)
    if (!known.known) return unanswered(known)
    const { device, links } = await relevant(witness, inquiry)
    const down = links.filter((link) => !isLoopback(link) && !link.up)
    const lines = (device ? [device] : down).map(
      (link) => `${link.name} ${link.up ? link.operState : 'DOWN'} <${link.flags.join(',')}>`,
    )
    if (device?.up) {
      const rest =
        down.length > 0 ? `; not in use and down: ${down.map((l) => l.name).join(', ')}` : ''
      return pass(`${device.name} is up${rest}`, witnessed(inquiry, known, lines))
    }
    const loopback = links.find(isLoopback)
    if (!device && down.length === 0) {
      if (loopback && !loopback.up) return { status: 'warn', summary: 'loopback is down' }
      return links.some((link) => !isLoopback(link))
        ? pass('every interface is up')
        : skip('no interface')
    }
    // An interface that keeps its addresses was meant to be used; else it must be the only one.
    const addressed = down.filter((link) =>
      link.addresses.some(({ family }) => family === 4 || !isLoopback(link)),
    )
    const suspects = device ? [device] : addressed.length > 0 ? addressed : down
    const sure =
      device !== null || addressed.length === 1 || links.filter((l) => !isLoopback(l)).length === 1
    return {
      status: sure ? 'fail' : 'warn',
      summary: `${suspects.map((l) => l.name).join(', ')} is down`,
      evidence: witnessed(inquiry, known, lines),
      accuses: suspects.map((link) => ({
        cause: 'link.down' as const,
        side: sideOf(inquiry),
        weight: sure ? ('proven' as const) : ('likely' as const),
        because: `${link.name} of ${inquiry.host.name} is administratively down (no flag UP)`,
        place: placeOn(inquiry.host.name, link.name),
        remedies: [bringUp(inquiry.host.name, link.name)],
      })),
    }
  },
}

export const traffic: Check = {
  id: 'link.traffic',
  layer: 2,
  question: 'Has there been traffic, and were there errors?',
  on: ['client', 'server'],
  rule: async (witness, inquiry) => {
    const known = await witness.interfaces(inquiry)
    if (!known.known) return unanswered(known)
    const { device } = await relevant(witness, inquiry)
    if (!device) return skip('no interface is in use')
    const { received, sent, name } = device
    if (!received || !sent) return unknown(`no counters of ${name} could be read`)
    const errors = received.errors + sent.errors
    const text = `${name}: ${count(received.packets, 'packet')} in, ${count(sent.packets, 'packet')} out, ${count(errors, 'error')}, ${received.dropped + sent.dropped} dropped`
    const evidence = witnessed(inquiry, known, [text])
    const total = received.packets + sent.packets
    const damaged = received.physicalErrors + sent.physicalErrors
    if (damaged > 10 && damaged > total / 1000)
      return {
        status: 'warn',
        summary: `${text}; ${damaged} of them damaged frames`,
        evidence,
        accuses: [
          {
            cause: 'physical.errors',
            side: sideOf(inquiry),
            weight: 'possible',
            because: `${damaged} frames of ${name} were damaged`,
            place: placeOn(inquiry.host.name, name),
            remedies: [],
          },
        ],
      }
    const half = await halfDuplex(witness, inquiry, name)
    if (half) return { ...half, summary: `${text}; ${half.summary}` }
    return errors > 10 && errors > total / 1000
      ? { status: 'warn', summary: text, evidence }
      : pass(text, evidence)
  },
}

/** Half duplex on a cable is a failed negotiation (IEEE 802.3 clause 28); asked after a failure. */
async function halfDuplex(
  witness: Witness,
  inquiry: Inquiry,
  device: string,
): Promise<Ruling | null> {
  if (!witness.target || !(await witness.failing())) return null
  const settings = await inquiry.ask(linkSettings(device))
  if (!settings.known || settings.value.duplex !== 'half') return null
  const because = `${device} of ${inquiry.host.name} is in half duplex`
  return {
    status: 'warn',
    summary: because,
    evidence: witnessed(inquiry, settings),
    accuses: [
      {
        cause: 'physical.errors',
        side: sideOf(inquiry),
        weight: 'possible',
        because,
        place: placeOn(inquiry.host.name, device),
        remedies: [
          remedy({
            host: inquiry.host.name,
            command: `ethtool -s ${shellWord(device)} autoneg on`,
            why: 'both ends agree on full duplex where both negotiate',
            risk: 'the link is down for a moment',
            undo: `ethtool -s ${shellWord(device)} autoneg off duplex half`,
            turnsGreen: 'link.traffic',
          }),
        ],
      },
    ],
  }
}

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

/** Asks the next hop, and says whether it answered; null where nobody could ask. */
async function askNeighbour(
  witness: Witness,
  inquiry: Inquiry,
  address: string,
  device: string,
): Promise<NeighbourReply | null> {
  if (inquiry.host.role !== 'client') return null
  return witness.neighbour({ address, device })
}

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
      askNeighbour(witness, inquiry, hop.address, hop.device),
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
      if (entry && mac && !reply.macs.includes(mac) && (await leadsNowhere(witness, entry)))
        return wrongEntry(inquiry, hop, entry, reply.macs[0] ?? '', evidence)
      return pass(`${hop.address} answers from ${reply.macs[0]}`, evidence)
    }
    // The kernel asks by itself when something is sent: after a failed visit its word is fresh.
    const failing = witness.target ? await witness.failing() : null
    const later = failing && !holds(failing) ? row(await inquiry.askAgain(neighbours)) : entry
    const current = later ?? entry
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
 * MAC. It is wrong where nothing at all comes back by it.
 */
async function leadsNowhere(witness: Witness, { state, address }: Neighbour): Promise<boolean> {
  if (state === 'PERMANENT') return true
  const failing = witness.target ? await witness.failing() : null
  if (failing?.stage !== 'connect') return false
  const [echo, controls] = await Promise.all([witness.echo(address), witness.controls(failing)])
  return echo.received === 0 && !controls.alive && controls.hops.every(({ from }) => from === null)
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
  real: string,
  evidence: Shown,
) => ({
  status: 'fail' as const,
  summary: `the entry for ${hop.address} holds ${held}, but ${real} answers`,
  evidence,
  accuses: [
    {
      cause: 'link.neighbour-wrong' as const,
      side: sideOf(inquiry),
      weight: kept === 'PERMANENT' ? ('proven' as const) : ('likely' as const),
      because: `the ${kept} entry sends what is for ${hop.address} to ${held}; its owner is ${real}`,
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
