/** The result of a check, as `--json` prints it: schema `rungs.diagnosis/1`. */
import type { CauseCode } from './cause.ts'

export type Side = 'client' | 'path' | 'server'
export type Layer = 1 | 2 | 3 | 4 | 5 | 6 | 7
export type Status = 'pass' | 'warn' | 'fail' | 'skip' | 'unknown'
export type State = 'reachable' | 'degraded' | 'unreachable' | 'undetermined'
export type Confidence = 'proven' | 'likely'

/** What was run or seen, where, and the lines or the counter that matter. */
export type Evidence = {
  readonly host: string
  /** `probe`, or the tool or file that told it. */
  readonly source: string
  /** The command that a person would type. */
  readonly command: string
  readonly lines: readonly string[]
  readonly delta?: { readonly name: string; readonly before: number; readonly after: number }
}

export type Finding = {
  /** `rung.question`; stable. The server's reciprocal finding has the same id and another side. */
  readonly id: string
  readonly layer: Layer
  readonly side: Side
  /** The host that was asked: `client`, `server` or a router's name. */
  readonly host: string
  readonly question: string
  readonly status: Status
  readonly cause: CauseCode | null
  readonly summary: string
  /** The cause that explains this failure, where it is a consequence and not the reason. */
  readonly explainedBy: CauseCode | null
  readonly tookMs: number
  readonly evidence: readonly Evidence[]
}

/** Where exactly, as far as it is known. */
export type Place = {
  readonly host: string
  readonly interface: string | null
  readonly hop: number | null
  readonly rule: {
    readonly backend: string
    readonly family: string
    readonly table: string
    readonly chain: string
    readonly handle: number | null
    readonly number: number | null
    readonly policy: boolean
    readonly text: string
  } | null
}

export type TellApart = {
  readonly host: string
  readonly command: string
  /** What the command shows if this cause is the one. */
  readonly shows: string
}

export type Candidate = {
  readonly cause: CauseCode
  readonly side: Side
  readonly tellApart: TellApart | null
}

export type Remedy = {
  readonly host: string
  /** To be run verbatim in a shell on that host. */
  readonly command: string
  readonly why: string
  readonly risk: string
  readonly undo: string | null
  /** How to keep it over a restart; null where it keeps itself. */
  readonly persist: string | null
  /** The id of the check that must turn green. */
  readonly turnsGreen: string
}

/** Another fault that was seen, and that mending the cause does not mend. */
export type Behind = {
  readonly cause: CauseCode
  readonly side: Side
  readonly because: string
}

export type Verdict = {
  readonly state: State
  readonly cause: CauseCode | null
  readonly layer: Layer | null
  readonly side: Side | null
  readonly confidence: Confidence | null
  /** One sentence. */
  readonly summary: string
  readonly place: Place | null
  readonly candidates: readonly Candidate[]
  readonly excluded: readonly { readonly cause: CauseCode; readonly because: string }[]
  readonly remedies: readonly Remedy[]
  /** Faults of their own beside the cause, in the order in which the connection would meet them. */
  readonly behind: readonly Behind[]
  /** Rungs that were not reached because of the cause: another one may hide there. */
  readonly unreached: readonly Layer[]
}

/** What works beside what fails: where two attempts differ in one thing, that thing is the matter. */
export type Contrast = {
  readonly works: string
  readonly fails: string
  readonly tells: string
}

/** One of several checks of the same target, in short. */
export type Round = {
  readonly startedAt: string
  readonly durationMs: number
  readonly state: State
  readonly cause: CauseCode | null
  readonly side: Side | null
}

/** What happened with one address of the target. */
export type Attempt = {
  readonly address: string
  readonly family: 4 | 6
  /** `answered`, or how far it got: `refused`, `timeout`, `unreachable`, `closed`, `tls-failed` … */
  readonly outcome: string
  readonly errno: string | null
  /** True for the address whose answer was taken. */
  readonly used: boolean
  readonly phases: {
    readonly resolveMs: number | null
    readonly connectMs: number | null
    readonly tlsMs: number | null
    readonly firstByteMs: number | null
  }
}

export type Diagnosis = {
  readonly schema: 'rungs.diagnosis/1'
  readonly tool: string
  readonly privilege: 'root' | 'user'
  readonly target: {
    readonly input: string
    readonly scheme: string
    readonly host: string
    readonly port: number
  } | null
  readonly client: { readonly name: string; readonly address: string | null }
  readonly server: {
    readonly name: string
    readonly address: string | null
    readonly access: string | null
  } | null
  readonly routers: readonly { readonly name: string; readonly access: string }[]
  readonly startedAt: string
  readonly durationMs: number
  readonly attempts: readonly Attempt[]
  readonly contrasts: readonly Contrast[]
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
  readonly unknowns: readonly {
    readonly id: string
    readonly because: string
    readonly needs: string | null
  }[]
  /** Where the check was repeated: each of them, in order; the rest of the diagnosis is the worst. */
  readonly rounds?: readonly Round[]
}
