/**
 * Rung 2, VLANs (IEEE 802.1Q): a host whose port is in another VLAN has a carrier and hears nobody. On
 * the host it is seen by frames that arrive and all carry a tag; on a switch that can be read, by ports
 * of the two ends that have no VLAN in common.
 */
import { shellWord } from '../../base/shell-word.ts'
import { learned, type PortVlans, portVlans } from '../../facts/bridge.ts'
import { arrivingFrames } from '../../facts/tcpdump-tags.ts'
import {
  type Check,
  count,
  pass,
  placeOn,
  type Ruling,
  sideOf,
  skip,
  unanswered,
  witnessed,
} from '../check.ts'
import type { Side } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import { isAnswered } from '../probes.ts'
import { relevant } from '../relevant.ts'
import { remedy } from '../remedy.ts'
import type { Visit } from '../visit.ts'
import { arrived } from '../whereabouts.ts'
import type { Witness } from '../witness.ts'

export const vlan: Check = {
  id: 'link.vlan',
  layer: 2,
  question: 'Is the port in the right VLAN?',
  on: ['client', 'server', 'router'],
  rule: async (witness, inquiry) => {
    const failing = await witness.concern()
    if (failing?.stage !== 'connect' || isAnswered(failing.exchange.connect))
      return skip('frames come and go')
    return inquiry.host.role === 'router'
      ? atSwitch(witness, inquiry)
      : atHost(witness, inquiry, failing)
  },
}

/** Longer than a neighbour is asked for: by then whoever looks for this host has asked. */
const ATTEMPT_MS = 1500

async function atHost(witness: Witness, inquiry: Inquiry, failing: Visit): Promise<Ruling> {
  const { device, lookup } = await relevant(witness, inquiry)
  const hop = lookup?.gateway ?? lookup?.destination ?? null
  if (!device?.carrier || !hop) return skip('no interface with a carrier is on the way')
  const trial = await witness.trial(failing)
  const change = inquiry.host.role === 'client' ? trial.client : trial.server
  if (!change?.readable || arrived(change, failing.endpoint.family) >= trial.connects.length)
    return skip('packets arrive')
  const output = await inquiry.run(['ping', '-c', '1', '-W', '1', hop])
  if (output.code === 0) return pass(`${hop} answers`)
  // Somebody has to look for this host while it is listened.
  const [frames] = await Promise.all([
    inquiry.ask(arrivingFrames(device.name)),
    witness.probes.connect(failing.endpoint, ATTEMPT_MS),
  ])
  if (!frames.known) return unanswered(frames)
  const { untagged, tagged } = frames.value
  const [number] = [...tagged.keys()]
  if (number === undefined || untagged > 0)
    return pass(
      untagged > 0
        ? `${count(untagged, 'frame')} without a tag arrived at ${device.name}`
        : `no frame arrived at ${device.name} in two seconds`,
    )
  const { name } = inquiry.host
  const because = `every frame that arrives at ${device.name} of ${name} carries a tag (VLAN ${[...tagged.keys()].join(', ')}), which ${name} does not take off: its port is not an access port, or of another VLAN`
  return {
    status: 'fail',
    summary: because,
    evidence: witnessed(inquiry, frames),
    accuses: [
      {
        cause: 'link.vlan-mismatch',
        side: sideOf(inquiry),
        weight: 'proven',
        because,
        place: placeOn(name, device.name),
        remedies: [
          remedy({
            host: name,
            command: `ip link add link ${shellWord(device.name)} name ${shellWord(`vlan${number}`)} type vlan id ${number}`,
            why: `where the port is meant to be a trunk, the host takes VLAN ${number} off by an interface that its addresses then move to; where it is not, the switch has to put the port in that VLAN without a tag`,
            risk: 'none until addresses move to it',
            undo: `ip link del ${shellWord(`vlan${number}`)}`,
            turnsGreen: 'link.vlan',
          }),
        ],
      },
    ],
  }
}

/** The port behind which a host of this diagnosis is. */
type Seat = { readonly inquiry: Inquiry; readonly vlans: PortVlans }

async function seatsOf(
  witness: Witness,
  inquiry: Inquiry,
  ports: readonly PortVlans[],
): Promise<Seat[]> {
  const table = await inquiry.ask(learned)
  if (!table.known) return []
  const others = [witness.client, ...(witness.server ? [witness.server] : []), ...witness.routers]
  const found = await Promise.all(
    others
      .filter((one) => one !== inquiry)
      .map(async (one): Promise<Seat[]> => {
        const links = await witness.interfaces(one)
        const macs = links.known ? links.value.map(({ mac }) => mac) : []
        const port = table.value.find(({ mac }) => macs.includes(mac))?.port
        const vlans = ports.find((each) => each.port === port)
        return vlans ? [{ inquiry: one, vlans }] : []
      }),
  )
  return found.flat()
}

const shareVlan = (one: PortVlans, other: PortVlans): boolean =>
  one.members.some((number) => other.members.includes(number))

const describe = ({ port, untagged, members }: PortVlans): string =>
  `${port}: ${members.length > 8 ? `${members.length} VLANs` : `VLAN ${members.join(', ')}`}${untagged === null ? '' : `, untagged ${untagged}`}`

async function atSwitch(witness: Witness, inquiry: Inquiry): Promise<Ruling> {
  const known = await inquiry.ask(portVlans)
  if (!known.known) return unanswered(known)
  if (known.value.length === 0) return skip('no bridge with VLANs')
  const seats = await seatsOf(witness, inquiry, known.value)
  const evidence = witnessed(inquiry, known, known.value.slice(0, 8).map(describe))
  const apart = seats.flatMap((one) =>
    seats
      .filter((other) => other !== one && !shareVlan(one.vlans, other.vlans))
      .map((other) => ({ one, other })),
  )
  // Of two ports apart, that of the end is in the wrong VLAN, not that of the router between.
  const found = apart.find(({ one }) => one.inquiry.host.role !== 'router')
  if (!found)
    return pass(
      seats.length < 2
        ? 'not known behind which ports the two ends are'
        : `the ports of ${seats.map((seat) => seat.inquiry.host.name).join(' and ')} share a VLAN`,
      evidence,
    )
  return mismatch(inquiry, found.one, found.other, evidence)
}

function mismatch(
  { host }: Inquiry,
  { inquiry, vlans }: Seat,
  other: Seat,
  evidence: Ruling['evidence'] = [],
): Ruling {
  const because = `on ${host.name}, the port of ${inquiry.host.name} (${describe(vlans)}) and that of ${other.inquiry.host.name} (${describe(other.vlans)}) have no VLAN in common`
  const port = shellWord(vlans.port)
  const untagged = (vid: number): string => `bridge vlan add dev ${port} vid ${vid} pvid untagged`
  const wanted = other.vlans.untagged
  return {
    status: 'fail',
    summary: because,
    evidence,
    accuses: [
      {
        cause: 'link.vlan-mismatch',
        side: inquiry.host.role as Side,
        weight: 'proven',
        because,
        place: placeOn(host.name, vlans.port),
        remedies:
          wanted === null
            ? []
            : [
                remedy({
                  host: host.name,
                  command: untagged(wanted),
                  why: `${inquiry.host.name} is then in VLAN ${wanted}, as ${other.inquiry.host.name} is`,
                  risk: `it joins everybody in VLAN ${wanted}`,
                  undo: `bridge vlan del dev ${port} vid ${wanted}${vlans.untagged === null ? '' : `; ${untagged(vlans.untagged)}`}`,
                  turnsGreen: 'link.vlan',
                }),
              ],
      },
    ],
  }
}
