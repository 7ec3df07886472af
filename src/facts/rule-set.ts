/**
 * The rules of a firewall in one model, whatever tool listed them. nft(8) and iptables(8) both fill
 * it; `policy/` walks it. What a tool says that has no place here stays as its own words
 * (`unknown`), so that a walk can say that it does not know.
 */

/** Where the kernel shows a packet to a chain (include/uapi/linux/netfilter.h). */
export type Hook =
  | 'ingress'
  | 'prerouting'
  | 'input'
  | 'forward'
  | 'output'
  | 'postrouting'
  | 'egress'

/** Which program keeps the rules; `iptables-legacy` beside an `iptables` that works on nf_tables. */
export type Backend = 'nft' | 'iptables' | 'iptables-legacy'
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
  | 'tcpFlags' // all eight as they stand, in the order of the header's bits: `syn`, `syn,ack`
  | 'icmpType' // a name, or `name/code`
  | 'icmpCode' // a number
  | 'sourceType' // of the address, as the routes of this host see it: local, unicast, broadcast, …
  | 'destinationType'
  | 'reversePath' // exists, missing: a route back to the source, out of the device it came by
  | 'reversePathLoose' // out of any device
  | 'fragment' // later: no fragment's first
  | 'extensionHeader' // of IPv6, that there is one: rt, frag, hbh, dst, mh
  | 'packetType' // of the frame: host, broadcast, multicast, other
  | 'sourceHardware' // the address of the frame's sender
  | 'length' // of the packet, its IP header included, in bytes
  | 'hopLimit' // IPv4's time to live as well
  | 'serviceClass' // DSCP, 0 to 63
  | 'mark'
  | 'connectionMark'
  | 'connectionStatus' // conntrack's bits: snat, dnat, assured, confirmed, seen-reply, expected, …
  | 'direction' // of the connection: original, reply
  | 'originalSource' // as the connection's first packet had them
  | 'originalDestination'
  | 'originalSourcePort'
  | 'originalDestinationPort'
  | 'user'
  | 'group'

/** A value that a field is compared with; `*` is any. Numbers are decimal or begin with 0x. */
export type Value =
  | { readonly kind: 'one'; readonly value: string }
  | { readonly kind: 'range'; readonly from: string; readonly to: string }
  | { readonly kind: 'prefix'; readonly address: string; readonly length: number }
  /** Only the bits of the mask count; numbers or addresses. */
  | { readonly kind: 'masked'; readonly value: string; readonly mask: string }

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
  /**
   * The addresses, ports and the like of these directions are in an ipset whose members are not known
   * yet: `resolveIpsets` makes an `is`, a `tuple` or an `unknown` of it.
   */
  | {
      readonly kind: 'ipset'
      readonly name: string
      readonly directions: readonly ('src' | 'dst')[]
      readonly negated: boolean
      readonly text: string
    }
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
  /**
   * To another place: `10.0.0.1:8080`, `[fd00::1]:80`, `10.0.0.1`, `:8080`, with ranges
   * `10.0.0.1-10.0.0.9:80-90`; or the tool's words where it is neither.
   */
  | { readonly kind: 'dnat'; readonly to: string | null }
  | { readonly kind: 'snat'; readonly to: string | null }
  /** Into this prefix, the rest of the address kept: the destination or the source, as the hook translates. */
  | { readonly kind: 'netmap'; readonly to: string }
  | { readonly kind: 'masquerade' }
  /** A program decides. */
  | { readonly kind: 'queue' }
  /** The first row that fits decides; none: the next rule. Also a translation whose place a map tells. */
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
  /** The field has another value from then on; null where it is not known which. */
  | { readonly kind: 'rewrite'; readonly field: Field; readonly value: Value | null }
  /** An element comes into a named set or leaves it: later conditions on this set may find it changed. */
  | { readonly kind: 'remember'; readonly set: string }
  /**
   * To a socket of this host that is bound to `to`, or else to the packet's own destination (tproxy).
   * Where there is none, nft leaves the rule, so that it stands as an unknown condition before this;
   * iptables drops the packet, so that its verdict is unknown.
   */
  | { readonly kind: 'divert'; readonly to: string | null }
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
  /** For the hooks ingress and egress: the devices that it is bound to. */
  readonly devices: readonly string[]
  /** Its place in nft's listing, which is in the order of making; null where it is not listed there. */
  readonly born: number | null
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

/** The items, or null when one of them is missing. */
export function complete<T>(items: readonly (T | null)[]): readonly T[] | null {
  const present = items.filter((item) => item !== null)
  return present.length === items.length ? present : null
}

/** The program of iptables' that changes what stands at a place: `iptables`, `ip6tables-legacy`. */
export const iptablesTool = ({ backend, family }: Pick<Place, 'backend' | 'family'>): string =>
  `${family === 'ip6' ? 'ip6tables' : 'iptables'}${backend === 'iptables-legacy' ? '-legacy' : ''}`

/** Where it stands, for people: `inet filter input handle 12`, `iptables filter INPUT rule 3`. */
export function describePlace(place: Place): string {
  const owner = place.backend === 'nft' ? place.family : iptablesTool(place)
  const chain = `${owner} ${place.table} ${place.chain}`
  if (place.policy) return `the policy of ${chain}`
  if (place.handle !== null) return `${chain} handle ${place.handle}`
  return place.number === null ? chain : `${chain} rule ${place.number}`
}
