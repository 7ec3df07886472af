/**
 * Programs that write firewall rules by themselves, known by the names of their chains and tables:
 * ufw(8), firewall-cmd(1), fail2ban-client(1). A change made behind their back does not last.
 */
import { shellWord } from '../base/shell-word.ts'
import type { Chain, Hook, Place, Rule, RuleSet } from '../facts/rule-set.ts'
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

/** ufw's word for what a rule of the user does. */
const UFW_WORDS: Readonly<Partial<Record<Rule['verdict']['kind'], string>>> = {
  drop: 'deny',
  reject: 'reject',
}

/** Whether a rule of the user says nothing but `said`; one for both protocols is listed twice. */
function isWordFor(rule: Rule, said: string, siblings: readonly Rule[]): boolean {
  const bare = ({ place }: Rule): string =>
    place.text.replace(/^-A \S+ /, '').replace(/ -j \S+( --reject-with \S+)?$/, '')
  const other = said.replace(/\b(tcp|udp)\b/g, (word) => (word === 'tcp' ? 'udp' : 'tcp'))
  const isTwin = (one: Rule): boolean =>
    bare(one) === other && one.verdict.kind === rule.verdict.kind
  return bare(rule) === said && !siblings.some(isTwin)
}

function ufwMend(
  place: Place,
  rule: Rule | null,
  packet: Packet,
  hook: Hook,
  siblings: readonly Chain[],
): Mend | null {
  const port = portWord(packet)
  if (port === null) return null
  const { family, protocol, destination, destinationPort } = packet
  const said = `-p ${protocol} -m ${protocol} --dport ${destinationPort}`
  const [how, what, bare] =
    hook === 'forward'
      ? [
          'ufw route ',
          `proto ${protocol} to ${shellWord(destination)} port ${destinationPort}`,
          `-d ${destination}/${family === 4 ? 32 : 128} ${said}`,
        ]
      : ['ufw ', hook === 'output' ? `out ${port}` : port, said]
  const about = {
    risk: `${port} passes ${hook === 'output' ? 'from this host' : 'from everybody'}`,
    persist: 'ufw keeps it',
  }
  const word = rule && UFW_WORDS[rule.verdict.kind]
  const own = siblings.find(({ name }) => name === place.chain)?.rules ?? []
  // A rule for the same is changed where it stands; ufw takes no second one before it.
  if (rule && word && isWordFor(rule, bare, own))
    return { command: `${how}allow ${what}`, undo: `${how}${word} ${what}`, ...about }
  // A rule of the user's own is asked in order: the new one has to come before it.
  const verb = /^ufw6?-user-/.test(place.chain) ? 'prepend ' : ''
  return { command: `${how}${verb}allow ${what}`, undo: `${how}delete allow ${what}`, ...about }
}

/** `filter_IN_public_deny`: a zone's or a policy's chain, and which of its parts. */
const FIREWALLD_CHAIN = /^(?:filter_)?(IN|OUT)_(policy_)?(.+?)(?:_(pre|log|deny|allow|post))?$/

function firewalldMend(place: Place, packet: Packet, hook: Hook): Mend | null {
  const port = portWord(packet)
  const [, way, policy, name, part] = FIREWALLD_CHAIN.exec(place.chain) ?? []
  const isPolicy = policy !== undefined
  if (port === null || !(hook === 'input' || (way === 'OUT' && isPolicy))) return null
  const where = name === undefined ? '' : ` --${isPolicy ? 'policy' : 'zone'}=${shellWord(name)}`
  // What a zone denies is asked before what it allows: only a rule of a lower priority comes before it.
  const isEarly = part === 'pre' || part === 'log' || part === 'deny'
  const [number, protocol] = port.split('/')
  const rich = `rule priority=${part === 'pre' ? -32768 : -1} port port=${number} protocol=${protocol} accept`
  const change = (verb: 'add' | 'remove'): string =>
    isEarly ? `--${verb}-rich-rule=${shellWord(rich)}` : `--${verb}-port=${port}`
  const whom =
    name === undefined ? 'the default zone' : `the ${isPolicy ? 'policy' : 'zone'} ${name}`
  return {
    command: `firewall-cmd${where} ${change('add')}`,
    undo: `firewall-cmd${where} ${change('remove')}`,
    risk: `${port} passes ${way === 'OUT' ? 'out' : 'from everybody'} in ${whom}`,
    persist: `firewall-cmd --permanent${where} ${change('add')}`,
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
  if (owner === 'ufw' || ufwPolicy) return ufwMend(place, rule, packet, hook, siblings)
  return owner === 'firewalld' ? firewalldMend(place, packet, hook) : null
}
