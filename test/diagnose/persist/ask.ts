/** A keeper asked about a host that says these things. */
import { inquire } from '../../../src/diagnose/inquiry.ts'
import type { Intent } from '../../../src/diagnose/persist/intent.ts'
import type { Keeper } from '../../../src/diagnose/persist/keeper.ts'
import { type Outputs, scriptedHost } from '../scene.ts'

/** What `grep -rHns` prints of files. */
export const grepped = (files: Readonly<Record<string, string>>): string =>
  Object.entries(files)
    .flatMap(([file, text]) => text.split('\n').map((line, at) => `${file}:${at + 1}:${line}\n`))
    .join('')

export const asked = (keeper: Keeper, intent: Intent, outputs: Outputs): Promise<string | null> =>
  keeper.keep(intent, inquire(scriptedHost({ outputs })))
