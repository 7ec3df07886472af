/**
 * A check is one question with an answer. It looks at what the witness knows and returns a ruling:
 * what it found, which causes that accuses, and which it acquits. It never decides alone: the
 * verdict weighs all rulings.
 */
import { shellWord } from '../base/shell-word.ts'
import type { Output } from '../facts/source.ts'
import type { CauseCode } from './cause.ts'
import type { Contrast, Evidence, Layer, Place, Side, Status, TellApart } from './diagnosis.ts'
import type { Answer, Inquiry } from './host.ts'
import type { Shown } from './probes.ts'
import type { Proposal } from './remedy.ts'
import type { Witness } from './witness.ts'

/** `proven`: a discriminating observation was made. `possible`: nothing speaks against it. */
export type Weight = 'proven' | 'likely' | 'possible'

export type Accusation = {
  readonly cause: CauseCode
  readonly side: Side
  readonly weight: Weight
  /** One sentence: the reason. */
  readonly because: string
  readonly place?: Place
  readonly remedies?: readonly Proposal[]
  readonly tellApart?: TellApart
  /** What it explains beside that which its cause always does. */
  readonly explains?: readonly CauseCode[]
  /** True where the service answers as expected all the same: the state is then `degraded`. */
  readonly partial?: boolean
  /** True where this check got through, but programs here do not: the state is `unreachable`. */
  readonly blocks?: boolean
}

export type Acquittal = {
  readonly cause: CauseCode
  /** The side that is cleared; all of them where it is not given. */
  readonly side?: Side
  readonly because: string
}

/**
 * That the fault lies there was seen, though not what it is: of all causes on that side, or of those given, the only likely one is
 * then proven.
 */
export type Confirmation = {
  readonly side: Side
  readonly causes?: readonly CauseCode[]
  readonly because: string
}

export type Ruling = {
  readonly status: Status
  readonly summary: string
  readonly evidence?: readonly Evidence[]
  readonly accuses?: readonly Accusation[]
  readonly acquits?: readonly Acquittal[]
  readonly confirms?: readonly Confirmation[]
  /** What the server's own log gives as the reason for what the client sees. */
  readonly told?: string
  /** What this check saw work beside what fails. */
  readonly contrasts?: readonly Contrast[]
  /** Why the answer is unknown or incomplete, and the package or privilege that it needs. */
  readonly unknown?: { readonly because: string; readonly needs: string | null }
}

export type Check = {
  /** `rung.question`. */
  readonly id: string
  readonly layer: Layer
  readonly question: string
  /** On which hosts it is asked. */
  readonly on: readonly ('client' | 'server' | 'router')[]
  /** Asked of what is around a container, so also of one that cannot be entered, and of no other host. */
  readonly outside?: boolean
  readonly rule: (witness: Witness, inquiry: Inquiry) => Promise<Ruling>
}

export const sideOf = (inquiry: Inquiry): Side =>
  inquiry.host.role === 'router' ? 'path' : inquiry.host.role

/** A command as a person would type it; only words that need it are quoted. */
export const typed = (argv: readonly string[]): string => argv.map(shellWord).join(' ')

/** Evidence from a command's output: the lines that matter, or its first ones. */
export const seen = (
  host: string,
  output: Output,
  lines: readonly string[] = output.stdout.trim().split('\n').slice(0, 6),
): Evidence => ({
  host,
  source: output.argv[0] ?? 'probe',
  command: typed(output.argv),
  lines,
})

/** Evidence from a fact: that which it was read from. */
export const witnessed = <T>(
  inquiry: Inquiry,
  answer: Answer<T>,
  lines?: readonly string[],
): readonly Evidence[] => (answer.known ? [seen(inquiry.host.name, answer.output, lines)] : [])

/** Evidence from a probe. */
export const shown = (host: string, probe: Shown): Evidence => ({
  host,
  source: 'probe',
  command: probe.command,
  lines: probe.lines,
})

export const pass = (summary: string, evidence: readonly Evidence[] = []): Ruling => ({
  status: 'pass',
  summary,
  evidence,
})

export const skip = (summary: string): Ruling => ({ status: 'skip', summary })

export const unknown = (because: string, needs: string | null = null): Ruling => ({
  status: 'unknown',
  summary: because,
  unknown: { because, needs },
})

/** `unknown`, for the reason that a question had no answer. */
export const unanswered = (answer: { because: string; needs: string | null }): Ruling =>
  unknown(answer.because, answer.needs)

/** The same of units, which some hosts do without. */
export const unitsUnanswered = (
  { host }: Inquiry,
  answer: { because: string; needs: string | null },
): Ruling => (host.limits.units === 'seldom' ? skip('no units run here') : unanswered(answer))

/** A place on a host, by interface. */
export const placeOn = (host: string, device: string | null = null): Place => ({
  host,
  interface: device,
  hop: null,
  rule: null,
})

/** `1 packet`, `3 packets`. */
export const count = (number: number, noun: string): string =>
  `${number} ${noun}${number === 1 ? '' : 's'}`

/** `80 ms`, `1.2 s`, `300 s`. */
export const duration = (ms: number): string =>
  ms >= 1000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms)} ms`
