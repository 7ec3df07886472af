/** The places of a capture that could not be read: a few of them by name, all of them by number. */
import type { CaptureDamage } from './packet.ts'

/** Hostile bytes may be damaged everywhere; whoever reads this has seen enough by then. */
const MOST_TOLD = 100

/** Grows with each place that could not be read. */
export class DamageList {
  readonly told: CaptureDamage[] = []
  count = 0

  /** `offset` in bytes (or lines) from the start of the file, `reason` one sentence. */
  add(offset: number, reason: string): void {
    this.count++
    if (this.told.length < MOST_TOLD) this.told.push({ offset, reason })
  }
}
