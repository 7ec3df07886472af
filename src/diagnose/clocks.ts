/**
 * Clocks beside the client's own: a certificate that is not valid now may be right and the clock
 * wrong. What an answer was dated (RFC 9110 §6.6.1), and what the far hosts take the time to be.
 */
import { clock } from '../facts/date.ts'
import type { Visit } from './visit.ts'
import type { Witness } from './witness.ts'

/** Another clock, by how far it is ahead of the client's. */
export type OtherClock = {
  readonly who: string
  /** Whose clock it is; two readings of one clock are one witness. */
  readonly side: 'server' | 'path'
  readonly aheadMs: number
}

/** Time zones and slow answers shift a clock by less. */
export const SAME_TIME_MS = 3_600_000

/** What `Date` says was the time of an answer; null where it says nothing. */
export function datedMs({ head }: Visit): number | null {
  const ms = Date.parse(head?.headers.get('date') ?? '')
  return Number.isNaN(ms) ? null : ms
}

/** Every other clock that can be read. */
export async function otherClocks(witness: Witness, visit: Visit): Promise<OtherClock[]> {
  const dated = datedMs(visit)
  const now = witness.probes.now()
  const detour = await witness.detour()
  const byProxy = detour?.visit ? datedMs(detour.visit) : null
  // What shares this machine shares its clock, and is no second one.
  const asked = [...(witness.server ? [witness.server] : []), ...witness.routers].filter(
    ({ host }) => host.limits.devices === 'own',
  )
  const told = await Promise.all(
    asked.map(async (inquiry): Promise<OtherClock[]> => {
      const answer = await inquiry.askAgain(clock)
      if (!answer.known) return []
      const side = inquiry.host.role === 'server' ? 'server' : 'path'
      const aheadMs = answer.value.epochMs - witness.probes.now()
      return [{ who: `the clock of ${inquiry.host.name}`, side, aheadMs }]
    }),
  )
  const answered = (who: string, side: OtherClock['side'], ms: number | null): OtherClock[] =>
    ms === null ? [] : [{ who, side, aheadMs: ms - now }]
  return [
    ...answered("the date of the server's answer", 'server', dated),
    ...answered("the date of the proxy's answer", 'path', byProxy),
    ...told.flat(),
  ]
}
