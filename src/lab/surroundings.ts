/** What a lab command finds around it; the command line's own surroundings fit this shape. */

/** Where text goes. */
export type Writer = {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
}

export type LabSurroundings = {
  readonly out: Writer
  readonly err: Writer
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborted when the user wants to stop; whatever was set up is then undone. */
  readonly signal: AbortSignal
  readonly isRoot: boolean
  /** How this program is run again, as an argument array: the node binary and the script. */
  readonly program: readonly string[]
}

/** The lab could not be built or used: what was tried, what happened, what to do. */
export class LabError extends Error {
  override readonly name = 'LabError'
}
