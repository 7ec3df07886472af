/**
 * Rung 2, integrity: packets that arrive with wrong checksums are dropped without a word, and counted
 * where they arrive (InCsumErrors of net/ipv4/proc.c and net/ipv6/proc.c). They were damaged after
 * their sender's own stack had made them: by its card, or by something that rewrites them on the way.
 */
import { shellWord } from '../../base/shell-word.ts'
import {
  type Accusation,
  type Check,
  count,
  pass,
  placeOn,
  type Ruling,
  skip,
  unknown,
} from '../check.ts'
import type { Inquiry } from '../host.ts'
import { isAnswered } from '../probes.ts'
import { relevant } from '../relevant.ts'
import { remedy } from '../remedy.ts'
import type { Change, Trial } from '../trial.ts'
import type { Visit } from '../visit.ts'
import { delta } from '../whereabouts.ts'
import type { Witness } from '../witness.ts'

/** What counts wrong checksums of the trial's packets, the headers that contain the others first. */
const countersOf = ({ endpoint, protocol }: Trial): readonly string[] => {
  const transport =
    protocol === 'tcp'
      ? 'TcpInCsumErrors'
      : endpoint.family === 4
        ? 'UdpInCsumErrors'
        : 'Udp6InCsumErrors'
  // IPv6 has no checksum of its own (RFC 8200 §8.1).
  return endpoint.family === 4 ? ['IpExtInCsumErrors', transport] : [transport]
}

export const checksum: Check = {
  id: 'link.checksum',
  layer: 2,
  question: 'Do packets arrive with the checksums that they were sent with?',
  on: ['client', 'server', 'router'],
  rule: async (witness, inquiry) => {
    const failing = await witness.concern()
    if (failing?.stage !== 'connect') return skip('what was sent arrived')
    const trial = await witness.trial(failing)
    const change = [trial.client, trial.server, ...trial.routers].find(
      (one) => one?.inquiry === inquiry,
    )
    if (!change?.readable) return unknown('the counters of wrong checksums could not be read')
    const sent = trial.connects.length
    const counter = countersOf(trial).find((name) => change.grew(name) >= sent)
    return counter
      ? wrong(witness, change, counter, sent, failing)
      : pass(`no packet of ${count(sent, 'connection')} arrived with a wrong checksum`)
  },
}

async function wrong(
  witness: Witness,
  change: Change,
  counter: string,
  sent: number,
  failing: Visit,
): Promise<Ruling> {
  const { inquiry } = change
  const host = inquiry.host.name
  const summary = `${count(change.grew(counter), 'packet')} came to ${host} with wrong checksums while ${count(sent, 'connection')} were tried (${counter})`
  const { device } = await relevant(witness, inquiry)
  const common = { cause: 'link.checksum', place: placeOn(host, device?.name ?? null) } as const
  const accuses =
    inquiry.host.role === 'router'
      ? [{ ...common, side: 'path' as const, weight: 'proven' as const, because: summary }]
      : await whoDamaged(witness, inquiry, failing, summary, common)
  return { status: 'fail', summary, evidence: [delta(change, counter)], accuses }
}

/**
 * The sender's card, where nothing of TCP from that host arrives whole; where another port does, its
 * card makes them right, and somebody changes some of them later.
 */
async function whoDamaged(
  witness: Witness,
  receiver: Inquiry,
  failing: Visit,
  summary: string,
  common: Pick<Accusation, 'cause' | 'place'>,
): Promise<Accusation[]> {
  const controls = await witness.controls(failing)
  const whole = controls.ports.find(isAnswered)
  const [side, sender] =
    receiver.host.role === 'server'
      ? (['client', witness.client] as const)
      : (['server', witness.server] as const)
  const path = { ...common, side: 'path' } as const
  if (whole)
    return [
      {
        ...path,
        weight: 'proven',
        because: `${summary}, and those of port ${whole.endpoint.port} arrive whole: something between the two ends rewrites them`,
      },
    ]
  const device = sender ? (await relevant(witness, sender)).device?.name : undefined
  return [
    {
      ...common,
      side,
      weight: 'likely',
      because: `${summary}, and nothing else of TCP between the two ends arrives whole either: the card of the ${side} leaves them wrong`,
      place: placeOn(side, device ?? null),
      remedies: device && sender ? [withoutOffload(sender.host.name, device)] : [],
    },
    { ...path, weight: 'possible', because: `${summary}: something on the way may rewrite them` },
  ]
}

const withoutOffload = (host: string, device: string) =>
  remedy({
    host,
    command: `ethtool -K ${shellWord(device)} tx off`,
    why: 'the kernel then makes the checksums itself and does not leave them to the card',
    risk: `sending by ${device} costs more processor time`,
    undo: `ethtool -K ${shellWord(device)} tx on`,
    turnsGreen: 'link.checksum',
  })
