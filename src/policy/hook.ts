/** One hook of netfilter: all that a packet meets there, in the kernel's order. */
import type { Chain, Hook } from '../facts/rule-set.ts'
import { type ChainEnd, type Walk, walkBase } from './chain.ts'
import { type Station, stationsOf } from './chain-order.ts'
import { policyPlace } from './counters.ts'
import { follow, translate, translatesDestination, untranslated } from './translation.ts'
import { after, doubting, type End, merge, type World } from './world.ts'

/** The worlds in which the packet passes the hook, and those in which it ends there. */
export type Passage = { readonly through: readonly World[]; readonly ends: readonly End[] }

/** Asks the routing once more, after an output chain has changed what it depends on. */
export type Reroute = (world: World) => Passage

const passing = (through: readonly World[]): Passage => ({ through, ends: [] })

/** Each world through `pass`, the ways that become alike as one. */
export function passEach(worlds: readonly World[], pass: (world: World) => Passage): Passage {
  const passages = worlds.map(pass)
  return {
    through: merge(passages.flatMap(({ through }) => through)),
    ends: passages.flatMap(({ ends }) => ends),
  }
}

/** From here on rules see conntrack's state; a packet that went over lo has it from before. */
function track(world: World): World {
  const { tracking, state, packet } = world
  if (tracking !== 'unseen' && tracking !== 'attached') return world
  const seen = state === 'untracked' || state === 'invalid' ? state : 'tracked'
  return { ...world, tracking: seen, packet: { ...packet, state } }
}

/** An accepting rule says more than a policy, and a policy more than nothing. */
function accepted({ world, place }: End): World {
  if (place === null || (place.policy && world.passedBy !== null)) return world
  return { ...world, passedBy: place }
}

const stopped = (end: End): boolean => end.verdict !== 'accept'

/** A base chain that is none of NAT's; those of ingress and egress see their devices' packets only. */
function passChain(walk: Walk, chain: Chain, worlds: readonly World[]): Passage {
  const walked = (asked: readonly World[]): Passage =>
    ended(
      walkBase(walk, chain, asked),
      (end) =>
        end.translation === null ? passing([accepted(end)]) : { through: [], ends: [unclear(end)] }, // only nat chains translate
    )
  if (chain.devices.length === 0) return walked(worlds)
  return passEach(worlds, (world) => {
    const { inputDevice, outputDevice } = world.packet
    const device = walk.hook === 'ingress' ? inputDevice : outputDevice
    if (device !== null) return chain.devices.includes(device) ? walked([world]) : passing([world])
    const because = `whether it passes ${chain.devices.join(' or ')} is not known`
    const doubted = doubting(world, policyPlace(chain), because)
    const { through, ends } = walked([{ ...doubted, main: false }])
    return { through: [doubted, ...through], ends }
  })
}

function ended(ends: readonly ChainEnd[], pass: (end: ChainEnd) => Passage): Passage {
  const passages = ends.filter((end) => !stopped(end)).map(pass)
  return {
    through: merge(passages.flatMap(({ through }) => through)),
    ends: [...ends.filter(stopped), ...passages.flatMap((passage) => passage.ends)],
  }
}

/** All nat chains of a hook (nf_nat_inet_fn): the first that translates is the last one asked. */
function passNat(walk: Walk, { chains }: Station & { kind: 'nat' }, world: World): Passage {
  const { hook, routing } = walk
  if (world.tracking !== 'tracked') return passing([world])
  const { destinationDone, sourceDone } = world.connection
  const done = translatesDestination(hook) ? destinationDone : sourceDone
  const first = world.state === 'new' || world.state === 'related'
  // ICMP errors on their way back are none of the rules' (nf_nat_icmp_reply_translation).
  const isError = world.reply === true && world.packet.protocol === 'icmp'
  if (!first || done || isError) return passing([follow(world, hook)])
  let asking: readonly World[] = [world]
  const through: World[] = []
  const ends: End[] = []
  for (const chain of chains) {
    const passage = ended(walkBase(walk, chain, asking), (end) => {
      if (end.translation === null) return passing([accepted(end)])
      if (world.reply) {
        // Of a RST that answers the first packet, only its connection is translated.
        through.push(follow(untranslated(end.world, hook), hook))
        return passing([])
      }
      const turned = translate(end.world, end.translation, hook, routing)
      if (turned === null) return { through: [], ends: [unclear(end)] }
      through.push(translatesDestination(hook) ? { ...turned, turnedBy: end.place } : turned)
      return passing([])
    })
    ends.push(...passage.ends)
    asking = passage.through
  }
  const unturned = asking.map((one) => follow(untranslated(one, hook), hook))
  return { through: merge([...through, ...unturned]), ends }
}

function unclear(end: ChainEnd): End {
  const because = `where \`${end.place?.text ?? 'it'}\` leads cannot be known`
  return { ...end, verdict: 'unknown', because, world: doubting(end.world, end.place, because) }
}

function passStation(
  walk: Walk,
  station: Station,
  worlds: readonly World[],
  reroute: Reroute | null,
): Passage {
  switch (station.kind) {
    case 'conntrack':
      return passing(merge(worlds.map(track)))
    case 'chain': {
      if (reroute === null || station.chain.type !== 'route')
        return passChain(walk, station.chain, worlds)
      return passEach(worlds, (world) =>
        rerouted(world, passChain(walk, station.chain, [world]), reroute, false),
      )
    }
    case 'nat':
      return passEach(worlds, (world) => {
        const passage = passNat(walk, station, world)
        return reroute === null ? passage : rerouted(world, passage, reroute, true)
      })
  }
}

/**
 * ip_route_me_harder: where a chain of the type route changed an address or the mark, or NAT the
 * destination, a new route is looked up.
 */
function rerouted(
  before: World,
  { through, ends }: Passage,
  reroute: Reroute,
  byNat: boolean,
): Passage {
  const changed = ({ mark, packet }: World): boolean =>
    packet.destination !== before.packet.destination ||
    (!byNat && (mark !== before.mark || packet.source !== before.packet.source))
  const again = passEach(through, (world) => (changed(world) ? reroute(world) : passing([world])))
  return { through: again.through, ends: [...ends, ...again.ends] }
}

/** All stations of the hook. `reroute` is given at output only. */
export function passHook(walk: Walk, worlds: readonly World[], reroute: Reroute | null): Passage {
  const family = worlds[0]?.packet.family ?? 4
  const ends: End[] = []
  let live = worlds
  for (const station of stationsOf(walk.book, walk.hook, family, walk.tie)) {
    const passage = passStation(walk, station, live, reroute)
    ends.push(...passage.ends)
    live = passage.through
  }
  return { through: live, ends }
}

/** The devices that rules see at a hook; an empty name is none. */
export function atHook(world: World, hook: Hook): World {
  const { packet } = world
  const noOutput = hook === 'prerouting' || hook === 'input' || hook === 'ingress'
  const outputDevice = noOutput ? '' : packet.outputDevice
  const inputDevice = hook === 'output' ? '' : packet.inputDevice
  return { ...world, packet: { ...packet, inputDevice, outputDevice } }
}

/** A step between the hooks. */
export const routed = (world: World, says: string): World =>
  after(world, { hook: null, did: 'routed', says })
