/**
 * Why the Linux kernel drops packets (include/net/dropreason-core.h), in words, and of which causes each is the sign. What has no
 * cause here is a consequence, or says nothing of a connection that does not come about.
 */
import type { CauseCode } from './cause.ts'

export type DropReason = {
  /** `a rule of netfilter drops it`. */
  readonly words: string
  readonly causes: readonly CauseCode[]
}

const NETFILTER: readonly CauseCode[] = [
  'firewall.ingress-drop',
  'firewall.egress-drop',
  'firewall.forward-drop',
  'firewall.path-drop',
  'firewall.banned',
  'nat.conntrack-full',
]

const says = (words: string, ...causes: readonly CauseCode[]): DropReason => ({ words, causes })

const REASONS: Readonly<Record<string, DropReason>> = {
  NO_SOCKET: says('no socket takes it', 'tcp.no-listener', 'udp.port-unreachable'),
  SOCKET_FILTER: says('a filter at the socket refuses it', 'firewall.bpf-drop'),
  SOCKET_RCVBUFF: says('the buffer of the socket is full', 'tcp.zero-window', 'tcp.frozen'),
  SOCKET_BACKLOG: says('the backlog of the socket is full', 'tcp.frozen'),
  TCP_LISTEN_OVERFLOW: says('the accept queue is full', 'tcp.accept-queue-full'),
  TCP_CSUM: says("TCP's checksum is wrong", 'link.checksum'),
  UDP_CSUM: says("UDP's checksum is wrong", 'link.checksum'),
  IP_CSUM: says("IP's checksum is wrong", 'link.checksum'),
  ICMP_CSUM: says("ICMP's checksum is wrong", 'link.checksum'),
  SKB_CSUM: says('a checksum is wrong', 'link.checksum'),
  TCP_OVERWINDOW: says('it lies outside of the window', 'tcp.zero-window'),
  TCP_ZEROWINDOW: says('the window is closed', 'tcp.zero-window'),
  NETFILTER_DROP: says('a rule of netfilter drops it', ...NETFILTER),
  IP_RPFILTER: says(
    'the reverse path filter drops it',
    'route.reverse-path-filter',
    'route.return-missing',
  ),
  IP_OUTNOROUTES: says('no route leads to where it goes', 'route.return-missing', 'route.none'),
  IP_INNOROUTES: says(
    'it came in, and no route leads on',
    'route.dead-end',
    'route.rejecting',
    'route.return-missing',
  ),
  IP_INADDRERRORS: says(
    'the address is none of this host, which forwards nothing',
    'route.forwarding-off',
    'address.not-on-server',
  ),
  IP_LOCAL_SOURCE: says('it comes in with an address of this host', 'link.duplicate-address'),
  NEIGH_FAILED: says(
    'its next hop does not answer',
    'link.neighbour-failed',
    'route.gateway-dead',
    'route.return-missing',
    'route.overlap',
    'nat.wrong-target',
  ),
  PKT_TOO_BIG: says('it is too big for the next link', 'mtu.black-hole', 'mtu.local-mismatch'),
  QDISC_DROP: says('a queue of traffic control drops it', 'path.loss', 'firewall.bpf-drop'),
  QDISC_OVERLIMIT: says('a queue of traffic control is full', 'path.loss'),
  FULL_RING: says('the ring of the device is full', 'path.loss'),
  CPU_BACKLOG: says('the backlog of the CPU is full', 'path.loss'),
  XDP: says('an XDP program drops it', 'firewall.bpf-drop'),
  TC_INGRESS: says('a filter of traffic control drops what comes in', 'firewall.bpf-drop'),
  TC_EGRESS: says('a filter of traffic control drops what goes out', 'firewall.bpf-drop'),
  BPF_CGROUP_EGRESS: says('a BPF program of the control group drops it', 'firewall.bpf-drop'),
  IP_INHDR: says('its header is wrong, or its time exceeded', 'route.loop'),
}

/**
 * Functions that drop for one reason only and do not name it (NOT_SPECIFIED): net/core/dev.c, drivers/net/veth.c, net/ipv4/route.c,
 * net/core/dst.c.
 */
const FUNCTIONS: Readonly<Record<string, DropReason>> = {
  do_xdp_generic: says('an XDP program drops it', 'firewall.bpf-drop'),
  veth_xdp_rcv_skb: says('an XDP program drops it', 'firewall.bpf-drop'),
  ip_error: says('a route rejects it', 'route.rejecting', 'route.dead-end', 'route.forwarding-off'),
  dst_discard_out: says('a blackhole route swallows it', 'route.rejecting'),
}

/** The functions whose drops say something by their name alone. */
export const TELLING_FUNCTIONS: readonly string[] = Object.keys(FUNCTIONS)

const UNNAMED = 'NOT_SPECIFIED'

/** Who frees what nobody waits for: the echo replies of a raw socket (net/ipv4/ping.c). */
const IDLE_FUNCTIONS: ReadonlySet<string> = new Set(['ping_rcv'])

/** What follows from another event that is seen as well: an answer was read, a socket was gone by then. */
const CONSEQUENCES: ReadonlySet<string> = new Set(['TCP_RESET', 'SOCKET_CLOSE', 'TCP_CLOSE'])

/** What a drop means; of a reason that is not listed, its name is all there is. Null for a mere consequence, or for nothing. */
export function readDropReason(reason: string, by: string | null): DropReason | null {
  if (reason === UNNAMED)
    return by !== null && Object.hasOwn(FUNCTIONS, by) ? (FUNCTIONS[by] ?? null) : null
  if (CONSEQUENCES.has(reason) || IDLE_FUNCTIONS.has(by ?? '')) return null
  return Object.hasOwn(REASONS, reason) ? (REASONS[reason] ?? null) : says(`for ${reason}`)
}

/** Every cause that some reason is a sign of. */
export const DROP_CAUSES: readonly CauseCode[] = [
  ...new Set(Object.values(REASONS).flatMap(({ causes }) => causes)),
]
