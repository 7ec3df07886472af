/**
 * A path of ten hops in namespaces, as a shell script. Node 0 is the client, 1 to 9 are routers, 10 is the target;
 * link i joins node i-1 (10.9.i.1, device `ri`) and node i (10.9.i.2, device `li`); in IPv6 fd09:i::1 and ::2.
 * Beside node 5 stands another router (11) from node 4 to node 6, and a second link goes from the client to node
 * 3 (device `second`, 10.9.70.1 and .2); nothing goes by either until it is told to. Routers answer all errors.
 */

export const TARGET = '10.9.10.2'
export const TARGET_6 = 'fd09:10::2'

export const NODES = 12
const HOPS = 10

/** Prefixes by node: those of the hops before it lead back. */
function routes(): string[] {
  const back = (node: number): number[] =>
    Array.from({ length: Math.max(0, node - 1) }, (_, at) => at + 1)
  return [
    ...Array.from({ length: HOPS }, (_, node) => [
      `ip -n N${node} route add default via 10.9.${node + 1}.2 metric 100`,
      `ip -n N${node} -6 route add default via fd09:${node + 1}::2`,
    ]).flat(),
    ...Array.from({ length: HOPS }, (_, index) =>
      back(index + 1).flatMap((net) => [
        `ip -n N${index + 1} route add 10.9.${net}.0/24 via 10.9.${index + 1}.1`,
        `ip -n N${index + 1} -6 route add fd09:${net}::/64 via fd09:${index + 1}::1`,
      ]),
    ).flat(),
    ...[4, 5, 6, 7, 8, 9, 10].map(
      (node) => `ip -n N${node} route add 10.9.70.0/24 via 10.9.${node}.1`,
    ),
    'ip -n N0 route add default via 10.9.70.2 dev second metric 200',
    'ip -n N11 route add default via 10.9.60.2',
    ...[1, 2, 3, 4, 70].map((net) => `ip -n N11 route add 10.9.${net}.0/24 via 10.9.50.1`),
  ]
}

const join2 = (one: number, device: string, other: number, its: string, net: number): string[] => [
  `ip link add ${device} netns N${one} type veth peer name ${its} netns N${other}`,
  `ip -n N${one} addr add 10.9.${net}.1/24 dev ${device}`,
  `ip -n N${other} addr add 10.9.${net}.2/24 dev ${its}`,
  `ip -n N${one} addr add fd09:${net}::1/64 dev ${device} nodad`,
  `ip -n N${other} addr add fd09:${net}::2/64 dev ${its} nodad`,
  `ip -n N${one} link set ${device} up`,
  `ip -n N${other} link set ${its} up`,
]

const SYSCTL = [
  ...['net.ipv4.ip_forward=1', 'net.ipv4.icmp_ratelimit=0', 'net.ipv4.icmp_msgs_per_sec=100000'],
  ...['net.ipv4.icmp_msgs_burst=100000', 'net.ipv4.conf.all.rp_filter=0'],
  ...['net.ipv4.conf.default.rp_filter=0', 'net.ipv4.fib_multipath_hash_policy=1'],
  ...['net.ipv6.conf.all.forwarding=1', 'net.ipv6.icmp.ratelimit=0'],
  ...['net.ipv6.conf.default.accept_dad=0', 'net.ipv6.conf.all.accept_dad=0'],
].join(' ')

/** The script that makes them; a namespace is called by the prefix and the number of its node. */
export function tenHopScript(prefix: string): string {
  const nodes = Array.from({ length: NODES }, (_, node) => node)
  return [
    'set -e',
    ...nodes.flatMap((node) => [
      `ip netns add N${node}`,
      `ip -n N${node} link set lo up`,
      // Some of them are the machine's where the kernel is older: those are left as they are.
      `ip netns exec N${node} sysctl -qe ${SYSCTL} 2>/dev/null || true`,
    ]),
    ...Array.from({ length: HOPS }, (_, at) =>
      join2(at, `r${at + 1}`, at + 1, `l${at + 1}`, at + 1),
    ).flat(),
    ...join2(0, 'second', 3, 'l70', 70),
    ...join2(4, 'r50', 11, 'l50', 50),
    ...join2(11, 'r60', 6, 'l60', 60),
    ...routes(),
    // Neighbours are known before anything is measured.
    `ip netns exec N0 ping -c 1 -w 5 -q ${TARGET}`,
    `ip netns exec N0 ping -c 3 -i 0.2 -w 8 -q ${TARGET_6}`,
  ]
    .join('\n')
    .replace(/\bN(\d+)\b/g, `${prefix}$1`)
}
