/**
 * Programs that write firewall rules by themselves, known by the names of their chains and tables:
 * ufw(8), firewall-cmd(1), fail2ban-client(1). A change made behind their back does not last.
 */
import { shellWord } from '../base/shell-word.ts'
import type { Hook, Place, Rule, RuleSet } from '../facts/rule-set.ts'
import { ownerName } from './owner-name.ts'
import type { Packet } from './packet.ts'

/** A command, verbatim for a shell, and what there is to know before it is run. */
export type Mend = {
  readonly command: string
  /** Takes it back; null where that cannot be said. */
  readonly undo: string | null
  readonly risk: string
  /** How its owner keeps it over a start; null where the rule belongs to no program. */
  readonly persist: string | null
  /** The rule that the command takes out, in its tool's words; absent where it puts one in. */
  readonly removes?: string
}

/** `443/tcp`, as ufw and firewall-cmd write it; null for what they do not open by port. */
function portWord(packet: Packet): string | null {
  const { destinationPort, protocol, state } = packet
  if (destinationPort === null || protocol === 'icmp' || state === 'established') return null
  return `${destinationPort}/${protocol}`
}

function ufwMend(place: Place, packet: Packet, hook: Hook): Mend | null {
  const port = portWord(packet)
  if (port === null) return null
  // A rule of the user's own is asked in order: the new one has to come before it.
  const verb = /^ufw6?-user-/.test(place.chain) ? 'prepend ' : ''
  const { protocol, destination, destinationPort } = packet
  const routed = `allow proto ${protocol} to ${shellWord(destination)} port ${destinationPort}`
  const [how, rule] =
    hook === 'forward'
      ? ['route ', routed]
      : ['', hook === 'output' ? `allow out ${port}` : `allow ${port}`]
  return {
    command: `ufw ${how}${verb}${rule}`,
    undo: `ufw ${how}delete ${rule}`,
    risk: `${port} passes ${hook === 'output' ? 'from this host' : 'from everybody'}`,
    persist: 'ufw keeps it',
  }
}

function firewalldMend(packet: Packet, hook: Hook): Mend | null {
  const port = portWord(packet)
  if (port === null || hook !== 'input') return null
  return {
    command: `firewall-cmd --add-port=${port}`,
    undo: `firewall-cmd --remove-port=${port}`,
    risk: `${port} passes from everybody in the default zone`,
    persist: `firewall-cmd --permanent --add-port=${port}`,
  }
}

/** fail2ban's jail, from `f2b-sshd` or the set `addr-set-sshd`. */
function jailOf(place: Place, rule: Rule | null): string | null {
  const chain = /^f2b-(?!chain$)(.+)$/.exec(place.chain)?.[1]
  if (chain !== undefined) return chain
  if (place.table !== 'f2b-table') return null
  const sets = rule?.matches.flatMap((match) =>
    match.kind === 'is' && match.set !== null ? [match.set] : [],
  )
  return /^addr6?-set-(.+)$/.exec(sets?.[0] ?? '')?.[1] ?? null
}

function fail2banMend(jail: string, packet: Packet): Mend {
  const set = `fail2ban-client set ${shellWord(jail)}`
  return {
    command: `${set} unbanip ${shellWord(packet.source)}`,
    undo: `${set} banip ${shellWord(packet.source)}`,
    risk: `${packet.source} may try to log in again`,
    persist: `the ban comes back with the next failures: add the address to ignoreip of the jail ${jail}`,
  }
}

/** The owning program's own command; null where nobody owns the place, or it cannot say this. */
export function ownerMend(
  place: Place,
  rule: Rule | null,
  packet: Packet,
  hook: Hook,
  ruleSet: RuleSet | null,
): Mend | null {
  const jail = jailOf(place, rule)
  if (jail !== null) return fail2banMend(jail, packet)
  const siblings = (ruleSet?.chains ?? []).filter(
    (chain) => chain.table === place.table && chain.family === place.family,
  )
  const owner = ownerName(place)
  const ufwPolicy =
    place.policy && siblings.some(({ table, name }) => ownerName({ table, chain: name }) === 'ufw')
  if (owner === 'ufw' || ufwPolicy) return ufwMend(place, packet, hook)
  return owner === 'firewalld' ? firewalldMend(packet, hook) : null
}
