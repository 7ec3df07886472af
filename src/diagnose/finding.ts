/** A ruling told as a finding: which cause it stands for, and whether another explains it. */
import { type CauseCode, explainedBy } from './cause.ts'
import { type Accusation, type Check, type Ruling, sideOf } from './check.ts'
import type { Finding, Verdict } from './diagnosis.ts'
import type { Inquiry } from './host.ts'

/** A check that has been asked. */
export type Ruled = {
  readonly check: Check
  readonly inquiry: Inquiry
  readonly ruling: Ruling
  readonly tookMs: number
}

/** The accusation that a finding stands for: the verdict's own, else the surest that still stands. */
function leading({ accuses = [] }: Ruling, verdict: Verdict | null): Accusation | undefined {
  const standing = accuses.filter(
    ({ cause }) => !verdict?.excluded.some((excluded) => excluded.cause === cause),
  )
  return (
    standing.find(({ cause }) => cause === verdict?.cause) ??
    standing.find(({ weight }) => weight === 'proven') ??
    standing[0]
  )
}

/** A failure that is neither the reason nor a fault of its own is a consequence of the reason. */
function explanation(
  { status, accuses = [] }: Ruling,
  cause: CauseCode | null,
  verdict: Verdict | null,
): CauseCode | null {
  const reason = verdict?.cause ?? null
  if (status !== 'fail' || !reason || cause === reason) return null
  if (verdict?.behind.some((other) => other.cause === cause)) return null
  const independent = cause !== null && accuses.some(({ weight }) => weight === 'proven')
  return independent && !explainedBy(reason).has(cause) ? null : reason
}

/** Tells a finding; without a verdict while the climb goes on. */
export function tell({ check, inquiry, ruling, tookMs }: Ruled, verdict: Verdict | null): Finding {
  const troubled = ruling.status === 'fail' || ruling.status === 'warn'
  const cause = troubled ? (leading(ruling, verdict)?.cause ?? null) : null
  return {
    id: check.id,
    layer: check.layer,
    side: sideOf(inquiry),
    host: inquiry.host.name,
    question: check.question,
    status: ruling.status,
    cause,
    summary: ruling.summary,
    explainedBy: explanation(ruling, cause, verdict),
    tookMs,
    evidence: ruling.evidence ?? [],
  }
}
