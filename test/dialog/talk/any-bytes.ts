/** What holds for every conversation, whatever the other side says. */
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Conversation, Told } from '../../../src/dialog/conversation.ts'
import { play } from '../playbook.ts'

/** Whether `talk` ends by itself, without throwing, on any answers; `openings` lead it further in. */
export function endsOnAnyBytes(
  talk: () => Conversation<Told | null>,
  openings: readonly (string | Uint8Array)[],
): void {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.string({ maxLength: 40 }),
    fc.constantFrom(...openings),
  )
  fc.assert(
    fc.property(
      fc.nat({ max: openings.length }),
      fc.array(noise, { maxLength: 8 }),
      fc.boolean(),
      (kept, rest, secure) => {
        const { told } = play(talk(), [...openings.slice(0, kept), ...rest, null], { secure })
        if (told !== null) expect(told.line).toBeTypeOf('string')
      },
    ),
    { numRuns: 300 },
  )
}
