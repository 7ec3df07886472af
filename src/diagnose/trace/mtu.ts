/**
 * How large packets may be on each link of a path: what is asked next, and what the answers mean. RFC 1191
 * §7 has the sizes that links are known by; RFC 8200 §5 the least of IPv6, RFC 791 §3.2 that of IPv4.
 */
import type { MtuStep, PathMtu } from './trace.ts'

/** What came of the packets of one size: who answered, by the number of hops. */
export type SizeResult = {
  readonly hop: number
  /** Passed: it came there. Null: nothing was heard. */
  readonly passed: boolean | null
  /** Who said that it is too large, at which hop that one is, and what fits; null what is not known. */
  readonly saidBy: string | null
  readonly saidAt: number | null
  readonly fits: number | null
}

export const LEAST_MTU: Readonly<Record<4 | 6, number>> = { 4: 68, 6: 1280 }

/** RFC 1191 §7.1, with those that tunnels and PPPoE leave of 1500. */
const PLATEAUS = [
  65_535, 32_000, 17_914, 9000, 8166, 4352, 2002, 1500, 1492, 1480, 1472, 1460, 1450, 1440, 1420,
  1400, 1380, 1360, 1320, 1280, 1006, 576, 508, 296, 68,
]

/** The next size to try below `bytes` where a router tells none that would do. */
export const plateauBelow = (bytes: number, family: 4 | 6): number =>
  Math.max(LEAST_MTU[family], PLATEAUS.find((one) => one < bytes) ?? LEAST_MTU[family])

/** What a set of answers to packets of `bytes` says of the path from `fromHop` on. */
export type SizeVerdict =
  /** They all come through. */
  | { readonly kind: 'passes' }
  /** A router says that the link behind `afterHop` is narrower. */
  | { readonly kind: 'told'; readonly step: MtuStep }
  /** They vanish behind `afterHop`, while small ones come to `hop`. */
  | { readonly kind: 'vanishes'; readonly afterHop: number; readonly hop: number }

/** Judges the answers to packets of `bytes`, hop by hop in order; hops that never answer must not be among them. */
export function judgeSize(
  results: readonly SizeResult[],
  bytes: number,
  family: 4 | 6,
): SizeVerdict {
  const told = results.find(({ saidBy }) => saidBy !== null)
  const farthest = results.findLast(({ passed }) => passed === true)?.hop ?? 0
  if (told !== undefined && told.saidBy !== null && told.hop > farthest) {
    const fits =
      told.fits !== null && told.fits < bytes && told.fits >= LEAST_MTU[4] ? told.fits : null
    const mtuBytes = fits ?? plateauBelow(bytes, family)
    const afterHop = told.saidAt !== null && told.saidAt < told.hop ? told.saidAt : told.hop - 1
    return { kind: 'told', step: { afterHop, mtuBytes, saidBy: told.saidBy } }
  }
  const lost = results.find(({ hop, passed }) => hop > farthest && passed === null)
  return lost === undefined
    ? { kind: 'passes' }
    : { kind: 'vanishes', afterHop: farthest, hop: lost.hop }
}

/** Sizes strictly between two, evenly, at most `count`, in falling order. */
export function sizesBetween(low: number, high: number, count: number): number[] {
  const step = (high - low) / (count + 1)
  const sizes = Array.from({ length: count }, (_, index) => Math.round(high - step * (index + 1)))
  return [...new Set(sizes)].filter((size) => size > low && size < high)
}

/** The steps with what they mean for each hop: the largest packet that comes to it. */
export function mtuAt(mtu: PathMtu, hop: number): number | null {
  return mtu.steps
    .filter(({ afterHop }) => afterHop < hop)
    .reduce<number | null>(
      (least, { mtuBytes }) => (least === null ? mtuBytes : Math.min(least, mtuBytes)),
      mtu.firstBytes,
    )
}
