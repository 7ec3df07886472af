/** What is told to people of a cause. A family of articles is one file beside this one. */
import type { CauseCode } from '../cause.ts'

/** Words between backticks are commands, options, files or what a tool prints. */
export type Article = {
  /** What it is and what is noticed of it, in two to four sentences. */
  readonly meaning: readonly [string, string, string?, string?]
  /** The observation on Linux that shows this cause and no other. */
  readonly proof: string
  /** What mends it, or looks closer where that depends; words in capitals are to be filled in. */
  readonly commands: readonly string[]
  /** What else to do, or to know before the command is run. */
  readonly advice: string
  /** What looks the same, and what tells the two apart. */
  readonly apart: Readonly<Partial<Record<CauseCode, string>>>
}

/** The articles of a family of causes: none may be missing. */
export type Articles<Family> = Readonly<Record<keyof Family, Article>>
