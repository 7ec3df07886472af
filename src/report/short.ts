/** A diagnosis in one line, for a log or a monitor. */
import { printable } from '../base/printable.ts'
import type { Diagnosis } from '../diagnose/diagnosis.ts'
import { describePosition } from './verdict.ts'

/** `unreachable: firewall.ingress-drop (on the server, layer 4 transport, proven): …`. */
export function describeDiagnosis({ verdict }: Diagnosis): string {
  const position = describePosition(verdict)
  const cause = verdict.cause ? `${verdict.cause}${position ? ` (${position})` : ''}: ` : ''
  return printable(`${verdict.state}: ${cause}${verdict.summary}`)
}

/** The line, ended by a line feed. */
export const formatShort = (diagnosis: Diagnosis): string => `${describeDiagnosis(diagnosis)}\n`
