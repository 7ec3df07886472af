/**
 * A topology as shell text: the `ip` commands that make its namespaces, links, addresses and
 * routes, and those that remove them. One script is run once; each process costs milliseconds.
 */
import { type End, type Node, namespaceOf, type Topology } from './topology.ts'

/** Single quotes, so that a shell takes `text` as one word. */
export const quoteWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** A here-document that feeds `lines` to `command`. */
const feed = (command: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`${command} <<'END'`, ...lines, 'END']

/**
 * Kernel settings before any link exists: an IPv6 address is usable at once (no duplicate address
 * detection, no router advertisements), stays when its link goes down, and a refused packet is
 * always told (no ICMP rate limit), so that a test sees what a single user would see.
 */
function settings(node: Node): string[] {
  const forward = node.forwards ? 1 : 0
  const values: Readonly<Record<string, number>> = {
    'ipv6/conf/default/accept_dad': 0,
    'ipv6/conf/default/accept_ra': 0,
    'ipv6/conf/default/keep_addr_on_down': 1,
    'ipv4/conf/all/rp_filter': 0,
    'ipv4/conf/default/rp_filter': 0,
    'ipv4/icmp_ratelimit': 0,
    'ipv6/icmp/ratelimit': 0,
    'ipv4/ip_forward': forward,
    'ipv6/conf/all/forwarding': forward,
    ...(node.bridge !== null && { 'ipv6/conf/default/disable_ipv6': 1 }),
  }
  const writes = Object.entries(values).map(([key, value]) => `echo ${value} >/proc/sys/net/${key}`)
  return [`ip netns exec ${namespaceOf(node.name)} sh -e <<'END'`, ...writes, 'END']
}

const link = ([from, to]: readonly [End, End]): string =>
  `link add ${from.device} netns ${namespaceOf(from.node)} type veth ` +
  `peer name ${to.device} netns ${namespaceOf(to.node)}`

/** What `ip -n NODE -batch` is fed: the bridge and its ports, addresses, interfaces up, routes. */
function configuration(node: Node, devices: readonly string[]): string[] {
  const { bridge } = node
  const ports = devices.map((device) => `link set ${device} master ${bridge}`)
  return [
    'link set lo up',
    ...(bridge === null
      ? []
      : [`link add ${bridge} type bridge forward_delay 0 stp_state 0`, ...ports]),
    ...Object.entries(node.addresses).flatMap(([device, addresses]) =>
      addresses.map((address) => `address add ${address} dev ${device}`),
    ),
    ...devices.map((device) => `link set ${device} up`),
    ...(bridge === null ? [] : [`link set ${bridge} up`]),
    ...node.routes.map((route) => `route add ${route}`),
  ]
}

/** The files of the node's own `/etc`; glibc asks its hosts file first, then the name server. */
function files(node: Node): Readonly<Record<string, readonly string[]>> {
  return {
    hosts: ['127.0.0.1 localhost', '::1 localhost'],
    'resolv.conf': node.resolvConf,
    'nsswitch.conf': ['passwd: files', 'group: files', 'hosts: files dns'],
  }
}

function etc(node: Node): string[] {
  const directory = `/etc/netns/${namespaceOf(node.name)}`
  return [
    `mkdir -p ${directory}`,
    ...Object.entries(files(node)).flatMap(([name, lines]) => [
      // A file is laid over one that is there; over nothing it cannot be laid.
      ...feed(`[ ! -e /etc/${name} ] || cat >${directory}/${name}`, lines),
      ...(lines.length === 0 ? [`: >${directory}/${name}`] : []),
    ]),
  ]
}

/** The script that builds `topology`; it stops at the first command that fails. */
export function buildScript(topology: Topology): string {
  const { nodes, links } = topology
  const devices = (name: string): string[] =>
    links
      .flat()
      .filter((end) => end.node === name)
      .map((end) => end.device)
  return [
    'set -e',
    ...nodes.map(({ name }) => `ip netns add ${namespaceOf(name)}`),
    ...nodes.flatMap(settings),
    ...feed('ip -batch -', links.map(link)),
    ...nodes.flatMap((node) =>
      feed(`ip -n ${namespaceOf(node.name)} -batch -`, configuration(node, devices(node.name))),
    ),
    ...nodes.flatMap(etc),
    '',
  ].join('\n')
}

/** Times that a node is looked at, and seconds between them: ten seconds in all. */
const LOOKS = 200
const BETWEEN_SECONDS = '0.05'

/**
 * The script that waits until every link is up on both ends, every address may be used and every
 * bridge port forwards: the kernel tells a carrier up to a second late (net/core/link_watch.c).
 */
export function waitScript({ nodes }: Topology): string {
  const unready = nodes.map(({ name, bridge }) => {
    const ip = `ip -n ${namespaceOf(name)} -o`
    const ports =
      bridge === null ? '' : `; ${ip} -d link show master ${bridge} | grep -v 'state forwarding'`
    return `{ ${ip} link show up | grep -v -e 'state UP' -e LOOPBACK; ${ip} address show tentative${ports}; }`
  })
  return [
    `for look in $(seq ${LOOKS}); do`,
    `  [ -n "$(${unready.join('; ')})" ] || exit 0`,
    `  sleep ${BETWEEN_SECONDS}`,
    'done',
    'echo "the links did not come up" >&2',
    'exit 1',
    '',
  ].join('\n')
}

/** The script that removes every node: its processes, its namespace, its files. Never fails. */
export const removeScript = (nodes: readonly string[]): string =>
  nodes
    .map(namespaceOf)
    .flatMap((name) => [
      `pids=$(ip netns pids ${name} 2>/dev/null) && [ -z "$pids" ] || kill -9 $pids 2>/dev/null`,
      `[ ! -e /run/netns/${name} ] || ip netns delete ${name}`,
      `rm -rf /etc/netns/${name}`,
    ])
    .concat('rmdir /etc/netns 2>/dev/null', 'true', '')
    .join('\n')
