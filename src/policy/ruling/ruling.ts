/**
 * What a person would run to have another ruling on a packet: let it pass, drop it in silence,
 * reject it with an answer, or send it elsewhere; with nft(8) and with iptables(8), each with what
 * takes it back. A rule that stops is put first, since whatever drops last wins; one that shall
 * overrule another is put before exactly that one.
 */
import type { Hook, Place, RuleFamily, RuleSet } from '../../facts/rule-set.ts'
import { FORWARDING } from '../routing.ts'
import type { Course } from '../world.ts'
import {
  type Condition,
  iptablesCondition,
  namesAddress,
  nftCondition,
  type Port,
} from './condition.ts'
import { type IptablesAddition, planIptables } from './iptables-plan.ts'
import { type NftAddition, planNft } from './nft-plan.ts'
import { inOrder, type Plan } from './plan.ts'
import { iptablesReject, nftReject, type Rejection } from './reject.ts'

/** What is ruled about. */
export type Matter = {
  readonly ruleSets: readonly RuleSet[]
  readonly course: Course
  /** What was said of the packet, as it is sent. */
  readonly asked: Condition
  /** The same as the filtering rules see it, after translations. */
  readonly filtered: Condition
  /** The rule or policy that stops it now; null where none does. */
  readonly stoppedBy: Place | null
  /** The hook at which it does. */
  readonly stoppedAt: Hook | null
  /** The rule that sends it elsewhere now. */
  readonly redirectedBy: Place | null
}

/** Where a redirected packet goes; no address: to this host; no port: the same one. */
export type Elsewhere = { readonly address: string | null; readonly port: Port | null }

/** Stands for an address that a person has to choose. */
export const TO_CHOOSE = 'ADDRESS'

/** What is known of the host where a packet is to be sent on to another one. */
export type Onward = {
  /** Whether the host forwards packets; null where that is not known. */
  readonly forwards: boolean | null
  /** The other host must answer to this one: it may have another way back to the sender. */
  readonly masquerade: boolean
}

/** The same change in the words of either tool; null where that tool cannot make it. */
export type Ruling = { readonly nft: Plan | null; readonly iptables: Plan | null }

const filterHook = (course: Course): Hook => (course === 'loopback' ? 'output' : course)

/** A hook before the routing has no outgoing interface, one of what is made here no incoming one. */
function atHook(condition: Condition, hook: Hook): Condition {
  const isIn = hook === 'prerouting' || hook === 'input'
  const isOut = hook === 'output' || hook === 'postrouting'
  return {
    ...condition,
    ...(isIn ? { outputDevice: null } : {}),
    ...(isOut ? { inputDevice: null } : {}),
  }
}

/** Some statements of nft hold for one family; in a table of both, the rule has to say which. */
const inFamily = (condition: Condition, family: RuleFamily): string =>
  family === 'inet' && !namesAddress(condition)
    ? `meta nfproto ipv${condition.family} ${nftCondition(condition)}`
    : nftCondition(condition)

const icmpWord = (condition: Condition, family: RuleFamily): 'icmp' | 'icmpv6' | 'icmpx' => {
  if (family === 'inet' && !namesAddress(condition)) return 'icmpx'
  return condition.family === 4 ? 'icmp' : 'icmpv6'
}

/** What a new rule does with the packet, in the words of either tool. */
type Statement = {
  readonly nft: (condition: Condition, table: RuleFamily) => string
  readonly iptables: (family: 4 | 6) => readonly string[]
}

const ACCEPT: Statement = { nft: () => 'accept', iptables: () => ['-j', 'ACCEPT'] }
const DROP: Statement = { nft: () => 'drop', iptables: () => ['-j', 'DROP'] }
const rejecting = (rejection: Rejection): Statement => ({
  nft: (condition, table) => nftReject(rejection, icmpWord(condition, table)),
  iptables: (family) => ['-j', 'REJECT', '--reject-with', iptablesReject(rejection, family)],
})

/** A rule before whatever rules otherwise now; what one tool's rule stops, none of the other overrules. */
function inFront(matter: Matter, { nft, iptables }: Statement): Ruling {
  const { ruleSets, stoppedBy } = matter
  const hook = matter.stoppedAt ?? filterHook(matter.course)
  const condition = atHook(matter.filtered, hook)
  const { family } = condition
  const by = stoppedBy?.backend ?? null
  const rule = (table: RuleFamily): string => `${nftCondition(condition)} ${nft(condition, table)}`
  const words = [...iptablesCondition(condition), ...iptables(family)]
  const addition = { hook, before: stoppedBy }
  return {
    nft:
      by === null || by === 'nft'
        ? planNft(ruleSets, family, [{ ...addition, type: 'filter', rule }])
        : null,
    iptables:
      by === 'nft'
        ? null
        : planIptables(ruleSets, family, [{ ...addition, table: 'filter', words }]),
  }
}

/** A rule that lets the packet pass, before the one that stops it. */
export const rulingToPass = (matter: Matter): Ruling => inFront(matter, ACCEPT)

/** A rule that drops the packet (`rejection` null) or rejects it. */
export function rulingToStop(matter: Matter, rejection: Rejection | null): Ruling {
  const ruling = inFront(matter, rejection === null ? DROP : rejecting(rejection))
  if (rejection === null || matter.stoppedBy === null) return ruling
  // nft rejects at the hooks of its chains input, forward and output only, iptables in its table filter.
  const { stoppedBy, stoppedAt } = matter
  const isFilter = stoppedAt !== null && ['input', 'forward', 'output'].includes(stoppedAt)
  return {
    nft: isFilter ? ruling.nft : null,
    iptables: stoppedBy.table === 'filter' ? ruling.iptables : null,
  }
}

const NOTHING: Plan = { commands: [], undo: [] }

/** `10.0.0.1:25`, `[2001:db8::1]:25`, `10.0.0.1`. */
const endpointText = ({ address, port }: Elsewhere, family: 4 | 6): string => {
  if (port === null) return address ?? ''
  return family === 6 ? `[${address}]:${port}` : `${address}:${port}`
}

const nftTranslation = (to: Elsewhere, condition: Condition, table: RuleFamily): string => {
  const { family } = condition
  if (to.address === null)
    return `${nftCondition(condition)} redirect${to.port === null ? '' : ` to :${to.port}`}`
  const ip = table === 'inet' ? `${family === 4 ? 'ip' : 'ip6'} ` : ''
  return `${inFamily(condition, table)} dnat ${ip}to ${endpointText(to, family)}`
}

const iptablesTranslation = (to: Elsewhere, condition: Condition): string[] => {
  if (to.address !== null)
    return ['-j', 'DNAT', '--to-destination', endpointText(to, condition.family)]
  return ['-j', 'REDIRECT', ...(to.port === null ? [] : ['--to-ports', String(to.port)])]
}

/** Makes a router of the host, where it is none. */
export function planForwarding(family: 4 | 6, forwards: boolean | null): Plan {
  if (forwards === true) return NOTHING
  const parameter = FORWARDING[family]
  return {
    commands: [`sysctl -w ${parameter}=1`],
    undo: forwards === null ? [] : [`sysctl -w ${parameter}=0`],
  }
}

/** What leaves for the other host is told by where it goes now. */
function masqueraded(condition: Condition, to: Elsewhere): Condition {
  const destinationPort = to.port ?? condition.destinationPort
  return {
    ...condition,
    inputDevice: null,
    outputDevice: null,
    destination: to.address,
    destinationPort,
  }
}

/** Sends the packet to another port or host, before whatever rules otherwise now. */
export function rulingToRedirect(matter: Matter, to: Elsewhere, onward: Onward): Ruling {
  const { ruleSets, course, asked, redirectedBy } = matter
  const isFromHere = course === 'output' || course === 'loopback'
  const hook = isFromHere ? 'output' : 'prerouting'
  const condition = atHook(asked, hook)
  const { family } = condition
  const hides = to.address !== null && onward.masquerade
  const leaving = masqueraded(condition, to)
  const nft: readonly NftAddition[] = [
    {
      type: 'nat',
      hook,
      before: redirectedBy,
      rule: (table) => nftTranslation(to, condition, table),
    },
    {
      type: 'nat',
      hook: 'postrouting',
      before: null,
      rule: () => `${nftCondition(leaving)} masquerade`,
    },
  ]
  const iptables: readonly IptablesAddition[] = [
    {
      table: 'nat',
      hook,
      before: null,
      words: [...iptablesCondition(condition), ...iptablesTranslation(to, condition)],
    },
    {
      table: 'nat',
      hook: 'postrouting',
      before: null,
      words: [...iptablesCondition(leaving), '-j', 'MASQUERADE'],
    },
  ]
  const first =
    isFromHere || to.address === null ? NOTHING : planForwarding(family, onward.forwards)
  const rules = hides ? 2 : 1
  const plans = {
    nft: inOrder([first, planNft(ruleSets, family, nft.slice(0, rules))]),
    iptables: inOrder([first, planIptables(ruleSets, family, iptables.slice(0, rules))]),
  }
  // The first rule that translates decides, and which tool's is the first is not known to a person.
  if (redirectedBy === null) return plans
  return redirectedBy.backend === 'nft' ? { ...plans, iptables: null } : { ...plans, nft: null }
}
