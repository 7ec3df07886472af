/** Who is suspected of a symptom, who is cleared by it, and the commands that would tell them apart. */
import type { CauseCode } from './cause.ts'
import { type Accusation, type Acquittal, placeOn, type Weight } from './check.ts'
import type { Side, TellApart } from './diagnosis.ts'

/** Why it is suspected, how much, and what would tell. */
export type Because = {
  readonly because: string
  readonly weight?: Weight
  readonly tellApart?: TellApart
}

/** Accuses somebody of what was seen; `possible` unless more is said. */
export const suspect = (cause: CauseCode, side: Side, about: Because): Accusation => ({
  cause,
  side,
  weight: about.weight ?? 'possible',
  because: about.because,
  place: placeOn(side),
  ...(about.tellApart && { tellApart: about.tellApart }),
})

/** The command on that host that would tell it apart. */
export const on = (host: string, command: string, shows: string): TellApart => ({
  host,
  command,
  shows,
})

/** The client's own rules tell. */
export const ownRules: TellApart = on(
  'client',
  'nft list ruleset; iptables -S OUTPUT',
  'a rule that names the port',
)
/** The server's rules tell. */
export const serverRules = (port: number): TellApart =>
  on('server', 'nft list ruleset; iptables -S INPUT', `a rule or policy that stops port ${port}`)
/** What arrives at the server tells. */
export const nothingArrives = (port: number): TellApart =>
  on('server', `tcpdump -n port ${port}`, 'no SYN arrives')

/** Who is suspected, and who is cleared by the same observation. */
export type Suspicion = {
  readonly accuses: readonly Accusation[]
  readonly acquits: readonly Acquittal[]
}

/** Clears somebody for that reason. */
export const cleared =
  (because: string) =>
  ([cause, side]: readonly [CauseCode, Side]): Acquittal => ({ cause, side, because })
