/**
 * What a cause hides: other faults that were seen already and that it does not explain, and the rungs
 * that the connection did not reach because of it, of which nothing is known yet.
 */
import { explainedBy } from './cause.ts'
import { type Accusation, sideOf } from './check.ts'
import type { Behind, Layer, Verdict } from './diagnosis.ts'
import type { Ruled } from './finding.ts'
import { isLookAlike } from './verdict.ts'
import type { Visit } from './visit.ts'
import { wayOf } from './way.ts'

/**
 * Whether a host itself was seen to be at fault: what another one says of it is a conclusion from
 * what did not come through, and that has its reason in the cause already.
 */
const isSeen = (one: Accusation, { inquiry }: Ruled): boolean =>
  sideOf(inquiry) === one.side &&
  (one.weight === 'proven' || (one.weight === 'likely' && inquiry.host.role !== 'client'))

/** The independent faults that were seen beside the cause, in the order in which they are met. */
export function findBehind(ruled: readonly Ruled[], verdict: Verdict): readonly Behind[] {
  const { cause, side, excluded, confidence } = verdict
  if (cause === null || confidence !== 'proven') return []
  const explained = explainedBy(cause)
  const seen = ruled
    .flatMap((one) => (one.ruling.accuses ?? []).filter((accusation) => isSeen(accusation, one)))
    .filter((one) => one.cause !== cause || one.side !== side)
    .filter((one) => !explained.has(one.cause) || isLookAlike(cause, one))
    .filter((one) => !excluded.some((other) => other.cause === one.cause))
  return seen
    .filter((one) => !seen.some((other) => explainedBy(other.cause).has(one.cause)))
    .filter(
      (one, index) =>
        seen.findIndex((other) => other.cause === one.cause && other.side === one.side) === index,
    )
    .toSorted((one, other) => wayOf(one.cause, one.side) - wayOf(other.cause, other.side))
    .map((one) => ({ cause: one.cause, side: one.side, because: one.because }))
}

/** The rungs above the failure, of which nothing is known before it is mended. */
export function unreachedLayers(last: Visit | null, usesTls: boolean): readonly Layer[] {
  const session: readonly Layer[] = usesTls ? [5, 6, 7] : [5, 7]
  switch (last?.stage) {
    case undefined:
      return [4, ...session]
    case 'connect':
      return session
    case 'closed':
    case 'silent':
      return session.slice(1)
    case 'tls':
      return [7]
    default:
      return []
  }
}
