/**
 * The active tests of the client, as a check sees them. The live ones are in `host/probe/`.
 * Every result carries the command that a person would type for the same test.
 */
import type { Conversation, Told } from '../dialog/conversation.ts'
import type { Standing } from '../facts/proc-net-sockets.ts'
import type { DnsMessage } from '../wire/dns.ts'

export type { Standing } from '../facts/proc-net-sockets.ts'

export type Family = 4 | 6

/** What a probe would be if typed, and what it showed: the evidence of a finding. */
export type Shown = {
  readonly command: string
  /** A few lines that tell what happened, ready to print. */
  readonly lines: readonly string[]
}

export type Endpoint = {
  readonly address: string
  readonly family: Family
  readonly port: number
}

/** What the system's own resolver said (getaddrinfo: hosts file, nsswitch, DNS). */
export type Lookup = Shown & {
  readonly addresses: readonly { readonly address: string; readonly family: Family }[]
  /** `ENOTFOUND`, `EAI_AGAIN`, `timeout` …; null when there are addresses. */
  readonly errno: string | null
  readonly tookMs: number
}

export type DnsQuery = {
  readonly server: string
  readonly port: number
  readonly name: string
  /** `A`, `AAAA`, `MX`, `NS`, `SOA`, `TXT` … */
  readonly type: string
  readonly timeoutMs: number
  /** Ask over TCP from the start; a truncated UDP answer is asked again over TCP anyway. */
  readonly tcp?: boolean
  /** Set CD, so that a validating resolver answers even what it finds bogus (RFC 4035 §3.2.2). */
  readonly checkingDisabled?: boolean
  /** Set DO, so that signatures come with the answer (RFC 3225). */
  readonly dnssecOk?: boolean
  /** How large an answer over UDP may be; null asks without EDNS. 1232 where it is not said. */
  readonly udpPayloadBytes?: number | null
}

/** What one resolver said, asked by itself. */
export type DnsReply = Shown & {
  readonly query: DnsQuery
  readonly outcome: 'answer' | 'timeout' | 'refused' | 'unreachable' | 'malformed'
  readonly errno: string | null
  readonly message: DnsMessage | null
  readonly transport: 'udp' | 'tcp'
  /** Over UDP came an answer that was cut, so that it was asked for over TCP. */
  readonly truncated?: boolean
  /** An answer came only without EDNS: with it there was an error, or nothing (RFC 6891 §6.2.2). */
  readonly withoutEdns?: 'error' | 'silence'
  readonly tookMs: number
}

/** How a TCP connection attempt ended. */
export type Connect = Shown & {
  readonly endpoint: Endpoint
  readonly outcome: 'connected' | 'refused' | 'timeout' | 'unreachable' | 'denied' | 'error'
  /** The kernel's word: `ECONNREFUSED`, `EHOSTUNREACH`, `ENETUNREACH`, `EACCES`, `EINVAL` … */
  readonly errno: string | null
  readonly tookMs: number
  readonly localAddress: string | null
  readonly localPort: number | null
}

/** A connection or a refusal: something there took the packet and answered it. */
export const isAnswered = ({ outcome }: Connect): boolean =>
  outcome === 'connected' || outcome === 'refused'

export type Certificate = {
  /** `CN=www.example.org`, as OpenSSL prints it on one line. */
  readonly subject: string
  readonly issuer: string
  /** DNS names and IP addresses of the subject alternative name; the CN where there is none. */
  readonly names: readonly string[]
  /** ISO 8601. */
  readonly notBefore: string
  readonly notAfter: string
  /** SHA-256, hex with colons. */
  readonly fingerprint: string
  readonly selfSigned: boolean
  /** Where it says that its issuer's certificate lies (RFC 5280 §4.2.2.1); it is never fetched. */
  readonly issuerUrl?: string | null
  /** As it was served. */
  readonly pem?: string
}

export type TlsSession = Shown & {
  readonly outcome: 'established' | 'failed' | 'timeout' | 'closed'
  readonly protocol: string | null
  readonly cipher: string | null
  readonly alpn: string | null
  /** The chain as served, the server's own first. */
  readonly chain: readonly Certificate[]
  /** Whether the chain, the dates and the name hold; the error's code where they do not. */
  readonly trusted: boolean
  /** `CERT_HAS_EXPIRED`, `ERR_TLS_CERT_ALTNAME_INVALID`, `UNABLE_TO_GET_ISSUER_CERT_LOCALLY` … */
  readonly distrust: string | null
  /** A trusted root of the organisation whose certificate is missing at the chain's end. */
  readonly kin?: string | null
  /** True when a certificate of the client was asked for. */
  readonly asksClientCertificate: boolean
  /** The alert that the server sent: its number (RFC 8446 §6) and name. */
  readonly alert: { readonly code: number; readonly name: string } | null
  /** The library's error where it failed without an alert: `ERR_SSL_WRONG_VERSION_NUMBER` … */
  readonly error: string | null
  readonly tookMs: number
}

/** How the far end ended the connection; null when it was we who closed it. */
export type Ending = {
  readonly how: 'fin' | 'reset'
  /** Since the connection was established. */
  readonly afterMs: number
  /** Payload bytes it had sent by then. */
  readonly bytes: number
}

/** One conversation with an address: connect, then what is said and heard, in TLS or not. */
export type Exchange = {
  readonly connect: Connect
  /** The TLS session, where the conversation began one. */
  readonly tls: TlsSession | null
  /** What the server said, all together; null where it said nothing. */
  readonly reply: (Shown & { readonly firstByteMs: number; readonly bytes: Uint8Array }) | null
  /** What came of the conversation; null where it broke off or another protocol was spoken. */
  readonly told: Told | null
  /** Dialog lines as sent and received, `> ` and `< ` in front. */
  readonly transcript: readonly string[]
  readonly ending: Ending | null
  /** True when the dialog waited its whole time and nothing (more) came. */
  readonly silent: boolean
  /** How the connection stood when nothing more came; null where it ended otherwise, or is not known. */
  readonly standing: Standing | null
  /** For how long the dialog waited for the server's word. */
  readonly waitedMs: number
}

/** How a conversation is to be held. */
export type ExchangePlan = {
  /** Begins what is said after connecting. */
  readonly talk: () => Conversation<Told | null>
  /** What a person would type for it. */
  readonly command: string
  /** For SNI and the certificate. */
  readonly serverName: string
  readonly timeoutMs: number
  /** For how long an accepted but silent connection is listened to. */
  readonly patienceMs: number
  /** Ask the far end for no larger segments (TCP_MAXSEG); the attempt fails where it cannot be set. */
  readonly maxSegmentBytes?: number
  /** Called once the connection stands. */
  readonly onConnected?: () => void
  /** Tries another connection while this one is kept; true where it can be had. */
  readonly reach?: (to: Endpoint) => Promise<boolean>
}

export type Echo = Shown & {
  readonly address: string
  readonly sent: number
  readonly received: number
  readonly rttMs: number | null
  readonly ttl: number | null
  /** ICMP errors that came instead, with who sent them. */
  readonly errors: readonly {
    readonly from: string | null
    readonly text: string
    readonly mtu: number | null
  }[]
  /** False where no ping could be sent at all (no privilege, no tool): then nothing is known. */
  readonly possible: boolean
  readonly because: string | null
}

export type EchoOptions = {
  /** Bytes of the whole IP packet; 84 (IPv4) is what ping sends by default. */
  readonly packetBytes?: number
  readonly dontFragment?: boolean
  /** TTL or hop limit. */
  readonly ttl?: number
  /** Leave by this interface, whatever the routes say (SO_BINDTODEVICE). */
  readonly device?: string
  readonly timeoutMs: number
}

/** What came back for a segment: only a reset and a SYN-ACK say something. */
export type SegmentAnswer = {
  readonly kind: 'reset' | 'syn-ack' | 'other'
  readonly ttl: number | null
  /** The type of service or the traffic class; a kernel's own reset reflects the segment's. */
  readonly trafficClass: number | null
}

/** One TCP segment of our own making, outside any connection, and what came of it. */
export type Segment = Shown & {
  readonly endpoint: Endpoint
  readonly flags: SegmentOptions['flags']
  readonly answer: SegmentAnswer | null
  /** ICMP errors that came instead, with who sent them. */
  readonly errors: Echo['errors']
  /** False where no raw socket may be had: then nothing is known. */
  readonly possible: boolean
}

/** A segment that came from an endpoint while it was watched. */
export type SegmentSeen = SegmentAnswer & {
  /** The port of this host that it came to. */
  readonly port: number
  /** Whether it carries the time, as only the TCP that holds the connection can (RFC 7323 §3.2). */
  readonly timed: boolean
}

export type SegmentOptions = {
  /** A SYN asks the port; a stray ACK is answered by any TCP with a reset, whoever listens. */
  readonly flags: 'syn' | 'ack'
  /** The type of service or the traffic class that it carries. */
  readonly trafficClass: number
  /** TTL or hop limit. */
  readonly ttl?: number
  readonly timeoutMs: number
}

/** An ICMP error that arrived, with the packet of ours that it quotes. */
export type IcmpSeen = {
  readonly family: Family
  /** Who sent it. */
  readonly from: string
  readonly type: number
  readonly code: number
  /** `destination unreachable, communication administratively prohibited` */
  readonly text: string
  readonly mtu: number | null
  readonly quoted: {
    readonly destination: string
    /** IP protocol number. */
    readonly protocol: number
    readonly sourcePort: number | null
    readonly destinationPort: number | null
  } | null
}

/** Whether a neighbour answers ARP or neighbour solicitation, asked by a packet of our own. */
export type NeighbourReply = Shown & {
  readonly address: string
  readonly device: string
  readonly outcome: 'answered' | 'silent' | 'unknown'
  /** Every MAC that answered; two of them are a duplicate address. */
  readonly macs: readonly string[]
  /** Why it is unknown (no privilege …). */
  readonly because: string | null
}

export type Probes = {
  readonly lookup: (name: string, timeoutMs: number) => Promise<Lookup>
  readonly dns: (query: DnsQuery) => Promise<DnsReply>
  /** Connects and closes at once. */
  readonly connect: (to: Endpoint, timeoutMs: number) => Promise<Connect>
  readonly exchange: (to: Endpoint, plan: ExchangePlan) => Promise<Exchange>
  /**
   * Connects, writes `bytes` of data and waits whether the kernel of the far end acknowledges
   * them all (SIOCOUTQ or the socket's send queue); the large write of a path MTU test.
   */
  readonly largeWrite: (
    to: Endpoint,
    bytes: number,
    timeoutMs: number,
  ) => Promise<Shown & { readonly outcome: 'acknowledged' | 'stuck' | 'closed' | 'failed' }>
  readonly ping: (address: string, options: EchoOptions) => Promise<Echo>
  readonly segment: (to: Endpoint, options: SegmentOptions) => Promise<Segment>
  readonly neighbour: (
    address: string,
    device: string,
    timeoutMs: number,
  ) => Promise<NeighbourReply>
  /**
   * Listens for ICMP errors until `stop`, which gives those seen; null where the privilege for a
   * raw socket is missing.
   */
  readonly watchIcmp: () => Promise<{ readonly stop: () => Promise<readonly IcmpSeen[]> } | null>
  /**
   * Listens to what comes from an endpoint until `stop`; null where the privilege for a raw socket
   * is missing.
   */
  readonly watchSegments: (from: Endpoint) => { readonly stop: () => readonly SegmentSeen[] } | null
  /** Proxy variables and the like, as the process has them. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The numbers of the user and the group whose sockets the probes are; null where not known. */
  readonly owner: { readonly user: number; readonly group: number } | null
  /** Milliseconds since the epoch by the client's clock. */
  readonly now: () => number
}
