/** The climb: every check is asked, side by side; what they found becomes a diagnosis. */
import type { Diagnosis, Finding } from './diagnosis.ts'
import type { Host } from './host.ts'
import type { Probes } from './probes.ts'
import type { Target } from './target.ts'

export type ClimbOptions = {
  /** Null: the machine's own ladder up to its default route and name servers. */
  readonly target: Target | null
  readonly client: Host
  readonly server: Host | null
  readonly routers: readonly Host[]
  readonly probes: Probes
  /** Only this family. */
  readonly family: 4 | 6 | null
  /** Nothing may take longer than this. */
  readonly timeoutMs: number
  /** `rungs 0.1.0` */
  readonly tool: string
  readonly privilege: 'root' | 'user'
  /** Told of each check as it ends, and of what is being asked. */
  readonly onFinding?: (finding: Finding) => void
}

/** Climbs the ladder on both ends. Never throws: what could not be asked is in the diagnosis. */
export async function climb(options: ClimbOptions): Promise<Diagnosis> {
  throw new Error(`not yet: ${options.tool}`)
}
