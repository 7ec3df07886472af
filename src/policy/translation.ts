/**
 * What NAT does with a packet (net/netfilter/nf_nat_core.c): the first rule of a nat chain that
 * translates decides for the connection, and its other packets follow without asking any rule,
 * those of the other direction backwards.
 */
import type { Hook } from '../facts/rule-set.ts'
import { familyOf, formatAddress, parseAddress, parsePrefix, transplant } from '../wire/address.ts'
import type { Translation } from './chain.ts'
import { deviceAddress, receivingAddress } from './device-address.ts'
import type { Packet } from './packet.ts'
import type { Endpoint } from './packet-field.ts'
import { lookUpRoute, type Routing } from './routing.ts'
import { after, type World } from './world.ts'

/** Prerouting and output translate destinations, postrouting and input sources (HOOK2MANIP). */
export const translatesDestination = (hook: Hook): boolean =>
  hook === 'prerouting' || hook === 'output'

const sourceOf = ({ source, sourcePort }: Packet): Endpoint => ({
  address: source,
  port: sourcePort,
})
const destinationOf = ({ destination, destinationPort }: Packet): Endpoint => ({
  address: destination,
  port: destinationPort,
})
/** ICMP has no ports of its own: those of its connection stay inside. */
const withSource = (packet: Packet, { address, port }: Endpoint): Packet => ({
  ...packet,
  source: address,
  sourcePort: packet.protocol === 'icmp' ? null : port,
})
const withDestination = (packet: Packet, { address, port }: Endpoint): Packet => ({
  ...packet,
  destination: address,
  destinationPort: packet.protocol === 'icmp' ? null : port,
})

/** `10.0.0.1:80`, `[fd00::1]:80`, `:80`, `10.0.0.1`; null for a range, a map, or anything else. */
function placeIn(to: string, otherwise: Endpoint): Endpoint | null {
  const found =
    /^(?:\[([^\]]+)\]|([0-9.]+)|([0-9a-fA-F]*:[0-9a-fA-F]*:[0-9a-fA-F:.]*))?(?::(\d+))?$/
  const [whole, bracketed, four, six, port] = found.exec(to) ?? []
  if (whole === undefined || whole === '') return null
  const address = bracketed ?? four ?? six ?? otherwise.address
  if (familyOf(address) === null && address !== '') return null
  return { address, port: port === undefined ? otherwise.port : Number(port) }
}

/** The same with its address moved into a prefix; null where either is none. */
function movedTo(prefix: string, { address, port }: Endpoint): Endpoint | null {
  const [into, own] = [parsePrefix(prefix), parseAddress(address)]
  const moved = into && own && transplant(own, into)
  return moved && { address: formatAddress(moved), port }
}

/** Where a redirect leads: the loopback for what is made here, else the incoming device's address. */
function here(world: World, hook: Hook, routing: Routing | null): string | null {
  const { packet } = world
  if (hook === 'output') return packet.family === 4 ? '127.0.0.1' : '::1'
  return packet.inputDevice === null
    ? null
    : receivingAddress(routing, packet.inputDevice, packet.family, packet.destination)
}

const endpointText = ({ address, port }: Endpoint): string => {
  if (port === null) return address || 'another address'
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/**
 * The world in which the rule's translation has been done; null where it cannot be told what the
 * packet becomes.
 */
export function translate(
  world: World,
  translation: Translation,
  hook: Hook,
  routing: Routing | null,
): World | null {
  const turned = translatesDestination(hook)
    ? turnDestination(world, translation, hook, routing)
    : turnSource(world, translation, hook, routing)
  if (turned === null) return null
  // To where it was going anyway is no translation (nf_nat_setup_info compares the tuples).
  const { source, destination } = turned.connection
  const turn = translatesDestination(hook) ? destination : source
  const same =
    turn?.before.address === turn?.after.address && turn?.before.port === turn?.after.port
  return same && !turned.toThisHost ? untranslated(world, hook) : turned
}

function turnDestination(
  world: World,
  translation: Translation,
  hook: Hook,
  routing: Routing | null,
): World | null {
  const before = destinationOf(world.packet)
  if (translation.kind === 'snat' || translation.kind === 'masquerade') return null
  const own = translation.kind === 'redirect' ? here(world, hook, routing) : null
  const { to } = translation
  let place: Endpoint | null = to === null ? before : placeIn(to, before)
  if (translation.kind === 'netmap') place = movedTo(translation.to, before)
  if (place === null || (translation.kind === 'dnat' && to === null)) return null
  if (translation.kind === 'redirect') place = { ...place, address: own ?? before.address }
  const turned: World = {
    ...world,
    packet: withDestination(world.packet, place),
    toThisHost: world.toThisHost || (translation.kind === 'redirect' && own === null),
    connection: {
      ...world.connection,
      destination: { before, after: place },
      destinationDone: true,
    },
  }
  return after(turned, {
    hook,
    did: 'translated',
    says: `its destination is now ${endpointText(place)}`,
  })
}

/** To whom a leaving packet is handed. */
function nextHop({ packet, mark }: World, routing: Routing | null): string {
  const { family, source, destination } = packet
  if (routing === null) return destination
  const answer = lookUpRoute(routing, { family, source, destination, inputDevice: 'lo', mark })
  const gateway = answer.kind === 'unicast' && family === 4 ? answer.route?.gateway : null
  return gateway ?? destination
}

function turnSource(
  world: World,
  translation: Translation,
  hook: Hook,
  routing: Routing | null,
): World | null {
  const before = sourceOf(world.packet)
  const { family, outputDevice } = world.packet
  let address: string | null = null
  let port = before.port
  if (translation.kind === 'masquerade') {
    const hop = nextHop(world, routing)
    address = outputDevice ? deviceAddress(routing, outputDevice, family, hop) : null
  } else if (translation.kind === 'netmap') {
    const place = movedTo(translation.to, before)
    if (place === null) return null
    address = place.address
  } else if (translation.kind === 'snat' && translation.to !== null) {
    const place = placeIn(translation.to, before)
    address = place?.address ?? null
    port = place === null ? null : place.port
  } else return null
  const place: Endpoint = { address: address ?? '', port }
  const turned: World = {
    ...world,
    packet: withSource(world.packet, place),
    connection: { ...world.connection, source: { before, after: place }, sourceDone: true },
  }
  return after(turned, {
    hook,
    did: 'translated',
    says: `its source is now ${endpointText(place)}`,
  })
}

/** The world in which NAT has decided to translate nothing at this hook. */
export const untranslated = (world: World, hook: Hook): World => ({
  ...world,
  connection: translatesDestination(hook)
    ? { ...world.connection, destinationDone: true }
    : { ...world.connection, sourceDone: true },
})

/** What NAT does at a hook with the packets of a connection that it knows (nf_nat_packet). */
export function follow(world: World, hook: Hook): World {
  const { packet, connection, reply } = world
  const { source, destination } = connection
  let turned = packet
  if (translatesDestination(hook)) {
    if (!reply && destination) turned = withDestination(packet, destination.after)
    if (reply && source) turned = withDestination(packet, source.before)
  } else {
    if (!reply && source) turned = withSource(packet, source.after)
    if (reply && destination) turned = withSource(packet, destination.before)
  }
  const [was, is] = translatesDestination(hook)
    ? [destinationOf(packet), destinationOf(turned)]
    : [sourceOf(packet), sourceOf(turned)]
  if (was.address === is.address && was.port === is.port) return world
  const what = translatesDestination(hook) ? 'destination' : 'source'
  return after(
    { ...world, packet: turned },
    {
      hook,
      did: 'translated',
      says: `as its connection is translated, its ${what} is now ${endpointText(is)}`,
    },
  )
}
