/** What a diagnosis says of single packets, to stand beside them in a file. */
import type { Diagnosis } from '../diagnosis.ts'
import type { Tapped } from '../tap.ts'
import { attemptsTo } from './follow.ts'
import type { Sighting } from './sighting.ts'

/**
 * The comments by packet: what opened an attempt is told how that ended, at each place that saw it; the first one of the client's
 * also has the verdict and what the wire showed.
 */
export function commentsOf(
  { points }: Tapped,
  { attempts, target, verdict, findings }: Diagnosis,
): ReadonlyMap<Sighting, readonly string[]> {
  const comments = new Map<Sighting, string[]>()
  const client = points.find(({ role }) => role === 'client')
  if (!client || !target) return comments
  const others = points.filter((one) => one !== client)
  const protocol = target.scheme === 'dns' || target.scheme === 'udp' ? 'udp' : 'tcp'
  for (const { address, family, outcome } of attempts) {
    const endpoint = { address, family, port: target.port }
    for (const { opening, client: own, others: seen } of attemptsTo(
      endpoint,
      protocol,
      client,
      others,
    )) {
      const openings = [own.there.out[0], ...seen.map(({ there }) => there.in[0])]
      for (const one of openings)
        if (one) comments.set(one, [`attempt from port ${opening.sourcePort}: ${outcome}`])
    }
  }
  const [first] = [...comments.keys()]
    .filter((one) => client.sightings.includes(one))
    .toSorted((a, b) => a.timeMs - b.timeMs)
  const wire = findings.find(({ id, status }) => id === 'transport.wire' && status !== 'skip')
  if (first)
    comments.set(first, [
      ...(comments.get(first) ?? []),
      ...(wire ? [wire.summary] : []),
      verdict.summary,
    ])
  return comments
}
