/** The verdict of a target of iptables (iptables-extensions(8)). */
import type { IptablesRule } from './iptables-rule.ts'
import type { Verdict } from './rule-set.ts'

/** The word after one of a target's options. */
const after = ({ options }: IptablesRule, ...names: readonly string[]): string | undefined => {
  const at = options.findIndex((option) => names.includes(option))
  return at < 0 ? undefined : options[at + 1]
}

/** Rejections that nft calls otherwise. */
const REJECTIONS: ReadonlyMap<string, string> = new Map([
  ['tcp-rst', 'tcp-reset'],
  ['proto-unreachable', 'prot-unreachable'],
])

/** `icmp-port-unreachable`, `icmp6-adm-prohibited` and the like in nft's words. */
function rejection(kind: string | undefined): string {
  const bare = (kind ?? 'port-unreachable').replace(/^icmp6?-/, '').replace(/^adm-/, 'admin-')
  return REJECTIONS.get(bare) ?? bare
}

/** A bare address maps all to that one. */
const netmapPrefix = (to: string): string =>
  to.includes('/') ? to : `${to}/${to.includes(':') ? 128 : 32}`

/** Targets after which the next rule is reached in any case. */
const PASSING: ReadonlySet<string> = new Set([
  ...['LOG', 'NFLOG', 'ULOG', 'MARK', 'CONNMARK', 'TCPMSS', 'CHECKSUM', 'CLASSIFY', 'DSCP', 'TOS'],
  ...[
    'TTL',
    'HL',
    'ECN',
    'CT',
    'NOTRACK',
    'TRACE',
    'AUDIT',
    'SET',
    'TEE',
    'TCPOPTSTRIP',
    'SECMARK',
  ],
  ...['CONNSECMARK', 'IDLETIMER', 'LED', 'RATEEST', 'HMARK'],
])

/** The verdict of a target, where `isChain` knows the table's own chains. */
export function iptablesVerdict(rule: IptablesRule, isChain: (name: string) => boolean): Verdict {
  const { target, options } = rule
  if (target === null) return { kind: 'continue' }
  if (isChain(target)) return { kind: rule.goto ? 'goto' : 'jump', target }
  switch (target) {
    case 'ACCEPT':
      return { kind: 'accept' }
    case 'DROP':
      return { kind: 'drop' }
    case 'RETURN':
      return { kind: 'return' }
    case 'REJECT':
      return { kind: 'reject', with: rejection(after(rule, '--reject-with')) }
    case 'REDIRECT': {
      const port = after(rule, '--to-ports', '--to-port')
      return { kind: 'redirect', to: port === undefined ? null : `:${port}` }
    }
    case 'DNAT':
      return { kind: 'dnat', to: after(rule, '--to-destination') ?? null }
    case 'SNAT':
      return { kind: 'snat', to: after(rule, '--to-source') ?? null }
    case 'NETMAP': {
      const to = after(rule, '--to')
      if (to !== undefined) return { kind: 'netmap', to: netmapPrefix(to) }
      break
    }
    case 'MASQUERADE':
      return { kind: 'masquerade' }
    case 'NFQUEUE':
    case 'QUEUE':
      return { kind: 'queue' }
  }
  if (PASSING.has(target)) return { kind: 'continue' }
  if (rule.goto) return { kind: 'goto', target }
  return { kind: 'unknown', text: [target, ...options].join(' ') }
}
