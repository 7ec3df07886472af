/** What somebody on the way changes in the packets of an attempt: addresses, ports, the segment size, sequence numbers. */
import { formatEndpoint } from '../../wire/endpoint.ts'
import { type Attempt, isSyn, isSynAck, type Seen } from './follow.ts'
import type { Sighting } from './sighting.ts'

export type Rewrite = {
  /** `source`, `destination`, `mss`. */
  readonly what: 'source' | 'destination' | 'mss' | 'tos'
  /** Where it was first seen changed. */
  readonly host: string
  readonly before: string
  readonly after: string
}

const end = (address: string, port: number): string =>
  port === 0 ? address : formatEndpoint({ address, port })

const read: Readonly<Record<Rewrite['what'], (one: Sighting) => string>> = {
  source: (one) => end(one.source, one.sourcePort),
  destination: (one) => end(one.destination, one.destinationPort),
  mss: ({ maxSegmentBytes }) => `${maxSegmentBytes ?? 'none'}`,
  // Without the two bits of RFC 3168, which routers may set.
  tos: ({ trafficClass }) => `0x${(trafficClass & 0xfc).toString(16)}`,
}

const WHATS = Object.keys(read) as readonly Rewrite['what'][]

/** In the order of the way: each router takes one from the TTL. */
const byWay = (packets: readonly (readonly [Sighting, Seen])[]): (readonly [Sighting, Seen])[] =>
  packets.toSorted(([a], [b]) => b.hopLimit - a.hopLimit)

function changes(first: Sighting, later: readonly (readonly [Sighting, Seen])[]): Rewrite[] {
  return WHATS.flatMap((what) => {
    const before = read[what](first)
    const changed = byWay(later).find(([one]) => read[what](one) !== before)
    return changed
      ? [{ what, host: changed[1].point.host, before, after: read[what](changed[0]) }]
      : []
  })
}

/** What was changed between the client and the last place that saw the opening, and in the SYN-ACK on its way back. */
export function rewritesOf({ opening, client, others }: Attempt): Rewrite[] {
  const openings = others.flatMap((seen) =>
    [...seen.there.out, ...seen.there.in]
      .filter((one) => opening.protocol === 17 || isSyn(one))
      .map((one) => [one, seen] as const),
  )
  const answer = client.back.in.find(isSynAck)
  const server = others.find(({ point }) => point.role === 'server')
  const given = server?.back.out.find(isSynAck)
  const clamped =
    answer && given && server && answer.maxSegmentBytes !== given.maxSegmentBytes
      ? [
          {
            what: 'mss' as const,
            host: client.point.host,
            before: read.mss(given),
            after: read.mss(answer),
          },
        ]
      : []
  return [...changes(opening, openings), ...clamped]
}

/** `the source 10.0.0.2:40000 is 192.0.2.1:40000 at server`. */
export const describeRewrite = ({ what, host, before, after }: Rewrite): string => {
  const named = { source: 'source', destination: 'destination', mss: 'MSS', tos: 'TOS' }[what]
  return `the ${named} ${before} is ${after} at ${host}`
}
