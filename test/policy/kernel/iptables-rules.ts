/**
 * Rule sets for iptables-restore(8) made by chance: the tables raw, mangle, nat and filter, chains at
 * the hooks of a host with policies, and chains of their own that they jump to.
 */
import type { Hook } from '../../../src/facts/rule-set.ts'
import { type Chance, times } from './chance.ts'
import { type Row, type Sure, type Words, writeOne } from './grammar.ts'
import { CONDITIONS, COUNTS, FILTER, JUMPS, MANGLE, NAT, PLAIN, RAW } from './iptables-grammar.ts'
import type { HostName } from './network.ts'
import { anyAddress, anyPort, DEVICES, NOBODY, ownAddress, PREFIXES, RANGES } from './vocabulary.ts'

/** Addresses of a network that are moved to one of them: what nobody has is asked for, and reported late. */
const NETMAPS: Readonly<Record<4 | 6, readonly string[]>> = {
  4: [
    '--dst-range 10.77.1.1-10.77.1.5 -j NETMAP --to 10.77.1.4/30',
    '--dst-range 10.77.1.1-10.77.1.5 -j NETMAP --to 10.77.1.0/30',
    '--dst-range 10.77.2.2-10.77.2.6 -j NETMAP --to 10.77.2.4/30',
    '--dst-range 10.77.2.2-10.77.2.6 -j NETMAP --to 10.77.2.0/30',
  ],
  6: [
    '--dst-range fd00:77:1::1-fd00:77:1::5 -j NETMAP --to fd00:77:1::4/126',
    '--dst-range fd00:77:1::1-fd00:77:1::5 -j NETMAP --to fd00:77:1::/126',
    '--dst-range fd00:77:2::2-fd00:77:2::6 -j NETMAP --to fd00:77:2::4/126',
  ],
}

type Standing = {
  readonly host: HostName
  readonly family: 4 | 6
  readonly hook: Hook
  readonly targets: readonly Row[]
  readonly deeper: readonly string[]
}

type Table = {
  readonly name: string
  /** In how many of 100 rule sets there is one. */
  readonly percent: number
  readonly hooks: readonly Hook[]
  readonly targets: readonly Row[]
}

const TABLES: readonly Table[] = [
  { name: 'raw', percent: 20, hooks: ['prerouting', 'output'], targets: RAW },
  {
    name: 'mangle',
    percent: 30,
    hooks: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
    targets: MANGLE,
  },
  {
    name: 'nat',
    percent: 45,
    hooks: ['prerouting', 'input', 'output', 'postrouting'],
    targets: NAT,
  },
  { name: 'filter', percent: 100, hooks: ['input', 'forward', 'output'], targets: FILTER },
]

/** In how many of 100 tables a hook that a host has much to do with, or little, has rules. */
const USUAL: Readonly<Record<HostName, readonly Hook[]>> = {
  client: ['output', 'postrouting', 'input'],
  router: ['prerouting', 'forward', 'postrouting'],
  server: ['prerouting', 'input', 'output'],
}
const USUAL_PERCENT = 80
const UNUSUAL_PERCENT = 15

function words({ host, family, deeper }: Standing): Words {
  return {
    chain: (r) => r.pick(deeper),
    not: (r) => r.pick(['', '', '! ']),
    port: (r) => `${anyPort(r)}`,
    address: (r) => r.pick([anyAddress(r, family), r.pick(PREFIXES[family]), NOBODY[family]]),
    one: (r) => anyAddress(r, family),
    host: (r) => (family === 4 ? anyAddress(r, 4) : `[${anyAddress(r, 6)}]`),
    own: (r) => ownAddress(r, host, family),
    range: (r) => r.pick(RANGES[family]),
    netmap: (r) => r.pick(NETMAPS[family]),
    family: () => `${family}`,
    device: (r) => r.pick([...DEVICES[host], DEVICES[host][0].replace(/.$/, '+'), 'lo', 'eth0']),
    states: (r) =>
      r.pick([
        'NEW',
        'NEW',
        'ESTABLISHED',
        'RELATED,ESTABLISHED',
        'INVALID',
        'UNTRACKED',
        'NEW,INVALID',
      ]),
    icmp: (r) =>
      r.pick([
        ...['net-unreachable', 'host-unreachable', 'proto-unreachable', 'port-unreachable'],
        ...['net-prohibited', 'host-prohibited', 'admin-prohibited'],
      ]),
    icmp6: (r) =>
      r.pick([
        ...['no-route', 'adm-prohibited', 'addr-unreachable', 'port-unreachable'],
        ...['policy-fail', 'reject-route'],
      ]),
  }
}

const FLAGS = 'iptables tcp flags'
const CLAMPS = 'iptables TCPMSS'

function rule(
  random: Chance,
  chain: string,
  standing: Standing,
  possible: readonly Row[] = CONDITIONS,
): string {
  const { family, hook, targets, deeper } = standing
  const vocabulary = words(standing)
  const sure: Sure = { inet: false, l3: family, l4: null }
  const names = new Set<string>()
  const conditions: string[] = []
  for (let left = random.pick([0, 1, 1, 1, 2, 2, 3]); left > 0; left--) {
    const others = possible.filter(({ name }) => !names.has(name))
    const text = writeOne(random, others, sure, hook, vocabulary, (row) => names.add(row.name))
    conditions.push(text ?? '')
  }
  const all = deeper.length > 0 ? [...targets, ...JUMPS] : targets
  // Of two conditions on TCP's flags iptables-save 1.8.9 prints the second only.
  const ends = all.filter(({ name }) => !names.has(FLAGS) || name !== CLAMPS)
  const isOpen = conditions.length === 0 && random.percent(80)
  const end = isOpen ? '' : (writeOne(random, ends, sure, hook, vocabulary) ?? '')
  const icmp = family === 4 ? 'icmp' : 'ipv6-icmp'
  const { l4 } = sure
  const protocol = l4 === null || l4 === 'mixed' ? '' : `-p ${l4 === 'icmp' ? icmp : l4}`
  return ['-A', chain, protocol, ...conditions, end].filter((part) => part !== '').join(' ')
}

/** Rules of a long list, which a walk looks at otherwise than at a few (`MANY_RULES`, facts/unread-rule.ts). */
const MANY = 40

function chainOf(
  random: Chance,
  host: HostName,
  family: 4 | 6,
  table: Table,
  hook: Hook,
): string[] {
  const chain = hook.toUpperCase()
  const names = [`${hook}_1`, `${hook}_2`]
  const lines = (name: string, deeper: readonly string[], most: number): string[] =>
    times(1 + random.below(most), () =>
      rule(random, name, { host, family, hook, targets: table.targets, deeper }),
    )
  const policy = table.name !== 'nat' && random.percent(15) ? 'DROP' : 'ACCEPT'
  random.use(`iptables policy ${policy}`)
  const usual = random.percent(20) && table.name !== 'nat'
  const counting = { host, family, hook, targets: COUNTS, deeper: [] }
  const many = random.percent(8) ? times(MANY, () => rule(random, chain, counting, PLAIN)) : []
  return [
    `:${chain} ${policy} [0:0]`,
    ...names.map((name) => `:${name} - [0:0]`),
    ...(usual ? [`-A ${chain} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`] : []),
    ...many,
    ...lines(chain, names, 6),
    ...names.flatMap((name, at) => lines(name, names.slice(at + 1), 3)),
  ]
}

/** The rules of one family for a host, as iptables-restore reads them. */
export function iptablesRules(random: Chance, host: HostName, family: 4 | 6): string {
  const lines = TABLES.filter(({ percent }) => random.percent(percent)).flatMap((table) => {
    random.use(`iptables table ${table.name}`)
    const isUsual = (hook: Hook): boolean => USUAL[host].includes(hook)
    const hooks = table.hooks.filter((hook) =>
      random.percent(isUsual(hook) ? USUAL_PERCENT : UNUSUAL_PERCENT),
    )
    const all = hooks.flatMap((hook) => chainOf(random, host, family, table, hook))
    // Chains are told before the rules that jump to them.
    const heads = all.filter((line) => line.startsWith(':'))
    return [`*${table.name}`, ...heads, ...all.filter((line) => !line.startsWith(':')), 'COMMIT']
  })
  return `${lines.join('\n')}\n`
}

/** What the condition `set` asks for, as ipset restore reads it. */
export const SETS: string = [
  'create hosts4 hash:net family inet',
  'add hosts4 10.77.1.0/29',
  'add hosts4 10.77.2.6',
  'create hosts6 hash:net family inet6',
  'add hosts6 fd00:77:1::/126',
  'add hosts6 fd00:77:2::6',
  'create pairs4 hash:ip,port family inet',
  'add pairs4 10.77.2.2,tcp:8001-8002',
  'add pairs4 10.77.1.1,tcp:8003',
  'create pairs6 hash:ip,port family inet6',
  'add pairs6 fd00:77:2::2,tcp:8001-8002',
  'create ports bitmap:port range 0-65535',
  'add ports 8001',
  'add ports 8003-8004',
  '',
].join('\n')
