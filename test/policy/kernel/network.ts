/**
 * Three hosts on two cables, in network namespaces of this process: client – router – server. Each is
 * a whole kernel stack, with a second address of either family; who a neighbour is stands fixed, so
 * that rules meet the packets that were sent and nothing else.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import type { Output } from '../../../src/facts/source.ts'
import { makeNamespace, type Namespace } from './namespace.ts'

export type HostName = 'client' | 'router' | 'server'
export const HOSTS: readonly HostName[] = ['client', 'router', 'server']

export type Addresses = Readonly<Record<4 | 6, readonly string[]>>

/** A device, its addresses, and the device at the other end of its cable. */
type Device = {
  readonly host: HostName
  readonly name: string
  readonly mac: string
  readonly peer: string
  readonly addresses: Addresses
}

const DEVICES: readonly Device[] = [
  {
    host: 'client',
    name: 'c0',
    mac: '02:00:00:00:00:01',
    peer: 'lan0',
    addresses: { 4: ['10.77.1.1', '10.77.1.5'], 6: ['fd00:77:1::1', 'fd00:77:1::5'] },
  },
  {
    host: 'router',
    name: 'lan0',
    mac: '02:00:00:00:00:02',
    peer: 'c0',
    addresses: { 4: ['10.77.1.254'], 6: ['fd00:77:1::fe'] },
  },
  {
    host: 'router',
    name: 'lan1',
    mac: '02:00:00:00:00:03',
    peer: 's0',
    addresses: { 4: ['10.77.2.254'], 6: ['fd00:77:2::fe'] },
  },
  {
    host: 'server',
    name: 's0',
    mac: '02:00:00:00:00:04',
    peer: 'lan1',
    addresses: { 4: ['10.77.2.2', '10.77.2.6'], 6: ['fd00:77:2::2', 'fd00:77:2::6'] },
  },
]
const GATEWAY: Readonly<Record<string, Readonly<Record<4 | 6, string>>>> = {
  client: { 4: '10.77.1.254', 6: 'fd00:77:1::fe' },
  server: { 4: '10.77.2.254', 6: 'fd00:77:2::fe' },
}
/** Where packets with a mark of their own are routed to: nowhere, in each host's manner. */
const MARKED = { mark: '0x7', table: '77' } as const
const NOWHERE: Readonly<Record<HostName, string>> = {
  client: 'unreachable',
  router: 'prohibit',
  server: 'blackhole',
}
const PREFIX_BITS = { 4: 24, 6: 64 } as const
const FAMILIES = [4, 6] as const

/** The addresses of a host, those of its loopback device last. */
export function addressesOf(host: HostName, family: 4 | 6): readonly string[] {
  const own = DEVICES.filter((device) => device.host === host)
  return [...own.flatMap(({ addresses }) => addresses[family]), family === 4 ? '127.0.0.1' : '::1']
}

/** The host at the other end of the cable that the device is on; null for the loopback device. */
export function beyond(host: HostName, device: string): { host: HostName; device: string } | null {
  const own = DEVICES.find((one) => one.host === host && one.name === device)
  const peer = DEVICES.find(({ name }) => name === own?.peer)
  return peer === undefined ? null : { host: peer.host, device: peer.name }
}

export type Network = {
  readonly inside: <T>(host: HostName, work: () => T) => T
  /** Runs a command on a host to its end. */
  readonly output: (host: HostName, argv: readonly string[], input?: string) => Output
  /** The same; throws with what it said when it fails. */
  readonly run: (host: HostName, argv: readonly string[], input?: string) => string
  readonly close: () => void
}

/**
 * What would put packets of its own among those that are compared, or hold some back: errors are
 * rationed, connections are remembered for minutes, half-open ones are answered again.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  'ipv4/ip_forward': '1',
  'ipv6/conf/all/forwarding': '1',
  'ipv4/conf/*/rp_filter': '0',
  'ipv4/conf/*/send_redirects': '0',
  'ipv6/conf/*/accept_ra': '0',
  'ipv6/conf/*/addr_gen_mode': '1',
  'ipv6/conf/*/mldv2_unsolicited_report_interval': '1',
  'ipv4/icmp_ratemask': '0',
  'ipv4/icmp_ratelimit': '0',
  'ipv6/icmp/ratelimit': '0',
  'ipv4/tcp_syncookies': '0',
  'ipv4/tcp_synack_retries': '0',
  'ipv4/tcp_max_syn_backlog': '65535',
  'core/somaxconn': '65535',
  'netfilter/nf_conntrack_udp_timeout': '10',
  'netfilter/nf_conntrack_udp_timeout_stream': '10',
  'netfilter/nf_conntrack_icmp_timeout': '10',
  'netfilter/nf_conntrack_icmpv6_timeout': '10',
  'netfilter/nf_conntrack_tcp_timeout_syn_sent': '10',
  'netfilter/nf_conntrack_tcp_timeout_syn_recv': '10',
}

/** Settings that kernels before 5.x and after have under other names, or not for a namespace. */
const OPTIONAL: ReadonlySet<string> = new Set(['core/somaxconn'])

function settle(): void {
  const root = '/proc/sys/net'
  for (const [name, value] of Object.entries(SETTINGS)) {
    const [before = '', after] = name.split('*')
    const paths =
      after === undefined
        ? [name]
        : readdirSync(`${root}/${before}`).map((device) => `${before}${device}${after}`)
    for (const path of paths) {
      try {
        writeFileSync(`${root}/${path}`, value)
      } catch (error) {
        if (!OPTIONAL.has(name)) throw error
      }
    }
  }
}

/** What ip(8) is to do on a host, a line each. */
function addressing(host: HostName): string[] {
  const lines = ['link set lo up']
  for (const { name, mac, peer, addresses } of DEVICES.filter((device) => device.host === host)) {
    lines.push(`link set ${name} address ${mac} up`)
    const far = DEVICES.find((device) => device.name === peer)
    for (const family of FAMILIES) {
      for (const address of addresses[family]) {
        const nodad = family === 6 ? ' nodad' : ''
        lines.push(`address add ${address}/${PREFIX_BITS[family]} dev ${name}${nodad}`)
      }
      for (const address of far?.addresses[family] ?? []) {
        lines.push(`neighbour replace ${address} lladdr ${far?.mac} dev ${name} nud permanent`)
      }
    }
  }
  const via = GATEWAY[host]
  if (via !== undefined)
    lines.push(`route add 0.0.0.0/0 via ${via[4]}`, `route add ::/0 via ${via[6]}`)
  for (const everything of ['0.0.0.0/0', '::/0'])
    lines.push(`route add ${NOWHERE[host]} ${everything} table ${MARKED.table}`)
  return lines
}

/** Makes the network. */
export function makeNetwork(): Network {
  const spaces = new Map<HostName, Namespace>(HOSTS.map((host) => [host, makeNamespace()]))
  const space = (host: HostName): Namespace => {
    const found = spaces.get(host)
    if (found === undefined) throw new Error(`no host ${host}`)
    return found
  }
  const output: Network['output'] = (host, argv, input = '') => {
    const [program = '', ...words] = argv
    const { stdout, stderr, status, error } = space(host).inside(() =>
      spawnSync(program, words, { encoding: 'utf8', input, maxBuffer: 64 << 20 }),
    )
    const failure = error === undefined ? null : 'missing'
    return { argv, stdout: stdout ?? '', stderr: stderr ?? '', code: status, failure, tookMs: 0 }
  }
  const run: Network['run'] = (host, argv, input) => {
    const { stdout, stderr, code, failure } = output(host, argv, input)
    if (code === 0) return stdout
    throw new Error(`${argv.join(' ')}: ${failure ?? stderr}\n${input ?? ''}`)
  }
  for (const [one, other] of [
    ['c0', 'lan0'],
    ['lan1', 's0'],
  ]) {
    const far = DEVICES.find(({ name }) => name === other)?.host ?? 'router'
    const host = DEVICES.find(({ name }) => name === one)?.host ?? 'router'
    run(host, [
      ...['ip', 'link', 'add', `${one}`, 'type', 'veth'],
      ...['peer', 'name', `${other}`, 'netns', space(far).path],
    ])
  }
  for (const host of HOSTS) {
    space(host).inside(settle)
    run(host, ['ip', '-batch', '-'], `${addressing(host).join('\n')}\n`)
    for (const family of ['-4', '-6'])
      run(host, ['ip', family, 'rule', 'add', 'fwmark', MARKED.mark, 'lookup', MARKED.table])
    space(host).inside(settle)
  }
  return {
    inside: (host, work) => space(host).inside(work),
    output,
    run,
    close: () => {
      for (const one of spaces.values()) one.close()
    },
  }
}
