/** A keeper: a program or file that sets a host up again when it starts. */
import type { Inquiry } from '../host.ts'
import type { Intent, IntentKind, IntentOf } from './intent.ts'

export type Keeper = {
  /** What is looked for on the host, for the sentence that nothing was found. */
  readonly looked: string
  readonly kinds: readonly IntentKind[]
  /** The command or the edit for this very host; null where it is not this one that keeps it. */
  readonly keep: (intent: Intent, host: Inquiry) => Promise<string | null>
}

/** The keeper of these kinds of intents. */
export function keeper<Kind extends IntentKind>(
  looked: string,
  kinds: readonly Kind[],
  keep: (intent: IntentOf<Kind>, host: Inquiry) => Promise<string | null>,
): Keeper {
  const isOwn = (intent: Intent): intent is IntentOf<Kind> =>
    (kinds as readonly IntentKind[]).includes(intent.kind)
  return {
    looked,
    kinds,
    keep: async (intent, host) => (isOwn(intent) ? keep(intent, host) : null),
  }
}
