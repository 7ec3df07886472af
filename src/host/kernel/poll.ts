/** Waiting for a socket that Node does not know, without holding up the event loop. */

/** The first looks come soon, for answers of this machine and its link; then ever more seldom. */
const STEPS_MS = [0, 1, 1, 1, 2, 2, 3, 5]
const LAST_STEP_MS = 5

/** Calls `look` until it says true or the time is over; says which. */
export async function pollUntil(look: () => boolean, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs
  for (let tries = 0; ; tries++) {
    if (look()) return true
    const left = end - performance.now()
    if (left <= 0) return false
    const step = Math.min(STEPS_MS[tries] ?? LAST_STEP_MS, left)
    await new Promise((resolve) => (step === 0 ? setImmediate(resolve) : setTimeout(resolve, step)))
  }
}
