/**
 * A name server that says nothing over UDP, asked in other ways: over TCP (RFC 7766), without EDNS
 * (RFC 6891 §6.2.2), for a small answer. What comes then tells what is lost on the way.
 */
import type { DnsReply, Probes } from './probes.ts'

export type Depth = {
  readonly asked: readonly DnsReply[]
  /** What is lost, in a sentence; null where nothing comes in any way. */
  readonly lost: string | null
}

/** Answers that come in another way come soon. */
const DEPTH_TIMEOUT_MS = 1200
/** What every path carries (RFC 1035 §4.2.1). */
const SMALL_BYTES = 512

/** Asks the question of a silent reply in the other ways, side by side. */
export async function probeDepth(probes: Probes, silent: DnsReply): Promise<Depth> {
  const { server, port, name, type } = silent.query
  if (silent.truncated)
    return {
      asked: [],
      lost: `${server} says over UDP that its answer is cut, and over TCP port ${port} ${silent.outcome === 'refused' ? 'is refused' : 'nothing comes'}: large answers are lost`,
    }
  const query = { server, port, name, type, timeoutMs: DEPTH_TIMEOUT_MS }
  const [tcp, bare, small] = await Promise.all([
    probes.dns({ ...query, tcp: true }),
    probes.dns({ ...query, udpPayloadBytes: null }),
    probes.dns({ ...query, udpPayloadBytes: SMALL_BYTES }),
  ])
  const answers = ({ outcome }: DnsReply): boolean => outcome === 'answer'
  const lost = answers(bare)
    ? `${server} answers without EDNS only: something drops queries that have it`
    : answers(small)
      ? `${server} answers where at most ${SMALL_BYTES} bytes are asked for: larger answers are lost`
      : answers(tcp)
        ? `${server} answers over TCP, and not over UDP: something drops UDP port ${port}`
        : null
  return { asked: [tcp, bare, small], lost }
}
