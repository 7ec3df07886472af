/**
 * The rules of a firewall in one model, whatever tool listed them. nft(8) and iptables(8) both fill
 * it; `policy/` walks it. What a tool says that has no place here stays as its own words
 * (`unknown`), so that a walk can say that it does not know.
 */

/** Where the kernel shows a packet to a chain (include/uapi/linux/netfilter.h). */
export type Hook = 'ingress' | 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'

export type Backend = 'nft' | 'iptables'
export type RuleFamily = 'ip' | 'ip6' | 'inet' | 'arp' | 'bridge' | 'netdev'

/** Packets and bytes that a rule or a policy has decided about. */
export type Counter = { readonly packets: number; readonly bytes: number }

/** One rule or one chain's policy, so that a person finds it again. */
export type Place = {
  readonly backend: Backend
  readonly family: RuleFamily
  readonly table: string
  readonly chain: string
  /** nft's handle of the rule; null for iptables and for a policy. */
  readonly handle: number | null
  /** Counted in its chain from 1, as `iptables -L --line-numbers` does; null for a policy. */
  readonly number: number | null
  /** The chain's policy decided, no rule. */
  readonly policy: boolean
  /** In the tool's words: `tcp dport 443 drop`, `-A INPUT -p tcp --dport 443 -j DROP`, `policy drop`. */
  readonly text: string
}

/** What of a packet a rule looks at. */
export type Field =
  | 'family' // ipv4, ipv6
  | 'protocol' // tcp, udp, icmp, ipv6-icmp, or a number
  | 'source'
  | 'destination'
  | 'sourcePort'
  | 'destinationPort'
  | 'anyPort' // either of them
  | 'inputDevice' // a name; a trailing * stands for any rest
  | 'outputDevice'
  | 'state' // conntrack: new, established, related, invalid, untracked
  | 'icmpType' // a name, or `name/code`
  | 'sourceType' // of the address, as the routes of this host see it: local, unicast, broadcast, …
  | 'destinationType'
  | 'packetType' // of the frame: host, broadcast, multicast, other
  | 'mark'
  | 'user'
  | 'group'

/** A value that a field is compared with; `*` is any. */
export type Value =
  | { readonly kind: 'one'; readonly value: string }
  | { readonly kind: 'range'; readonly from: string; readonly to: string }
  | { readonly kind: 'prefix'; readonly address: string; readonly length: number }

/** A condition; all conditions of a rule must hold. */
export type Match =
  /** The field has one of the values, or none of them when negated. `set` is the named set's name. */
  | {
      readonly kind: 'is'
      readonly field: Field
      readonly negated: boolean
      readonly values: readonly Value[]
      readonly set: string | null
    }
  /** The fields together are one of the rows. */
  | {
      readonly kind: 'tuple'
      readonly fields: readonly Field[]
      readonly negated: boolean
      readonly rows: readonly (readonly Value[])[]
      readonly set: string | null
    }
  /** TCP flags: those of `mask` are exactly `set` (`all`), or at least one of `mask` is set (`any`). */
  | {
      readonly kind: 'flags'
      readonly how: 'all' | 'any'
      readonly negated: boolean
      readonly mask: readonly string[]
      readonly set: readonly string[]
    }
  /** A rate, a quota, a number of connections: depends on what came before. */
  | { readonly kind: 'limit'; readonly text: string }
  | { readonly kind: 'unknown'; readonly text: string }

/** What happens to a packet that all conditions fit. */
export type Verdict =
  | { readonly kind: 'accept' }
  | { readonly kind: 'drop' }
  /** `with`: `tcp-reset`, `port-unreachable`, `admin-prohibited`, `host-unreachable`, … */
  | { readonly kind: 'reject'; readonly with: string }
  | { readonly kind: 'jump'; readonly target: string }
  | { readonly kind: 'goto'; readonly target: string }
  | { readonly kind: 'return' }
  /** The next rule: a rule that only counts, logs or marks. */
  | { readonly kind: 'continue' }
  /** To this host; `to` is `:8080`, or null where the port stays. */
  | { readonly kind: 'redirect'; readonly to: string | null }
  /** To another place: `10.0.0.1:8080`, `10.0.0.1`, `:8080`, a range or a map in the tool's words. */
  | { readonly kind: 'dnat'; readonly to: string | null }
  | { readonly kind: 'snat'; readonly to: string | null }
  | { readonly kind: 'masquerade' }
  /** A program decides. */
  | { readonly kind: 'queue' }
  /** The first row that fits decides; none: the next rule. */
  | {
      readonly kind: 'vmap'
      readonly fields: readonly Field[]
      readonly rows: readonly { readonly values: readonly Value[]; readonly verdict: Verdict }[]
      readonly set: string | null
    }
  | { readonly kind: 'unknown'; readonly text: string }

/** What a rule does to the packet or to its connection on the way to its verdict. */
export type Change = {
  /** How many of the rule's conditions stand before it: those have to hold, the others not. */
  readonly after: number
} & (
  | {
      readonly kind: 'mark'
      /** Whose mark is set: it becomes `(packet's & packet) ^ (connection's & connection) ^ flip`. */
      readonly target: 'packet' | 'connection'
      readonly packet: number
      readonly connection: number
      readonly flip: number
    }
  /** conntrack shall not look at the packet. */
  | { readonly kind: 'untrack' }
  /** A header or a mark is written in a way that has no place here. */
  | { readonly kind: 'unknown'; readonly text: string }
)

export type Rule = {
  readonly place: Place
  readonly counter: Counter | null
  /** How many of the conditions stand before the counter: it grows where those hold. */
  readonly countedAfter: number
  readonly matches: readonly Match[]
  /** In their order. */
  readonly changes: readonly Change[]
  readonly verdict: Verdict
  readonly comment: string | null
}

/** A list of rules; a base chain has a hook, the others are only jumped to. */
export type Chain = {
  readonly backend: Backend
  readonly family: RuleFamily
  readonly table: string
  readonly name: string
  readonly hook: Hook | null
  readonly priority: number | null
  /** `filter`, `nat` or `route`; null for a chain without a hook. */
  readonly type: string | null
  readonly policy: 'accept' | 'drop' | null
  readonly policyCounter: Counter | null
  readonly rules: readonly Rule[]
}

export type RuleSet = {
  readonly chains: readonly Chain[]
  /** What was not understood, in the tool's words. */
  readonly unreadable: readonly string[]
  /**
   * Chains that iptables keeps in nf_tables, as nft shows them: only to be used where
   * iptables-save was not to be had, which says more about them.
   */
  readonly aside: readonly Chain[]
}

/** A value that is one thing. */
export const one = (value: string | number): Value => ({ kind: 'one', value: String(value) })

/** The condition that `field` has one of `values`. */
export const fieldIs = (
  field: Field,
  values: readonly Value[],
  negated = false,
  set: string | null = null,
): Match => ({ kind: 'is', field, negated, values, set })

/** `tcp`, `udp`, `icmp`, `ipv6-icmp`, another name, or a number: one spelling for each protocol. */
export function protocolText(word: string): string {
  const lower = word.toLowerCase()
  const same: Readonly<Record<string, string>> = {
    '1': 'icmp', // IANA, Protocol Numbers
    '6': 'tcp',
    '17': 'udp',
    '58': 'ipv6-icmp',
    icmpv6: 'ipv6-icmp',
    icmp6: 'ipv6-icmp',
  }
  return Object.hasOwn(same, lower) ? (same[lower] ?? lower) : lower
}

/** The names that nft(8) gives to ICMP types, by number. */
const ICMP_NAMES: ReadonlyMap<string, string> = new Map([
  ['0', 'echo-reply'],
  ['3', 'destination-unreachable'],
  ['4', 'source-quench'],
  ['5', 'redirect'],
  ['8', 'echo-request'],
  ['9', 'router-advertisement'],
  ['10', 'router-solicitation'],
  ['11', 'time-exceeded'],
  ['12', 'parameter-problem'],
  ['13', 'timestamp-request'],
  ['14', 'timestamp-reply'],
])

const ICMPV6_NAMES: ReadonlyMap<string, string> = new Map([
  ['1', 'destination-unreachable'],
  ['2', 'packet-too-big'],
  ['3', 'time-exceeded'],
  ['4', 'parameter-problem'],
  ['128', 'echo-request'],
  ['129', 'echo-reply'],
  ['130', 'mld-listener-query'],
  ['131', 'mld-listener-report'],
  ['132', 'mld-listener-done'],
  ['133', 'nd-router-solicit'],
  ['134', 'nd-router-advert'],
  ['135', 'nd-neighbor-solicit'],
  ['136', 'nd-neighbor-advert'],
  ['137', 'nd-redirect'],
])

/** The name of an ICMP type given by name or number, a code kept: `3/4` is `destination-unreachable/4`. */
export function icmpTypeText(word: string, family: 4 | 6): string {
  const [type = '', code] = word.split('/')
  const name = (family === 4 ? ICMP_NAMES : ICMPV6_NAMES).get(type) ?? type
  return code === undefined ? name : `${name}/${code}`
}

/** Where it stands, for people: `inet filter input handle 12`, `iptables filter INPUT rule 3`. */
export function describePlace(place: Place): string {
  const tool = place.family === 'ip6' ? 'ip6tables' : 'iptables'
  const owner = place.backend === 'nft' ? place.family : tool
  const chain = `${owner} ${place.table} ${place.chain}`
  if (place.policy) return `the policy of ${chain}`
  if (place.handle !== null) return `${chain} handle ${place.handle}`
  return place.number === null ? chain : `${chain} rule ${place.number}`
}
