/**
 * Rung 3, time: is the path slow, or only the service? Asked where the visit was conspicuously slow.
 * A queue that is full on the way makes every packet late; a narrow link makes large ones late.
 */
import {
  type Accusation,
  type Check,
  duration,
  pass,
  placeOn,
  sideOf,
  skip,
  unknown,
} from '../check.ts'
import type { Evidence } from '../diagnosis.ts'
import { isConspicuous, type Pace, type Waiting } from '../pace.ts'
import type { Witness } from '../witness.ts'

export const delay: Check = {
  id: 'network.delay',
  layer: 3,
  question: 'Is the path slow, or only the service?',
  on: ['client'],
  rule: async (witness) => {
    if (!witness.target) return skip('there is no target')
    const failing = await witness.failing()
    const { all } = await witness.visits()
    const visit = all.find(isConspicuous)
    if (!visit) return skip('no visit was slow')
    const { address } = visit.endpoint
    const pace = await witness.pace(address)
    if (pace.smallMs === null) return unknown('no ping is answered: the path cannot be timed')
    if (pace.slow === null)
      return {
        ...pass(`${describe(pace, address)}; the path is not slow`, [pace.evidence]),
        acquits: [{ cause: 'path.slow', because: describe(pace, address) }],
      }
    const because = describe(pace, address)
    const [narrowest = null] = pace.waiting.toSorted((a, b) => b.grew - a.grew)
    return {
      status: failing ? 'fail' : 'warn',
      summary: because,
      evidence: [pace.evidence, ...(narrowest ? [counted(narrowest)] : [])],
      accuses: [accuse(pace, narrowest, because, failing === null)],
    }
  },
}

function describe({ slow, smallMs, burstMs, bitsPerSecond, hop }: Pace, address: string): string {
  const from = hop ? `, from hop ${hop.ttl} (${hop.from}) on` : ''
  const time = `a small packet to ${address} takes ${duration(smallMs ?? 0)} there and back`
  return slow === 'rate'
    ? `the path to ${address} carries ${Math.round((bitsPerSecond ?? 0) / 1000)} kbit/s${from}: a few large packets take ${duration(burstMs ?? 0)}`
    : slow === 'time'
      ? `${time}${from}`
      : time
}

const counted = ({ inquiry, queue, grew }: Waiting): Evidence => ({
  host: inquiry.host.name,
  source: 'tc',
  command: 'tc -s qdisc show',
  lines: [
    `${queue.kind} on ${queue.device}${queue.rate ? ` rate ${queue.rate}` : ''}, backlog ${queue.backlogBytes} bytes, dropped ${queue.drops}`,
  ],
  delta: {
    name: `overlimits of ${queue.device}`,
    before: queue.overlimits - grew,
    after: queue.overlimits,
  },
})

function accuse(
  pace: Pace,
  narrowest: Waiting | null,
  because: string,
  partial: boolean,
): Accusation {
  const common = {
    cause: 'path.slow',
    weight: 'proven',
    partial,
    tellApart: {
      host: 'the hop where it begins',
      command: 'tc -s qdisc show',
      shows: 'a backlog, or overlimits that grow',
    },
  } as const
  if (!narrowest)
    return {
      ...common,
      side: 'path',
      because,
      place: { ...placeOn('path'), hop: pace.hop?.ttl ?? null },
    }
  const { inquiry, queue } = narrowest
  const { device, kind, rate } = queue
  const { name } = inquiry.host
  return {
    ...common,
    side: sideOf(inquiry),
    because: `${because}; the queue of ${device} on ${name} (${kind}${rate ? `, ${rate}` : ''}) lets packets wait`,
    place: placeOn(name, device),
  }
}

/** What came late is not lost: asked by the check of loss before it accuses. */
export const isOnlyLate = async (witness: Witness, address: string): Promise<boolean> =>
  (await witness.pace(address)).slow !== null
