/** One TCP segment outside any connection, as nping(1) would send it. */
import type { Endpoint, Segment, SegmentOptions } from '../../diagnose/probes.ts'
import { formatEndpoint } from '../../wire/endpoint.ts'
import { kernelSegment, type SegmentResult } from '../kernel/tcp-segment.ts'

function describe({ endpoint, answer, errors, possible }: SegmentResult): string {
  const to = formatEndpoint(endpoint)
  if (!possible) return `${to}: no segment could be sent (needs root)`
  if (answer)
    return `${to}: ${answer.kind}, ttl=${answer.ttl ?? '?'}, tos=0x${(answer.trafficClass ?? 0).toString(16)}`
  const [error] = errors
  return error ? `${to}: from ${error.from ?? 'this host'}: ${error.text}` : `${to}: no answer`
}

/** Sends one segment. Never throws; without the right to a raw socket it is not possible. */
export async function probeSegment(to: Endpoint, options: SegmentOptions): Promise<Segment> {
  const result = await kernelSegment(to, options)
  const words = [
    'nping',
    ...(to.family === 6 ? ['-6'] : []),
    '--tcp',
    ...['--flags', options.flags],
    ...(to.family === 6
      ? ['--traffic-class', String(options.trafficClass)]
      : ['--tos', String(options.trafficClass)]),
    ...(options.ttl === undefined
      ? []
      : [to.family === 6 ? '--hop-limit' : '--ttl', String(options.ttl)]),
    ...['-p', String(to.port), '-c', '1', to.address],
  ]
  return { ...result, command: words.join(' '), lines: [describe(result)] }
}
