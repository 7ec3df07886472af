/** A packet as the rules of a firewall see it. */

/** What conntrack says of a packet: `ct state`, `--ctstate`. */
export type State = 'new' | 'established' | 'related' | 'invalid' | 'untracked'

/** A packet; null is: not known, for a port: chosen by the sender's system. */
export type Packet = {
  readonly family: 4 | 6
  /** `icmp` is ICMPv6 for the family 6. */
  readonly protocol: 'tcp' | 'udp' | 'icmp'
  /** An empty address: one of several that a translation may choose. */
  readonly source: string
  readonly destination: string
  readonly sourcePort: number | null
  readonly destinationPort: number | null
  /** An empty name: there is none at this hook. */
  readonly inputDevice: string | null
  readonly outputDevice: string | null
  readonly state: State
  /** The first segment of a connection, or, with `ack`, the answer to it. */
  readonly syn: boolean
  /** Where it is not said: a segment without SYN, and one with it in the state `established`. */
  readonly ack?: boolean
  /** The segment that refuses or ends a connection. */
  readonly rst?: boolean
  /** The type of an ICMP message by nft's name: `echo-request`. */
  readonly icmpType: string | null
  /** The code of an ICMP message; an echo has always 0. */
  readonly icmpCode?: number | null
  /** What a local sender has marked it with (SO_MARK); 0 where it is not said. */
  readonly mark?: number
  /** The numbers of the user and the group of the local socket that sends it. */
  readonly user?: number | null
  readonly group?: number | null
  /** The packet with its IP header. */
  readonly lengthBytes?: number | null
}

/** Whether a TCP segment acknowledges something. */
export const acknowledges = (packet: Packet): boolean =>
  packet.ack ?? (!packet.syn || packet.state === 'established')
