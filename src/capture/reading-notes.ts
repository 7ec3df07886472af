/** What readers of every kind note as they go: the second that times count from, the damage they met, whether they can go on. */
import { DamageList } from './damage.ts'
import type { CaptureDamage, Epoch } from './packet.ts'

/** The part of a `CaptureReader` that does not depend on the kind of file. */
export class ReadingNotes {
  ended = false
  protected readonly epoch: Epoch
  protected readonly damage: DamageList = new DamageList()

  constructor(epoch: Epoch) {
    this.epoch = epoch
  }

  get epochSeconds(): number {
    return this.epoch.seconds
  }

  get damages(): readonly CaptureDamage[] {
    return this.damage.told
  }

  get damageCount(): number {
    return this.damage.count
  }
}
