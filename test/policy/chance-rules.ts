/** Rule sets made by chance, from a seed: the same seed, the same rules. */

export type Chance = {
  /** A number from 0 up to but without `below`. */
  readonly below: (below: number) => number
  readonly pick: <T>(items: readonly T[]) => T
}

/** Mulberry32, a generator of 32 bits that is good enough to make test cases. */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
  }
}

const times = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at))

type Host = 'client' | 'server'

const NFT_CONDITIONS: readonly string[] = [
  ...['tcp dport 8001', 'tcp dport { 8001, 8003 }', 'tcp dport 8002-8003', 'tcp dport != 8002'],
  ...['tcp dport < 8002', 'tcp dport >= 8003', 'udp dport 8001', 'udp dport { 8002-8004 }'],
  ...['th dport 8002', 'meta l4proto tcp', 'meta l4proto { tcp, udp }', 'meta l4proto != udp'],
  ...['ip saddr 10.77.0.0/24', 'ip saddr != 10.77.0.1', 'ip saddr 10.77.0.1-10.77.0.9'],
  ...['ip daddr { 10.77.0.2, 10.0.0.0/9 }', 'ip6 saddr fd00:77::/64', 'ip6 daddr != fd00:77::2'],
  ...['ip protocol udp', 'ip6 nexthdr tcp', 'meta nfproto ipv4', 'meta nfproto != ipv4'],
  ...['ct state new', 'ct state established,related', 'ct state != established | related'],
  ...['ct state { new, invalid }', 'ct state ! invalid', 'ct state != new'],
  ...['tcp flags syn / fin,syn,rst,ack', 'tcp flags & (fin|ack) == 0', 'tcp flags == syn'],
  ...['tcp flags != syn', 'tcp flags ! ack', 'tcp flags syn,ack', 'tcp sport 1-1023'],
  ...['ip saddr . tcp dport { 10.77.0.1 . 8001, 10.77.0.9 . 8002 }', 'ip saddr @hosts'],
  ...['tcp dport @ports', 'ip6 saddr . udp dport != { fd00:77::1 . 8003 }', 'meta mark 0'],
  ...[
    'meta mark & 0xff == 0x1',
    'meta protocol ip6',
    'ip saddr @none',
    'meta l4proto . th dport @pairs',
  ],
]
const AT_SERVER: readonly string[] = [
  ...['iifname "s0"', 'iifname "s*"', 'iif != "lo"', 'iifname { "s0", "lo" }', 'oifname "s0"'],
  ...['fib daddr type local', 'fib daddr type != local', 'meta skuid 0'],
]
const AT_CLIENT: readonly string[] = [
  ...['oifname "c0"', 'oifname "c*"', 'oif "lo"', 'oifname != "c0"', 'iifname "c0"'],
  ...['fib saddr type local'],
]
const NFT_ENDS: readonly string[] = [
  ...['accept', 'accept', 'accept', 'drop', 'drop', 'reject', 'return', 'counter', 'log'],
  ...['reject with icmpx admin-prohibited', 'counter drop', 'counter accept'],
]

/** What a condition makes sure of; nft refuses a rule that asks for two of one kind. */
const CLASHES: readonly (readonly [RegExp, RegExp])[] = [
  [/\btcp (?:dport|sport|flags)|l4proto tcp|nexthdr tcp/, /\budp dport|protocol udp/],
  [/\btcp flags/, /l4proto \{ tcp, udp \}/],
  [/\bip (?:[sd]addr|protocol)|nfproto ipv4/, /\bip6 |protocol ip6/],
]

const clash = (rule: string): boolean =>
  CLASHES.some(([one, other]) => one.test(rule) && other.test(rule))

/** A rule that nft takes. */
function nftRule(random: Chance, host: Host, deeper: readonly string[]): string {
  for (;;) {
    const rule = anyNftRule(random, host, deeper)
    if (!clash(rule)) return rule
  }
}

function anyNftRule(random: Chance, host: Host, deeper: readonly string[]): string {
  const own = host === 'server' ? AT_SERVER : AT_CLIENT
  const conditions = times(random.below(3), () =>
    random.pick(random.below(5) === 0 ? own : NFT_CONDITIONS),
  )
  const jumps = deeper.flatMap((name) => [`jump ${name}`, `goto ${name}`])
  const target = random.pick([...jumps, 'accept', 'drop'])
  const maps = [
    `tcp dport vmap { 8001 : ${target}, 8002-8003 : ${random.pick(['accept', 'drop', 'return'])} }`,
    'ip saddr . udp dport vmap { 10.77.0.1 . 8001 : drop, 10.77.0.1 . 8002 : accept }',
    'ct state vmap { established : accept, invalid : drop }',
    'meta l4proto vmap { tcp : continue, udp : accept }',
    'tcp dport vmap @decide',
  ]
  const kind = random.below(10)
  if (kind < 3 && jumps.length > 0) return [...conditions, random.pick(jumps)].join(' ')
  if (kind === 3) return [...conditions, random.pick(maps)].join(' ')
  // A rule that ends all packets leaves nothing to find out.
  const end = conditions.length === 0 ? random.pick(['counter', 'log']) : random.pick(NFT_ENDS)
  return [...conditions, end].join(' ')
}

const NFT_SETS = `
  set hosts { type ipv4_addr; flags interval; elements = { 10.77.0.0/28, 192.0.2.1 }; }
  set none { type ipv4_addr; }
  set ports { type inet_service; flags interval; elements = { 8001, 8003-8009 }; }
  set pairs { type inet_proto . inet_service; elements = { tcp . 8001, udp . 8003 }; }
  map decide { type inet_service : verdict; elements = { 8001 : drop, 8004 : accept }; }
`

/** One or two tables with base chains at the request's hooks, and chains to jump to. */
export function nftRules(random: Chance, host: Host): string {
  const tables = times(1 + random.below(2), (at) => {
    const names = ['first', 'second', 'third']
    const rules = (deeper: readonly string[], most: number): string =>
      times(1 + random.below(most), () => `    ${nftRule(random, host, deeper)}`).join('\n')
    const hooks = host === 'server' ? ['prerouting', 'input', 'input'] : ['output']
    const regular = names.map(
      (name, index) => `  chain ${name} {\n${rules(names.slice(index + 1), 4)}\n  }`,
    )
    const base = times(1 + random.below(2), (index) => {
      const policy = random.pick(['accept', 'accept', 'drop'])
      const head = `type filter hook ${random.pick(hooks)} priority ${random.pick([-150, -5, 0, 10])}`
      return `  chain base${index} {\n    ${head}; policy ${policy};\n${rules(names, 6)}\n  }`
    })
    return `table inet t${at} {${NFT_SETS}${[...regular.reverse(), ...base].join('\n')}\n}\n`
  })
  const redirect = `table inet nat {
  chain turn {
    type nat hook prerouting priority dstnat;
    ${random.pick(['tcp dport 8001', 'udp dport 8002', 'ip daddr 10.77.0.2 tcp dport { 8002, 8003 }'])} redirect to :8004
  }
}
`
  return tables.join('') + (host === 'server' && random.below(3) === 0 ? redirect : '')
}

const IPTABLES_CONDITIONS = (family: 4 | 6): readonly string[] => [
  ...[
    '-p tcp -m tcp --dport 8001',
    '-p tcp -m tcp --dport 8002:8003',
    '-p tcp -m tcp ! --dport 8002',
  ],
  ...[
    '-p udp -m udp --dport 8001',
    '-p udp -m multiport --dports 8002,8003:8004',
    '-p tcp',
    '! -p tcp',
  ],
  ...['-p tcp -m multiport ! --dports 8001,8003', '-p tcp -m multiport --ports 8001', '-p udp'],
  ...[
    '-m conntrack --ctstate NEW',
    '-m conntrack --ctstate RELATED,ESTABLISHED',
    '-m state --state NEW',
  ],
  ...['-m conntrack ! --ctstate NEW', '-p tcp --syn', '-p tcp ! --syn', '-m mark --mark 0x0'],
  ...['-p tcp -m tcp --tcp-flags SYN,RST SYN', '-p tcp -m tcp --tcp-flags ALL NONE'],
  ...['-m comment --comment "so \\"it\\" is"', '-m mark --mark 0x1/0xff', '-p tcp --sport 1:1023'],
  ...(family === 4
    ? [
        '-s 10.77.0.0/24',
        '! -s 10.77.0.1',
        '-d 10.77.0.2',
        '-m iprange --src-range 10.77.0.1-10.77.0.9',
      ]
    : [
        '-s fd00:77::/64',
        '! -s fd00:77::1',
        '-d fd00:77::2',
        '-m iprange --src-range fd00:77::1-fd00:77::9',
      ]),
]

const iptablesEnds = (conditions: string): readonly string[] => [
  ...['ACCEPT', 'ACCEPT', 'ACCEPT', 'DROP', 'DROP', 'REJECT', 'RETURN', 'LOG'],
  ...(conditions.startsWith('-p tcp') ? ['REJECT --reject-with tcp-reset'] : []),
]

function iptablesRule(
  random: Chance,
  host: Host,
  family: 4 | 6,
  deeper: readonly string[],
): string {
  const device =
    host === 'server'
      ? ['-i s+', '-i s0', '! -i lo', '-m addrtype --dst-type LOCAL']
      : ['-o c0', '-o c+', '! -o c0']
  const conditions = [
    ...times(random.below(2), () => random.pick(IPTABLES_CONDITIONS(family))),
    ...times(random.below(5) === 0 ? 1 : 0, () => random.pick(device)),
  ].join(' ')
  const jumps = deeper.flatMap((name) => [`-j ${name}`, `-g ${name}`])
  if (random.below(10) < 3 && jumps.length > 0) return `${conditions} ${random.pick(jumps)}`
  return `${conditions} -j ${conditions === '' ? 'LOG' : random.pick(iptablesEnds(conditions))}`
}

/** A filter table, and now and then mangle and nat, for iptables-restore. */
export function iptablesRules(random: Chance, host: Host, family: 4 | 6): string {
  const names = ['first', 'second', 'third']
  const chain = host === 'server' ? 'INPUT' : 'OUTPUT'
  const lines = (name: string, deeper: readonly string[], most: number): string[] =>
    times(1 + random.below(most), () => `-A ${name} ${iptablesRule(random, host, family, deeper)}`)
  const filter = [
    '*filter',
    `:${chain} ${random.pick(['ACCEPT', 'ACCEPT', 'DROP'])} [0:0]`,
    ...names.map((name) => `:${name} - [0:0]`),
    ...lines(chain, names, 7),
    ...names.flatMap((name, at) => lines(name, names.slice(at + 1), 3)),
    'COMMIT',
  ]
  const early = host === 'server' ? 'PREROUTING' : 'OUTPUT'
  const bare = lines(early, [], 2).map((line) => line.replace(/ -j (REJECT.*)$/, ' -j DROP'))
  const mangle = random.below(3) === 0 ? ['*mangle', ...bare, 'COMMIT'] : []
  const turn = ['*nat', '-A PREROUTING -p tcp --dport 8001 -j REDIRECT --to-ports 8004', 'COMMIT']
  const nat = host === 'server' && random.below(3) === 0 ? turn : []
  return [...mangle, ...nat, ...filter, ''].join('\n')
}
