/**
 * The packet that a person asks about, made whole: what was said of it, what the host's addresses and
 * routes add, and for the rest what is usual. Whether it comes in, goes out or passes through is
 * decided here, and why is said.
 */
import type { RuleSet } from '../facts/rule-set.ts'
import { kindOf } from '../wire/address.ts'
import { deviceAddress, holderOf, nearAddress } from './device-address.ts'
import type { Start } from './journey.ts'
import type { Packet } from './packet.ts'
import { lookUpRoute, type Routing } from './routing.ts'
import type { Condition } from './ruling/condition.ts'
import { stranger, supposedRouting, type Way, withWays } from './supposed.ts'
import type { Course } from './world.ts'

/** Who stands at one end. */
export type Party =
  | { readonly kind: 'unsaid' }
  | { readonly kind: 'any' }
  /** The host itself, by whichever of its addresses is near. */
  | { readonly kind: 'self' }
  | { readonly kind: 'address'; readonly address: string }

/** What was said. */
export type Wording = {
  readonly from: Party
  readonly to: Party
  readonly sourcePort: number | null
  readonly destinationPort: number | null
  readonly protocol: Packet['protocol']
  readonly state: 'new' | 'established'
  readonly family: 4 | 6
  /** `any`: it comes in, by whichever; null: nothing was said. */
  readonly inputDevice: string | null
  readonly outputDevice: string | null
}

/** The host that is asked; its routing is null where only its rules are known. */
export type Asker = { readonly ruleSets: readonly RuleSet[]; readonly routing: Routing | null }

export type Asked = {
  readonly packet: Packet
  readonly start: Start
  /** The host's routing, with what was said in the place of what it says itself. */
  readonly routing: Routing
  readonly course: Course
  /** Why it takes this course. */
  readonly because: string
  /** Its addresses stand for any that no rule names. */
  readonly anySource: boolean
  readonly anyDestination: boolean
  /** What a new rule about it says. */
  readonly condition: Condition
}

/** Why it cannot be made whole, and what would have to be said. */
export type NotAsked = { readonly error: string }

/** The address by which a host reaches itself. */
export const LOOPBACK: Readonly<Record<4 | 6, string>> = { 4: '127.0.0.1', 6: '::1' }

const isOwn = (routing: Routing | null, address: string): boolean =>
  kindOf(address) === 'loopback' || holderOf(routing, address) !== null

const named = (device: string | null): string | null => (device === 'any' ? null : device)

/**
 * The address by which others reach the host: the one near the peer, else the first that serves, of
 * the interface that was said, else of any; null where there is none.
 */
function ownAddress({ routing, ruleSets }: Asker, wording: Wording, peer: string): string | null {
  if (routing === null) return stranger(ruleSets, wording.family, peer)
  const { family, inputDevice } = wording
  const wanted = named(inputDevice)
  const devices = (routing.interfaces ?? []).filter(({ name, linkType, flags }) =>
    wanted === null ? linkType !== 'loopback' && !flags.includes('LOOPBACK') : name === wanted,
  )
  for (const { name } of devices) {
    const near = nearAddress(routing, name, family, peer)
    if (near !== null) return near
  }
  const all = devices.flatMap(({ addresses }) => addresses).filter((one) => one.family === family)
  return (all.find(({ address }) => kindOf(address) !== 'link-local') ?? all[0])?.address ?? null
}

/** By which interface the routes lead there, and the address that a sender here has for it. */
function wayTo(
  routing: Routing | null,
  family: 4 | 6,
  destination: string,
): { readonly device: string | null; readonly source: string | null } {
  const flow = { family, source: '', destination, inputDevice: 'lo', mark: 0 }
  const answer = routing && lookUpRoute(routing, flow)
  if (answer?.kind === 'local') return { device: 'lo', source: destination }
  if (answer?.kind !== 'unicast') return { device: null, source: null }
  const { device, route } = answer
  const near = route?.gateway ?? destination
  const source =
    route?.source ?? (device === null ? null : deviceAddress(routing, device, family, near))
  return { device, source }
}

/** The packet between two addresses, without interfaces: its hooks tell those. */
const packetOf = (wording: Wording, source: string, destination: string): Packet => ({
  family: wording.family,
  protocol: wording.protocol,
  source,
  destination,
  sourcePort: wording.sourcePort,
  destinationPort: wording.destinationPort,
  inputDevice: '',
  outputDevice: '',
  state: wording.state,
  syn: wording.protocol === 'tcp' && wording.state === 'new',
  icmpType: wording.protocol === 'icmp' ? 'echo-request' : null,
})

const addressOf = (party: Party): string | null => (party.kind === 'address' ? party.address : null)

const conditionOf = (wording: Wording): Condition => ({
  family: wording.family,
  protocol: wording.protocol,
  inputDevice: named(wording.inputDevice),
  outputDevice: named(wording.outputDevice),
  source: addressOf(wording.from),
  destination: addressOf(wording.to),
  sourcePort: wording.sourcePort,
  destinationPort: wording.destinationPort,
  icmpType: wording.protocol === 'icmp' ? 'echo-request' : null,
  state: wording.state === 'established' ? 'established' : null,
})

/** It is made by a process of the host. */
function sentFromHere(asker: Asker, wording: Wording): Asked {
  const { ruleSets, routing } = asker
  const { family, outputDevice } = wording
  const anyDestination = wording.to.kind === 'any'
  const destination = anyDestination
    ? stranger(ruleSets, family, addressOf(wording.from))
    : (addressOf(wording.to) ?? addressOf(wording.from) ?? LOOPBACK[family])
  const way = wayTo(routing, family, destination)
  const out = named(outputDevice)
  const lent = out === null ? way.source : deviceAddress(routing, out, family, destination)
  const isHome = isOwn(routing, destination)
  // An empty one is chosen by the routing, which has more to say of it.
  const own = isHome ? destination : (lent ?? ownAddress(asker, wording, destination) ?? '')
  const source = addressOf(wording.from) ?? own
  const ways: Way[] = outputDevice === null || isHome ? [] : [{ to: destination, device: out }]
  const otherwise =
    out !== null && way.device !== null && way.device !== out
      ? ` (the routes would take ${way.device})`
      : ''
  return {
    packet: packetOf(wording, source, destination),
    start: { kind: 'local' },
    routing:
      routing === null
        ? supposedRouting(family, source, [{ to: null, device: out }])
        : withWays(routing, family, ways),
    course: isHome ? 'loopback' : 'output',
    because: isHome
      ? 'it sends the packet to itself'
      : `it sends the packet itself${out === null ? '' : `, by ${out}`}${otherwise}`,
    anySource: routing === null && wording.from.kind === 'unsaid' && !isHome,
    anyDestination,
    condition: conditionOf(wording),
  }
}

/** By which interface it comes, where nobody said it: that by which the answer would go. */
function arrivalDevice({ routing }: Asker, family: 4 | 6, source: string): string | null {
  const { device } = wayTo(routing, family, source)
  return device === 'lo' ? null : device
}

/** It comes from outside, for the host or through it. */
function arriving(asker: Asker, wording: Wording, isForHost: boolean): Asked | NotAsked {
  const { ruleSets, routing } = asker
  const { family, inputDevice, outputDevice } = wording
  const anySource = wording.from.kind !== 'address'
  const source = addressOf(wording.from) ?? stranger(ruleSets, family, addressOf(wording.to))
  const destination =
    addressOf(wording.to) ??
    (isForHost ? ownAddress(asker, wording, source) : stranger(ruleSets, family, source))
  if (destination === null) {
    const at = named(inputDevice) ?? 'any interface'
    return { error: `no IPv${family} address of the host is known at ${at}; give one with --to` }
  }
  const device = inputDevice === null ? arrivalDevice(asker, family, source) : named(inputDevice)
  const out = named(outputDevice)
  const ways: Way[] = [
    // What any sender is asked about has a way back: the one it came by.
    ...(anySource && device !== null ? [{ to: source, device }] : []),
    ...(outputDevice !== null && !isForHost ? [{ to: destination, device: out }] : []),
  ]
  const onFile = isForHost
    ? supposedRouting(family, destination, [{ to: null, device }])
    : supposedRouting(family, null, [
        { to: source, device },
        { to: null, device: out },
      ])
  const holder = holderOf(routing, destination)
  const own = holder === null ? 'its own address' : `its own address (${holder})`
  return {
    packet: { ...packetOf(wording, source, destination), inputDevice: device },
    start: { kind: 'arrives', device },
    routing: routing === null ? onFile : withWays(routing, family, ways),
    course: isForHost ? 'input' : 'forward',
    because: isForHost
      ? wording.to.kind === 'address' && routing !== null
        ? `${destination} is ${own}`
        : 'the packet is for itself'
      : 'neither end is its own, so the packet passes through',
    anySource,
    anyDestination: wording.to.kind !== 'address' && (routing === null || !isForHost),
    condition: conditionOf(wording),
  }
}

const NO_WAY =
  'a file of rules does not tell whether the packet is for that host, from it or passes through: add --in IF (for it), --out IF (from it) or both (through it); any is an interface, too'

/** Makes the packet whole. */
export function askAbout(asker: Asker, wording: Wording): Asked | NotAsked {
  const { routing } = asker
  const { from, to, inputDevice, outputDevice } = wording
  const comesIn = inputDevice !== null && inputDevice !== 'lo'
  const isOwnEnd = (party: Party): boolean =>
    party.kind === 'address' && isOwn(routing, party.address)
  const toLoopback = to.kind === 'address' && kindOf(to.address) === 'loopback'
  const isForHost =
    to.kind === 'unsaid' ||
    isOwnEnd(to) ||
    (comesIn && outputDevice === null && (to.kind === 'any' || routing === null))
  if (comesIn) return arriving(asker, wording, isForHost)
  if (inputDevice === 'lo' || from.kind === 'self' || isOwnEnd(from) || toLoopback)
    return sentFromHere(asker, wording)
  if (isForHost) return arriving(asker, wording, true)
  if (from.kind === 'unsaid') return sentFromHere(asker, wording)
  if (routing !== null) return arriving(asker, wording, false)
  return outputDevice === null ? { error: NO_WAY } : sentFromHere(asker, wording)
}
