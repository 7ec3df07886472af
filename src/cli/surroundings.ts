/**
 * What a command finds around it: streams, environment, the wish to stop. Injected, so that a test
 * needs no process.
 */

/** A stream that is written to; `columns` is there when it is a terminal. */
export type Sink = {
  readonly write: (text: string) => void
  /** Resolves once what was written has gone to whoever reads; null where nothing has to be waited for. */
  readonly drained?: () => Promise<void> | null
  readonly isTerminal: boolean
  readonly columns: number | null
}

export type Surroundings = {
  readonly out: Sink
  readonly err: Sink
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborted when the user wants to stop; whoever sees it undoes what was set up. */
  readonly signal: AbortSignal
  /** Told by a command whose ordinary end is that the user stops it: its own exit code counts then. */
  readonly stopWasMeant?: () => void
  /** True for the superuser. */
  readonly isRoot: boolean
  /** How this program is run again, as an argument array: the node binary and the script. */
  readonly program: readonly string[]
}
