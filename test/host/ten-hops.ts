/**
 * A path of ten hops in namespaces for `rungs trace`. Node 0 is the client, 1 to 9 are routers, 10 is the target;
 * link i joins node i-1 (10.9.i.1, device `ri`) and node i (10.9.i.2, device `li`); in IPv6 fd09:i::1 and ::2.
 * Beside node 5 stands another router (11) from node 4 to node 6, and a second link goes from the client to node
 * 3 (device `second`, 10.9.70.1 and .2); nothing goes by either until it is told to. Routers answer all errors.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeNamespaces, uniqueName } from './namespace.ts'
import { bundle } from './script.ts'

export const TARGET = '10.9.10.2'
export const TARGET_6 = 'fd09:10::2'

const NODES = 12
const HOPS = 10

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string }

export type TenHops = {
  /** The namespace of a node. */
  readonly name: (node: number) => string
  /** Runs a shell script in a node; throws where it fails. */
  readonly sh: (node: number, script: string) => string
  /** `rungs trace` with these words in the client. */
  readonly trace: (words: string) => Ran
  /** The same as a user without any privilege. */
  readonly traceUnprivileged: (words: string) => Ran
  readonly remove: () => void
}

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

function script(): string {
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
  ].join('\n')
}

const NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs']

export function makeTenHops(): TenHops {
  const prefix = uniqueName('t')
  const name = (node: number): string => `${prefix}${node}`
  execFileSync('sh', ['-c', script().replace(/\bN(\d+)\b/g, `${prefix}$1`)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const directory = mkdtempSync(join(tmpdir(), 'rungs-hops-'))
  execFileSync('chmod', ['755', directory])
  const program = bundle(directory, 'rungs', "import './cli/main.ts'")
  const trace =
    (user: readonly string[]) =>
    (words: string): Ran => {
      const argv = ['netns', 'exec', name(0), ...user, process.execPath, program, 'trace']
      const { status, stdout, stderr } = spawnSync('ip', [...argv, ...words.split(' ')], {
        encoding: 'utf8',
        timeout: 60_000,
        env: { ...process.env, LANG: 'C.UTF-8', NO_COLOR: '1' },
      })
      return { code: status, out: stdout, err: stderr }
    }
  return {
    name,
    sh: (node, command) =>
      execFileSync('ip', ['netns', 'exec', name(node), 'sh', '-c', command], { encoding: 'utf8' }),
    trace: trace([]),
    traceUnprivileged: trace(NOBODY),
    remove: () => {
      rmSync(directory, { recursive: true })
      removeNamespaces(...Array.from({ length: NODES }, (_, node) => name(node)))
    },
  }
}
