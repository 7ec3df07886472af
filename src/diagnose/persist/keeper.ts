/** A keeper: a program or file that sets a host up again when it starts. */
import type { Inquiry } from '../host.ts'
import type { IntentKind, IntentOf } from './intent.ts'

export type Keeper<Kind extends IntentKind = IntentKind> = {
  /** What is looked for on the host, for the sentence that nothing was found. */
  readonly looked: string
  readonly kinds: readonly Kind[]
  /** The command or the edit for this very host; null where it is not this one that keeps it. */
  readonly keep: (intent: IntentOf<Kind>, host: Inquiry) => Promise<string | null>
}
