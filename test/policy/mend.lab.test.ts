/**
 * The commands against the kernel: a rule stops a connection; the command is run in a shell, and it
 * passes; the undo is run, and it is stopped again, with the rules as they were.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { parseNftJson } from '../../src/facts/nft.ts'
import type { Hook, RuleSet } from '../../src/facts/rule-set.ts'
import { type Start, walkJourney } from '../../src/policy/journey.ts'
import { mendCommands } from '../../src/policy/mend.ts'
import type { Packet } from '../../src/policy/packet.ts'
import { CLIENT, SERVER, type TwoHosts, twoHosts } from './two-hosts.ts'

let hosts: TwoHosts
beforeAll(async () => {
  hosts = await twoHosts('mend')
})
afterAll(() => hosts.close())
beforeEach(() => {
  for (const host of ['client', 'server'] as const) hosts.run(host, ['nft', 'flush', 'ruleset'])
})

type Case = {
  readonly title: string
  readonly host: 'client' | 'server'
  readonly load: string
  readonly rules: string
  readonly family: 4 | 6
  readonly protocol: 'tcp' | 'udp'
  readonly hook: Hook
  readonly reply?: true
  /** How the command begins. */
  readonly command: string
}

const NFT = 'nft -f -'
const nft = (family: string, hook: string, policy: string, ...rules: readonly string[]): string =>
  `table ${family} my-filter {
  set bad { type ipv4_addr; elements = { 10.77.0.1, 10.0.0.5 }; }
  chain deeper {
    tcp dport 8001 counter reject with tcp reset
    tcp dport 8009 accept
  }
  chain base {
    type filter hook ${hook} priority 0; policy ${policy};
    ${rules.join('\n    ')}
  }
}
`
const save = (chain: string, policy: string, ...rules: readonly string[]): string =>
  [
    '*filter',
    `:${chain} ${policy} [0:0]`,
    ...rules.map((rule) => `-A ${chain} ${rule}`),
    'COMMIT',
    '',
  ].join('\n')

const server4 = { host: 'server', hook: 'input', family: 4, protocol: 'tcp' } as const
const first = 'tcp dport 8009 accept'
const last = 'tcp dport 8008 accept'

const CASES: readonly Case[] = [
  {
    ...server4,
    title: 'nft: a rule in the middle, with a comment that a shell would like to run',
    load: NFT,
    rules: nft(
      'inet',
      'input',
      'accept',
      first,
      `tcp dport 8001 counter drop comment "it's $HOME; \`id\` #1"`,
      last,
    ),
    command: 'nft delete rule inet my-filter base handle ',
  },
  {
    ...server4,
    title: 'nft: the first rule, for UDP, that rejects',
    protocol: 'udp',
    load: NFT,
    rules: nft('ip', 'input', 'accept', 'udp dport 8001 reject with icmp admin-prohibited', last),
    command: 'nft delete rule ip my-filter base handle ',
  },
  {
    ...server4,
    title: 'nft: the last rule, for IPv6, on several conditions',
    family: 6,
    load: NFT,
    rules: nft(
      'ip6',
      'input',
      'accept',
      'udp dport 1 accept',
      'ip6 saddr fd00:77::/64 tcp dport 8001 log prefix "no way: " drop',
    )
      .replace('ipv4_addr', 'ipv6_addr')
      .replace('10.77.0.1, 10.0.0.5', 'fd00::9'),
    command: 'nft delete rule ip6 my-filter base handle ',
  },
  {
    ...server4,
    title: 'nft: the policy of the chain',
    load: NFT,
    rules: nft('inet', 'input', 'drop', first, last),
    command: 'nft insert rule inet my-filter base tcp dport 8001 accept',
  },
  {
    ...server4,
    title: 'nft: a set of ports, which stays',
    load: NFT,
    rules: nft('inet', 'input', 'accept', first, 'tcp dport { 8001, 8002 } drop', last),
    command: 'nft insert rule inet my-filter base handle ',
  },
  {
    ...server4,
    title: 'nft: a range of ports, for UDP, which stays',
    protocol: 'udp',
    load: NFT,
    rules: nft('inet', 'input', 'accept', 'udp dport 8000-8010 reject'),
    command: 'nft insert rule inet my-filter base handle ',
  },
  {
    ...server4,
    title: 'nft: an address in a named set is taken out of it',
    load: NFT,
    rules: nft('inet', 'input', 'accept', 'ip saddr @bad drop', last),
    command: "nft delete element inet my-filter bad '{ 10.77.0.1 }'",
  },
  {
    ...server4,
    title: 'nft: a whole network, which stays shut for the rest',
    load: NFT,
    rules: nft('inet', 'input', 'accept', first, 'ip saddr 10.0.0.0/8 drop'),
    command: 'nft insert rule inet my-filter base handle ',
  },
  {
    ...server4,
    title: 'nft: a rule in a chain that is jumped to',
    load: NFT,
    rules: nft('inet', 'input', 'accept', first, 'meta l4proto tcp jump deeper', last),
    command: 'nft delete rule inet my-filter deeper handle ',
  },
  {
    ...server4,
    title: 'nft: a verdict map, which stays',
    load: NFT,
    rules: nft('inet', 'input', 'accept', 'tcp dport vmap { 8001 : drop, 8002 : drop }'),
    command: 'nft insert rule inet my-filter base handle ',
  },
  {
    ...server4,
    title: 'nft: the default of a client that forbids what leaves',
    host: 'client',
    hook: 'output',
    load: NFT,
    rules: nft('inet', 'output', 'drop', first),
    command: 'nft insert rule inet my-filter base ip daddr 10.77.0.2 tcp dport 8001 accept',
  },
  {
    ...server4,
    title: 'nft: replies that nobody lets in',
    host: 'client',
    reply: true,
    load: NFT,
    rules: nft('inet', 'input', 'drop', first),
    command: 'nft insert rule inet my-filter base ct state established,related accept',
  },
  {
    ...server4,
    title: 'iptables: a rule in the middle, with a comment that a shell would like to run',
    load: 'iptables-restore',
    rules: save(
      'INPUT',
      'ACCEPT',
      '-p tcp --dport 8009 -j ACCEPT',
      '-p tcp -m tcp --dport 8001 -m comment --comment "it\'s \\"$HOME\\" `id`" -j DROP',
      '-p tcp --dport 8008 -j ACCEPT',
    ),
    command: 'iptables -D INPUT -p tcp -m tcp --dport 8001 ',
  },
  {
    ...server4,
    title: 'iptables: a reset',
    load: 'iptables-restore',
    rules: save(
      'INPUT',
      'ACCEPT',
      '-p tcp -m tcp --dport 8001 --tcp-flags FIN,SYN,RST,ACK SYN -j REJECT --reject-with tcp-reset',
    ),
    command:
      'iptables -D INPUT -p tcp -m tcp --dport 8001 --tcp-flags FIN,SYN,RST,ACK SYN -j REJECT --reject-with tcp-reset',
  },
  {
    ...server4,
    title: 'iptables: the policy of the chain',
    load: 'iptables-restore',
    rules: save('INPUT', 'DROP', '-p tcp --dport 8009 -j ACCEPT'),
    command: 'iptables -I INPUT -p tcp --dport 8001 -j ACCEPT',
  },
  {
    ...server4,
    title: 'iptables: a list of ports, which stays',
    load: 'iptables-restore',
    rules: save(
      'INPUT',
      'ACCEPT',
      '-p tcp --dport 8009 -j ACCEPT',
      '-p tcp -m multiport --dports 8001,8002 -j DROP',
    ),
    command: 'iptables -I INPUT 2 -p tcp --dport 8001 -j ACCEPT',
  },
  {
    ...server4,
    title: 'iptables: one client, whose rule goes',
    load: 'iptables-restore',
    rules: save('INPUT', 'ACCEPT', '-s 10.77.0.1/32 -j DROP'),
    command: 'iptables -D INPUT -s 10.77.0.1/32 -j DROP',
  },
  {
    ...server4,
    title: 'iptables: what a client may not send',
    host: 'client',
    hook: 'output',
    load: 'iptables-restore',
    rules: save(
      'OUTPUT',
      'ACCEPT',
      '-p udp -j ACCEPT',
      '-o c0 -p tcp -m tcp --dport 8001 -j REJECT --reject-with icmp-host-unreachable',
    ),
    command: 'iptables -D OUTPUT -o c0 -p tcp -m tcp --dport 8001 ',
  },
  {
    ...server4,
    title: 'ip6tables: a rule for UDP',
    family: 6,
    protocol: 'udp',
    load: 'ip6tables-restore',
    rules: save(
      'INPUT',
      'ACCEPT',
      '-p udp -m udp --dport 8001 -j REJECT --reject-with icmp6-adm-prohibited',
      '-p tcp -j ACCEPT',
    ),
    command: 'ip6tables -D INPUT -p udp -m udp --dport 8001 ',
  },
  {
    ...server4,
    title: 'ip6tables: the policy of the chain',
    family: 6,
    load: 'ip6tables-restore',
    rules: save('INPUT', 'DROP'),
    command: 'ip6tables -I INPUT -p tcp --dport 8001 -j ACCEPT',
  },
]

const DEVICES = { client: 'c0', server: 's0' } as const

function packetOf({ family, protocol, host, hook, reply }: Case): Packet {
  const request: Packet = {
    family,
    protocol,
    source: CLIENT[family],
    destination: SERVER[family],
    sourcePort: null,
    destinationPort: 8001,
    inputDevice: hook === 'output' ? '' : DEVICES[host],
    outputDevice: hook === 'output' ? DEVICES[host] : '',
    state: 'new',
    syn: protocol === 'tcp',
    icmpType: null,
  }
  if (reply === undefined) return request
  const { source, destination } = request
  const turned = {
    source: destination,
    destination: source,
    sourcePort: 8001,
    destinationPort: null,
  }
  return { ...request, ...turned, state: 'established' }
}

function ruleSets(host: 'client' | 'server'): readonly RuleSet[] {
  const sets = [
    parseNftJson(hosts.run(host, ['nft', '-j', 'list', 'ruleset'])),
    parseIptablesSave(hosts.run(host, ['iptables-save', '-c']), 4),
    parseIptablesSave(hosts.run(host, ['ip6tables-save', '-c']), 6),
  ]
  return sets.filter((set) => set !== null)
}

/** The rules as people read them, without what changes by itself: handles and counters. */
const listing = (host: 'client' | 'server'): string =>
  ['nft list ruleset', 'iptables-save', 'ip6tables-save']
    .map((command) => hosts.run(host, command.split(' ')))
    .join('')
    .replace(/^#.*\n/gm, '')
    .replace(/packets \d+ bytes \d+|\[\d+:\d+\]/g, '')

test.for(CASES)('$title', async (one) => {
  const { host, family, protocol, hook } = one
  const reached = async (): Promise<boolean> =>
    (await hosts.knock([{ protocol, address: SERVER[family], port: 8001 }]))[0] === 8001
  hosts.run(host, one.load.split(' '), one.rules)
  const before = listing(host)
  expect(await reached()).toBe(false)

  const packet = packetOf(one)
  const sets = ruleSets(host)
  const start: Start = hook === 'input' ? { kind: 'arrives', device: null } : { kind: 'local' }
  const { verdict, place } = walkJourney({ ruleSets: sets, routing: null }, packet, start)
  expect(['dropped', 'rejected']).toContain(verdict)
  if (place === null) throw new Error('nothing decided')
  const rule =
    sets
      .flatMap((set) => set.chains)
      .flatMap((chain) => chain.rules)
      .find((each) => each.place === place) ?? null
  const mend = mendCommands(place, rule, packet, hook)
  expect(mend.command.slice(0, one.command.length)).toBe(one.command)

  hosts.run(host, ['sh', '-c', mend.command])
  expect(await reached()).toBe(true)
  hosts.run(host, ['sh', '-c', mend.undo ?? 'false'])
  expect(await reached()).toBe(false)
  expect(listing(host)).toBe(before)
})
