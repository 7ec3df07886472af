/**
 * Who really sent an RST: the end whose address it bears, or something between the ends. What the
 * end's other packets have in common (TTL, IP identification, TOS) an RST from elsewhere rarely has,
 * and an end that goes on sending did not reset.
 */
import type { Connection, End } from './connection.ts'

/** What is thought of an RST's author, why, and how sure that is. */
export type ResetAuthor = {
  readonly by: 'end' | 'between' | 'unknown'
  /** True where the reasons leave nothing else. */
  readonly sure: boolean
  /** Sentences without a full stop. */
  readonly reasons: readonly string[]
}

type Sign = {
  /** Above 0 the end itself, below 0 something between; 2 and more decides alone. */
  readonly weight: number
  readonly reason: string
}

/** The TTLs that systems begin with, RFC 1700 and what is in use. */
const INITIAL_HOP_LIMITS = [32, 64, 128, 255]

/** Hops that a packet has gone, by the least TTL that it can have begun with. */
export const hopsOf = (hopLimit: number): number =>
  (INITIAL_HOP_LIMITS.find((initial) => hopLimit <= initial) ?? 255) - hopLimit

/** Tells who sent the first RST of the client or the server; null where there was none. */
export function resetAuthor(connection: Connection, ofClient: boolean): ResetAuthor | null {
  const [end, peer] = ofClient
    ? [connection.client, connection.server]
    : [connection.server, connection.client]
  if (end.resetFrame < 0) return null
  const signs = [
    afterwards(end),
    byHopLimit(end),
    byIdentification(end),
    byTrafficClass(end, peer),
  ].filter((sign) => sign !== null)
  const weight = signs.reduce((sum, sign) => sum + sign.weight, 0)
  const by = weight > 0 ? 'end' : weight < 0 ? 'between' : 'unknown'
  const agrees = signs.filter((sign) => (weight > 0 ? sign.weight > 0 : sign.weight < 0))
  return {
    by,
    sure: Math.abs(weight) >= 3,
    reasons: (by === 'unknown' ? signs : agrees).map(({ reason }) => reason),
  }
}

function afterwards(end: End): Sign | null {
  if (end.afterResetFrame < 0) return null
  // A port that refused may be open a second later, for the same SYN sent again.
  if (end.synFrame > end.resetFrame) return null
  return { weight: -3, reason: `it goes on sending afterwards (frame ${end.afterResetFrame})` }
}

/** The TTL of the end's other packets: of the last before the RST, else of its SYN; -1 without. */
function usualHopLimit(end: End): number {
  if (end.hopLimit > 0) return end.hopLimit
  return end.synFrame >= 0 && end.synHopLimit > 0 ? end.synHopLimit : -1
}

function byHopLimit(end: End): Sign | null {
  const usual = usualHopLimit(end)
  const { resetHopLimit: found } = end
  if (usual < 0 || found <= 0) return null
  if (found === usual)
    return { weight: 2, reason: `its TTL is ${found}, as that of its other packets` }
  const reason = `its TTL is ${found}, and ${usual} that of its other packets`
  if (hopsOf(found) === hopsOf(usual))
    return { weight: 1, reason: `${reason}: the same distance, another beginning` }
  // Routes change by a hop or two, rarely just before an RST.
  return { weight: Math.abs(found - usual) <= 1 ? -1 : -3, reason }
}

/** Counters move on by as many packets as the host sends meanwhile. */
const NEAR_IDENTIFICATIONS = 256

function byIdentification(end: End): Sign | null {
  const { resetIdentification: found, identification: usual } = end
  // 0 says nothing: Linux sends it with DF whenever no socket stands behind the RST.
  if (found <= 0 || usual <= 0) return null
  const ahead = (found - usual) & 0xffff
  if (ahead > 0 && ahead <= NEAR_IDENTIFICATIONS)
    return { weight: 1, reason: `its IP identification ${found} follows on ${usual}` }
  return { weight: -1, reason: `its IP identification ${found} is far from ${usual}` }
}

/** Without the two bits of RFC 3168. */
const codePoint = (trafficClass: number): number => trafficClass & 0xfc

function byTrafficClass(end: End, peer: End): Sign | null {
  const { resetTrafficClass: found, trafficClass: usual } = end
  if (found < 0 || usual < 0 || usual === found) return null
  if (codePoint(found) === codePoint(usual)) return null
  // Linux reflects the TOS of what it refuses.
  if (peer.trafficClass >= 0 && codePoint(peer.trafficClass) === codePoint(found)) return null
  return {
    weight: -1,
    reason: `its TOS is 0x${found.toString(16)}, and 0x${usual.toString(16)} before`,
  }
}
