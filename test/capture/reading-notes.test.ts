import { expect, test } from 'vitest'
import { Epoch } from '../../src/capture/packet.ts'
import { ReadingNotes } from '../../src/capture/reading-notes.ts'

class Reader extends ReadingNotes {
  meet(reason: string): void {
    this.damage.add(7, reason)
  }
}

test('readers of one epoch tell the same second, each its own damage', () => {
  const epoch = new Epoch()
  const [one, other] = [new Reader(epoch), new Reader(epoch)]
  epoch.start(1_700_000_000)
  epoch.start(1_800_000_000)
  one.meet('cut short')
  expect([one.epochSeconds, other.epochSeconds]).toEqual([1_700_000_000, 1_700_000_000])
  expect([one.damages, one.damageCount]).toEqual([[{ offset: 7, reason: 'cut short' }], 1])
  expect([other.damages, other.damageCount, other.ended]).toEqual([[], 0, false])
})
