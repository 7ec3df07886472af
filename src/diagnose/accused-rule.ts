/** A rule or policy that stops a connection: which cause it is, in which words, and what mends it. */
import {
  describePlace,
  type Hook,
  iptablesTool,
  type Place as RulePlace,
  type RuleSet,
} from '../facts/rule-set.ts'
import { findRule } from '../policy/find-rule.ts'
import { mendCommands } from '../policy/mend.ts'
import type { Packet } from '../policy/packet.ts'
import type { CauseCode } from './cause.ts'
import { type Accusation, sideOf } from './check.ts'
import type { Side } from './diagnosis.ts'
import type { Inquiry } from './host.ts'
import { mendRule } from './remedy.ts'

/** What a rule was found to do, and where it met the packet. */
export type Deed = {
  readonly place: RulePlace
  readonly hook: Hook
  readonly packet: Packet
  /** `tcp-reset`, `port-unreachable`, …; null where it drops. */
  readonly rejectWith: string | null
}

/** Chains and sets that banning tools keep: fail2ban, sshguard, crowdsec and the like. */
const BANNED = /f2b|fail2ban|sshguard|crowdsec|blacklist|blocklist|banned/i

/** Which cause a rule is, by where it stands and what it does. */
export function causeOfRule(
  inquiry: Inquiry,
  { place, hook, rejectWith }: Deed,
): { readonly cause: CauseCode; readonly side: Side } {
  const side = sideOf(inquiry)
  const rejects = rejectWith !== null
  if (inquiry.host.role === 'router' || hook === 'forward')
    return { cause: rejects ? 'firewall.forward-reject' : 'firewall.forward-drop', side }
  if (hook === 'output' || hook === 'postrouting')
    return { cause: rejects ? 'firewall.egress-reject' : 'firewall.egress-drop', side }
  if (side === 'server' && BANNED.test(`${place.chain} ${place.text}`))
    return { cause: 'firewall.banned', side }
  if (!rejects) return { cause: 'firewall.ingress-drop', side }
  const isReset = /reset|rst/.test(rejectWith)
  return { cause: isReset ? 'firewall.ingress-reset' : 'firewall.ingress-reject', side }
}

/** Accuses the rule, with the command that lets the packet pass it. */
export function accuseRule(
  inquiry: Inquiry,
  ruleSets: readonly RuleSet[],
  deed: Deed,
  weight: Accusation['weight'],
  because: string,
): Accusation {
  const { place, packet, hook } = deed
  const { name } = inquiry.host
  const { rule, set } = findRule(ruleSets, place)
  const why = place.policy
    ? `${describeRule(place)} stops what no rule accepts`
    : `${describeRule(place)} decides`
  return {
    ...causeOfRule(inquiry, deed),
    weight,
    because,
    place: { host: name, interface: null, hop: null, rule: place },
    remedies: [mendRule(name, place, mendCommands(place, rule, packet, hook, set), why)],
  }
}

/** A rule or policy in its own words, and where it stands. */
export const describeRule = (place: RulePlace): string =>
  place.policy ? describePlace(place) : `the rule "${place.text}" (${describePlace(place)})`

/** The command that lists it, with its counter. */
export const listCommand = (place: RulePlace): string =>
  place.backend === 'nft' ? 'nft -a list ruleset' : `${iptablesTool(place)}-save -c`
