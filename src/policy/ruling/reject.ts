/**
 * The answers that a rejecting rule can give, and how nft(8), iptables-extensions(8) and their IPv6
 * sides call them. A message that IPv6 does not have is the nearest that it has (RFC 4443 §3.1).
 */

/** What the sender is told: a message of ICMP, or a reset. */
export const REJECTIONS = [
  'host-unreachable',
  'net-unreachable',
  'port-unreachable',
  'admin-prohibited',
  'tcp-reset',
] as const
export type Rejection = (typeof REJECTIONS)[number]

type Words = {
  /** After `icmp type`, `icmpv6 type` and, for both families at once, `icmpx type`. */
  readonly nft: Readonly<Record<'icmp' | 'icmpv6' | 'icmpx', string>>
  /** After `--reject-with`. */
  readonly iptables: Readonly<Record<4 | 6, string>>
}

const WORDS: Readonly<Record<Exclude<Rejection, 'tcp-reset'>, Words>> = {
  'host-unreachable': {
    nft: { icmp: 'host-unreachable', icmpv6: 'addr-unreachable', icmpx: 'host-unreachable' },
    iptables: { 4: 'icmp-host-unreachable', 6: 'icmp6-addr-unreachable' },
  },
  'net-unreachable': {
    nft: { icmp: 'net-unreachable', icmpv6: 'no-route', icmpx: 'no-route' },
    iptables: { 4: 'icmp-net-unreachable', 6: 'icmp6-no-route' },
  },
  'port-unreachable': {
    nft: { icmp: 'port-unreachable', icmpv6: 'port-unreachable', icmpx: 'port-unreachable' },
    iptables: { 4: 'icmp-port-unreachable', 6: 'icmp6-port-unreachable' },
  },
  'admin-prohibited': {
    nft: { icmp: 'admin-prohibited', icmpv6: 'admin-prohibited', icmpx: 'admin-prohibited' },
    iptables: { 4: 'icmp-admin-prohibited', 6: 'icmp6-adm-prohibited' },
  },
}

/** The rejection that a word means, in iptables' spelling or without its `icmp-`; null for none. */
export function parseRejection(word: string): Rejection | null {
  const meant = REJECTIONS.find((one) => one === word)
  if (meant !== undefined) return meant
  const named = Object.entries(WORDS).find(([, { iptables, nft }]) =>
    [...Object.values(iptables), ...Object.values(nft)].includes(word),
  )
  return named === undefined ? null : (named[0] as Rejection)
}

/** `reject with icmp type host-unreachable`; `which` is icmpx where the rule is of both families. */
export const nftReject = (rejection: Rejection, which: 'icmp' | 'icmpv6' | 'icmpx'): string =>
  rejection === 'tcp-reset'
    ? 'reject with tcp reset'
    : `reject with ${which} type ${WORDS[rejection].nft[which]}`

/** What follows `--reject-with`. */
export const iptablesReject = (rejection: Rejection, family: 4 | 6): string =>
  rejection === 'tcp-reset' ? 'tcp-reset' : WORDS[rejection].iptables[family]
