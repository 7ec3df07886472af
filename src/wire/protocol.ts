/** The numbers of what an IP packet carries, from IANA's registry “Protocol Numbers”. */

/** By name, those that this program reads or writes. */
export const PROTOCOL: {
  readonly icmp: 1
  readonly tcp: 6
  readonly udp: 17
  readonly icmpv6: 58
} = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58 }

const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'ICMP'],
  [2, 'IGMP'],
  [4, 'IPIP'],
  [6, 'TCP'],
  [17, 'UDP'],
  [33, 'DCCP'],
  [41, 'IPv6'],
  [47, 'GRE'],
  [50, 'ESP'],
  [51, 'AH'],
  [58, 'ICMPv6'],
  [59, 'no next header'],
  [89, 'OSPF'],
  [103, 'PIM'],
  [112, 'VRRP'],
  [132, 'SCTP'],
  [136, 'UDP-Lite'],
])

/** The protocol's usual name, or `protocol 253`. */
export const protocolName = (protocol: number): string =>
  NAMES.get(protocol) ?? `protocol ${protocol}`
