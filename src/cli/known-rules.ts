/** What is known of the firewall that a packet is walked through, from a host or from files. */
import type { HostsEntry } from '../facts/hosts-file.ts'
import type { RuleSet } from '../facts/rule-set.ts'
import type { Machine } from '../policy/journey.ts'
import type { FirewallReport } from '../report/firewall-report.ts'

/** What is known of the firewall in question. */
export type KnownRules = {
  readonly machine: Machine
  readonly source: FirewallReport['source']
  readonly hosts: readonly HostsEntry[]
  /** How the host keeps rules over a start, by what changes them. */
  readonly keeps: Readonly<Record<'nft' | 'iptables', string>> | null
  /** Why a rule may have been missed: then nothing is known to pass. */
  readonly gaps: readonly string[]
  readonly notes: readonly string[]
}

/** Nothing can be said at all: the process exits with 3. */
export class Unknowable extends Error {
  override readonly name = 'Unknowable'
}

/** At most so many lines of what was not understood are told. */
const MOST_LINES = 3

/** What a rule set leaves out, for people; empty where that is nothing. */
export function notWalked({ unreadable }: RuleSet): string[] {
  if (unreadable.length === 0) return []
  const shown = unreadable.slice(0, MOST_LINES).map((line) => `\`${line}\``)
  const more = unreadable.length > MOST_LINES ? ` and ${unreadable.length - MOST_LINES} more` : ''
  return [`not understood, and left out: ${shown.join(', ')}${more}`]
}
