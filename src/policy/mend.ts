/**
 * The command that lets a packet pass where a rule or a policy has stopped it, and the one that
 * takes it back. Exactly the deciding rule is deleted where it is about this packet alone; a broad
 * rule or a policy stays, and an accept for this packet is put before it. Where the chain belongs
 * to ufw, firewalld or fail2ban, their own command is said.
 */
import { shellWord } from '../base/shell-word.ts'
import { iptablesWords } from '../facts/iptables-rule.ts'
import {
  type Hook,
  iptablesTool,
  type Match,
  type Place,
  type Rule,
  type RuleSet,
} from '../facts/rule-set.ts'
import type { Packet } from './packet.ts'
import { type Mend, ownerMend } from './rule-owner.ts'
import { nftInsert } from './ruling/nft-plan.ts'

export type { Mend } from './rule-owner.ts'

const words = (...parts: readonly string[]): string => parts.map(shellWord).join(' ')

/** A rule's addresses have no zone. */
const bareAddress = (address: string): string => address.replace(/%.*$/, '')

/** Whether the other end is the destination. */
const isOutgoing = (hook: Hook): boolean => hook === 'output' || hook === 'postrouting'

/** True for a condition that only this service, or only this other host, fits. */
function isNarrow(match: Match, packet: Packet, hook: Hook): boolean {
  if (match.kind !== 'is' || match.negated || match.set !== null) return false
  const [only, ...others] = match.values
  if (only === undefined || others.length > 0) return false
  const longest = packet.family === 4 ? 32 : 128
  const isOne =
    only.kind === 'one' ? only.value !== '*' : only.kind === 'prefix' && only.length === longest
  const fields = ['sourcePort', 'destinationPort', 'anyPort', 'icmpType']
  return isOne && [...fields, isOutgoing(hook) ? 'destination' : 'source'].includes(match.field)
}

/** True where deleting the rule would let much more pass than this packet. */
function isBroad(rule: Rule, packet: Packet, hook: Hook): boolean {
  if (rule.verdict.kind === 'vmap') return true
  return !rule.matches.some((match) => isNarrow(match, packet, hook))
}

const isReply = (packet: Packet): boolean =>
  packet.state === 'established' || packet.state === 'related'

/** What to say of the packet in nft's own spelling, so that its listing shows the same words. */
function nftAccept(packet: Packet, hook: Hook): string {
  if (isReply(packet)) return 'ct state established,related accept'
  const ip = packet.family === 4 ? 'ip' : 'ip6'
  const to =
    isOutgoing(hook) || hook === 'forward' ? `${ip} daddr ${bareAddress(packet.destination)} ` : ''
  if (packet.protocol === 'icmp') {
    const kind = packet.family === 4 ? 'icmp' : 'icmpv6'
    return `${to}${kind} type ${packet.icmpType ?? 'echo-request'} accept`
  }
  const port = packet.destinationPort
  const what =
    port === null ? `meta l4proto ${packet.protocol}` : `${packet.protocol} dport ${port}`
  return `${to}${what} accept`
}

function iptablesAccept(packet: Packet, hook: Hook): readonly string[] {
  const accept = ['-j', 'ACCEPT']
  if (isReply(packet)) return ['-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED', ...accept]
  const to = isOutgoing(hook) || hook === 'forward' ? ['-d', bareAddress(packet.destination)] : []
  const port = packet.destinationPort === null ? [] : ['--dport', String(packet.destinationPort)]
  if (packet.protocol !== 'icmp') return [...to, '-p', packet.protocol, ...port, ...accept]
  const type = packet.icmpType ?? 'echo-request'
  return packet.family === 4
    ? [...to, '-p', 'icmp', '--icmp-type', type, ...accept]
    : [...to, '-p', 'ipv6-icmp', '--icmpv6-type', type, ...accept]
}

const describePacket = (packet: Packet): string => {
  if (isReply(packet)) return 'replies of connections that were let through'
  if (packet.protocol === 'icmp') return packet.icmpType ?? 'ICMP'
  return packet.destinationPort === null
    ? packet.protocol
    : `${packet.protocol} port ${packet.destinationPort}`
}

const acceptRisk = (packet: Packet, hook: Hook): string => {
  const from = isOutgoing(hook) ? 'from this host' : 'from everybody'
  return isReply(packet)
    ? `${describePacket(packet)} pass`
    : `${describePacket(packet)} passes ${from}`
}

const chainWords = (place: Place): string => words(place.family, place.table, place.chain)

/** The rule of nft that came after `place` is put back where it was: after the one before it. */
function nftUndelete(place: Place): string | null {
  if (place.number === null || place.text.startsWith('[')) return null
  const text = shellWord(place.text)
  if (place.number === 1) return `nft insert rule ${chainWords(place)} ${text}`
  return `nft add rule ${chainWords(place)} index ${place.number - 2} ${text}`
}

function nftPrecede(place: Place, packet: Packet, hook: Hook): Mend {
  const chain = { ...place, name: place.chain }
  const { commands, undo } = nftInsert(chain, place.handle, nftAccept(packet, hook))
  const risk = acceptRisk(packet, hook)
  return { command: commands.join('; '), undo: undo.join('; '), risk, persist: null }
}

/** One address among others in a named set: it is taken out, the rule stays. */
function nftElement(place: Place, rule: Rule, packet: Packet, hook: Hook): Mend | null {
  const address = bareAddress(isOutgoing(hook) ? packet.destination : packet.source)
  const field = isOutgoing(hook) ? 'destination' : 'source'
  const set = rule.matches.find(
    (match) =>
      match.kind === 'is' &&
      match.field === field &&
      match.set !== null &&
      !match.negated &&
      match.values.some((value) => value.kind === 'one' && value.value === address),
  )
  if (set?.kind !== 'is' || set.set === null) return null
  const element = `${words(place.family, place.table, set.set)} ${shellWord(`{ ${address} }`)}`
  return {
    command: `nft delete element ${element}`,
    undo: `nft add element ${element}`,
    risk: `everything from and to ${address} that the set ${set.set} stopped passes`,
    persist: `take it out of what fills the set ${set.set} as well`,
  }
}

function nftMend(place: Place, rule: Rule | null, packet: Packet, hook: Hook): Mend {
  const element = rule === null ? null : nftElement(place, rule, packet, hook)
  if (element !== null) return element
  if (rule === null || place.handle === null || isBroad(rule, packet, hook)) {
    return nftPrecede(place, packet, hook)
  }
  return {
    command: `nft delete rule ${chainWords(place)} handle ${place.handle}`,
    undo: nftUndelete(place),
    risk: `all that this rule stopped passes: ${place.text}`,
    persist: null,
    removes: place.text,
  }
}

/** `iptables -t nat`, with the table only where it is not the one that is meant anyway. */
function iptablesCommand(place: Place): string {
  const tool = iptablesTool(place)
  return place.table === 'filter' ? tool : `${tool} -t ${shellWord(place.table)}`
}

function iptablesMend(place: Place, rule: Rule | null, packet: Packet, hook: Hook): Mend {
  const command = iptablesCommand(place)
  const chain = shellWord(place.chain)
  const number = place.number === null ? '' : ` ${place.number}`
  if (rule === null || isBroad(rule, packet, hook)) {
    const accept = words(...iptablesAccept(packet, hook))
    return {
      command: `${command} -I ${chain}${number} ${accept}`,
      undo: `${command} -D ${chain} ${accept}`,
      risk: acceptRisk(packet, hook),
      persist: null,
    }
  }
  // The rule's own words, not its number: others may have come before it by then.
  const spec = words(...iptablesWords(place.text).slice(2))
  return {
    command: `${command} -D ${chain} ${spec}`,
    undo: `${command} -I ${chain}${number} ${spec}`,
    risk: `all that this rule stopped passes: ${place.text}`,
    persist: null,
    removes: place.text,
  }
}

/**
 * What to run where `place` stopped `packet` at `hook`; `rule` is null for a policy. The rule set,
 * where given, tells whose firewall a policy belongs to.
 */
export function mendCommands(
  place: Place,
  rule: Rule | null,
  packet: Packet,
  hook: Hook,
  ruleSet: RuleSet | null = null,
): Mend {
  const own = ownerMend(place, rule, packet, hook, ruleSet)
  if (own !== null) return own
  return place.backend === 'nft'
    ? nftMend(place, rule, packet, hook)
    : iptablesMend(place, rule, packet, hook)
}
