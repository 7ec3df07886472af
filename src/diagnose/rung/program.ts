/**
 * Rung 4, below every rule set: programs and filters at an interface that see a frame before IP does,
 * or after it has sent it (XDP; traffic control's `ingress` and `egress`, net/core/dev.c). No firewall
 * lists what they drop. A counter of theirs that grew is proof; where none counts, a frame that came to
 * the interface and never to IP.
 */
import { shellWord } from '../../base/shell-word.ts'
import type { Interface } from '../../facts/interface.ts'
import { type FilterHook, type TrafficFilter, trafficFilters } from '../../facts/tc-filter.ts'
import { queues, showsToFilters } from '../../facts/tc-qdisc.ts'
import {
  type Accusation,
  type Check,
  count,
  pass,
  placeOn,
  type Ruling,
  sideOf,
  typed,
  unanswered,
  witnessed,
} from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import type { Inquiry } from '../host.ts'
import type { Family } from '../probes.ts'
import { type Proposal, remedy } from '../remedy.ts'
import type { Change } from '../trial.ts'
import type { Witness } from '../witness.ts'

/** What is attached to an interface and may take frames. */
type Taker = {
  readonly device: string
  readonly by: 'xdp' | 'tc'
  readonly hook: FilterHook
  /** `the XDP program drop (id 12)`. */
  readonly text: string
  /** The command that shows it. */
  readonly shownBy: string
  readonly detach: string
}

const programOf = ({ name: device, xdp }: Interface): Taker[] => {
  if (!xdp) return []
  const id = xdp.program === null ? '' : ` (id ${xdp.program})`
  return [
    {
      device,
      by: 'xdp',
      hook: 'ingress',
      text: `the XDP program${xdp.name === null ? '' : ` ${xdp.name}`}${id}`,
      shownBy: typed(['ip', '-d', 'link', 'show', 'dev', device]),
      detach: `ip link set dev ${shellWord(device)} xdp${xdp.mode} off`,
    },
  ]
}

const filterOf = ({ device, hook, kind, protocol, preference, program }: TrafficFilter): Taker => ({
  device,
  by: 'tc',
  hook,
  text: `the ${kind} filter${program === null ? '' : ` ${program}`} (${hook}, preference ${preference})`,
  shownBy: typed(['tc', 'filter', 'show', 'dev', device, hook]),
  detach: `tc filter del dev ${shellWord(device)} ${hook} protocol ${shellWord(protocol)} pref ${preference}`,
})

/** Everything that is attached to interfaces that are up and may take frames there. */
export async function takersOf(witness: Witness, inquiry: Inquiry): Promise<readonly Taker[]> {
  const [links, queued] = await Promise.all([witness.interfaces(inquiry), inquiry.ask(queues)])
  const filtering = queued.known ? queued.value.filter(showsToFilters) : []
  const filters = await Promise.all(
    filtering.flatMap(({ device, kind }) =>
      (kind === 'clsact' ? (['ingress', 'egress'] as const) : (['ingress'] as const)).map(
        async (hook) => {
          const known = await inquiry.ask(trafficFilters(device, hook))
          return known.known ? known.value.filter(({ mayDrop }) => mayDrop) : []
        },
      ),
    ),
  )
  const programs = links.known ? links.value.filter(({ up }) => up).flatMap(programOf) : []
  return [...programs, ...filters.flat().map(filterOf)]
}

export const programs: Check = {
  id: 'firewall.programs',
  layer: 4,
  question: 'Does a program or filter at an interface take the packets?',
  on: ['client', 'server', 'router'],
  rule: async (witness, inquiry) => {
    const known = await witness.interfaces(inquiry)
    if (!known.known) return unanswered(known)
    const isServer = inquiry.host.role === 'server' || !witness.target
    const failing = await (isServer ? witness.failing() : witness.concern())
    if (failing?.stage !== 'connect') {
      const loaded = known.value.flatMap(programOf)
      return pass(
        loaded.length === 0
          ? 'no XDP program is attached'
          : `attached: ${loaded.map(({ text, device }) => `${text} on ${device}`).join(', ')}`,
      )
    }
    const takers = await takersOf(witness, inquiry)
    if (takers.length === 0) return pass('no XDP program and no filter of tc is attached')
    const trial = await witness.trial(failing)
    const changes = [trial.client, trial.server, ...trial.routers]
    const change = changes.find((one) => one?.inquiry === inquiry)
    const sent = trial.connects.length
    const found = change && judge(takers, change, sent, failing.endpoint.family)
    return (
      found ??
      pass(
        `${takers.map(({ text, device }) => `${text} on ${device}`).join(', ')}: not seen to take these packets`,
        witnessed(inquiry, known, []),
      )
    )
  },
}

/** Who of the takers took the packets of the trial. */
function judge(
  takers: readonly Taker[],
  change: Change,
  sent: number,
  family: Family,
): Ruling | null {
  for (const { device, by, drops } of change.frameDrops) {
    const suspects = takers.filter((one) => one.device === device && one.by === by)
    const missing = suspects.filter(({ hook }) => isMissing(change, sent, family, hook))
    if (suspects.length === 0 || drops < sent) continue
    const counter =
      by === 'xdp'
        ? typed(['ethtool', '-S', device])
        : typed(['tc', '-s', 'qdisc', 'show', 'dev', device])
    const evidence: Evidence = {
      host: change.inquiry.host.name,
      source: 'counter',
      command: counter,
      lines: [`${by === 'xdp' ? 'XDP drops' : 'dropped by filters'} of ${device} +${drops}`],
    }
    const because = `while ${count(sent, 'connection')} were tried, ${device} dropped ${count(drops, 'frame')}`
    return accuse(
      missing.length > 0 ? missing : suspects,
      change,
      missing.length > 0 ? 'proven' : 'likely',
      because,
      [evidence],
    )
  }
  const uncounted = takers.filter(
    (taker) =>
      isMissing(change, sent, family, taker.hook) &&
      (taker.hook === 'egress' || (change.received ?? 0) >= sent) &&
      !change.frameDrops.some(({ device, by }) => device === taker.device && by === taker.by),
  )
  const [first] = uncounted
  if (!first) return null
  const because =
    first.hook === 'egress'
      ? `fewer packets left ${first.device} than ${count(sent, 'connection')} send`
      : `packets came to ${first.device}, and fewer came to IP than ${count(sent, 'connection')} send`
  return accuse(uncounted, change, 'likely', because, [])
}

/** Fewer packets came to IP, or left the interfaces, than were sent: they are missing there. */
function isMissing(change: Change, sent: number, family: Family, hook: FilterHook): boolean {
  if (hook === 'egress') return change.sent !== null && change.sent < sent
  if (!change.readable) return false
  const prefix = family === 4 ? 'Ip' : 'Ip6'
  return change.grew(`${prefix}InReceives`) < sent
}

function accuse(
  takers: readonly Taker[],
  change: Change,
  weight: Accusation['weight'],
  reason: string,
  evidence: readonly Evidence[],
): Ruling {
  const { inquiry } = change
  const host = inquiry.host.name
  const because = `${reason}: ${takers.map(({ text }) => text).join(' and ')} of ${host} ${takers.length === 1 ? 'is' : 'are'} attached there`
  return {
    status: 'fail',
    summary: because,
    evidence: [
      ...evidence,
      ...takers.map(({ text, device, by, shownBy }) => ({
        host,
        source: by === 'xdp' ? 'ip' : 'tc',
        command: shownBy,
        lines: [`${device}: ${text}`],
      })),
    ],
    accuses: [
      {
        cause: 'firewall.bpf-drop',
        side: sideOf(inquiry),
        weight,
        because,
        place: placeOn(host, takers[0]?.device ?? null),
        remedies: takers.map((taker) => detach(host, taker)),
      },
    ],
  }
}

/** The program itself is gone once nothing holds it: who attached it must do so again. */
const detach = (host: string, taker: Taker): Proposal =>
  remedy({
    host,
    command: taker.detach,
    why: `${taker.text} sees every frame of ${taker.device} before any rule does`,
    risk: 'whatever else it did, a filter against attacks or the network of containers, ends as well; what attached it may attach it again',
    persist:
      'stop or configure what attaches it: a network plugin, a filter daemon, a unit or script that runs at the start',
    turnsGreen: 'transport.port',
  })
