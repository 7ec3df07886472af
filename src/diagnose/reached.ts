/** End to end is the truth: what is only a note is not waited for once the service answers. */
import type { Witness } from './witness.ts'

/** Where the service answers, a ping that does not is only a note: it is not waited for long. */
const GRACE_MS = 120

/** What `probe` gives, or null where the service answered and the probe has not. */
export async function unlessReached<T>(witness: Witness, probe: Promise<T>): Promise<T | null> {
  const reached = witness.failing().then(async (failing) => {
    if (failing) return probe
    await new Promise((resolve) => setTimeout(resolve, GRACE_MS))
    return null
  })
  return Promise.race([probe, reached])
}

/**
 * Waits while a trial counts what comes in at the far hosts: a packet that a check has sent there
 * would be taken for one of the trial's.
 */
export async function untilCounted(witness: Witness): Promise<void> {
  const endpoint = witness.target ? await witness.suspected() : null
  if (endpoint && witness.target) await witness.trial({ endpoint, errand: witness.target })
}
