/**
 * Rule sets for nft(8) made by chance: tables of all families at mixed priorities, base chains of all
 * types at the hooks of a host, and chains of their own that they jump to.
 */
import type { Hook } from '../../../src/facts/rule-set.ts'
import { type Chance, times } from './chance.ts'
import { type Row, type Sure, type Words, writeOne } from './grammar.ts'
import type { HostName } from './network.ts'
import { CONDITIONS, COUNTS, ENDS, JUMPS, PLAIN, STATEMENTS, TRANSLATIONS } from './nft-grammar.ts'
import { anyAddress, anyPort, DEVICES, NOBODY, ownAddress, PREFIXES, RANGES } from './vocabulary.ts'

/** Where a rule stands, and the chains that it may send packets to. */
type Standing = {
  readonly host: HostName
  readonly family: 'ip' | 'ip6' | 'inet'
  readonly hook: Hook
  readonly deeper: readonly string[]
}

const hooks = (...rows: readonly (readonly [number, Hook])[]) =>
  rows.map(([weight, hook]) => ({ weight, hook }))

/** How often a base chain stands at which hook of a host. */
const HOOKS: Readonly<Record<HostName, ReturnType<typeof hooks>>> = {
  client: hooks([10, 'prerouting'], [30, 'input'], [45, 'output'], [15, 'postrouting']),
  router: hooks(
    [20, 'prerouting'],
    [15, 'input'],
    [40, 'forward'],
    [10, 'output'],
    [15, 'postrouting'],
  ),
  server: hooks([20, 'prerouting'], [45, 'input'], [25, 'output'], [10, 'postrouting']),
}
const PRIORITIES: readonly number[] = [
  -300, -250, -190, -150, -101, -50, -5, 0, 0, 0, 10, 50, 101, 200,
]
/** Before conntrack, at -200, nothing can be translated. */
const NAT_PRIORITIES: readonly number[] = [-150, -100, 0, 100]

function addresses(random: Chance, family: 4 | 6): string {
  const one = anyAddress(random, family)
  const [prefix, range] = [random.pick(PREFIXES[family]), random.pick(RANGES[family])]
  return random.pick([
    ...[one, one, prefix, range, `!= ${one}`, `!= ${prefix}`],
    ...[`{ ${one}, ${NOBODY[family]} }`, `!= { ${range}, ${NOBODY[family]} }`],
  ])
}

function ports(random: Chance): string {
  const port = anyPort(random)
  return random.pick([
    ...[`${port}`, `${port}`, `!= ${port}`, `< ${port}`, `>= ${port}`, `8001-${port}`],
    ...[`{ 22, ${port} }`, `!= { 1-1023, ${port} }`, `{ 8000-${port}, 9000-9100 }`],
  ])
}

function device(random: Chance, host: HostName): string {
  const own = DEVICES[host]
  const name = random.pick([...own, ...own, own[0].replace(/.$/, '*'), 'lo', 'eth0'])
  return random.pick([`"${name}"`, `"${name}"`, `!= "${name}"`, `{ "${name}", "eth9" }`])
}

function words({ host, family, deeper }: Standing): Words {
  const plain = ['accept', 'accept', 'drop', 'return', 'continue']
  const target = (r: Chance): string =>
    deeper.length > 0 && r.percent(50) ? `${r.pick(['jump', 'goto'])} <chain>` : r.pick(plain)
  return {
    target,
    verdict: (r) => r.pick(plain),
    chain: (r) => r.pick(deeper),
    side: (r) => r.pick(['saddr', 'daddr']),
    not: (r) => r.pick(['', '', '!= ']),
    ports,
    port: (r) => `${anyPort(r)}`,
    highports: (r) => r.pick(['1-32767', '>= 20000', '{ 1-9999, 50000-65535 }', '!= 10000-40000']),
    addresses4: (r) => addresses(r, 4),
    addresses6: (r) => addresses(r, 6),
    one4: (r) => anyAddress(r, 4),
    one6: (r) => anyAddress(r, 6),
    own4: (r) => ownAddress(r, host, 4),
    own6: (r) => ownAddress(r, host, 6),
    prefix4: (r) => r.pick(PREFIXES[4]),
    states: (r) => r.pick(STATES),
    echo: (r) =>
      r.pick(['echo-request', 'echo-reply', '!= echo-request', '{ echo-request, echo-reply }']),
    in: (r) => device(r, host),
    out: (r) => device(r, host),
    device: (r) => r.pick(DEVICES[host]),
    // In a table of one family nft wants no other word for it.
    ip: () => (family === 'inet' ? 'ip ' : ''),
    ip6: () => (family === 'inet' ? 'ip6 ' : ''),
    icmpx: (r) => r.pick(['port-unreachable', 'admin-prohibited', 'no-route', 'host-unreachable']),
    icmp: (r) =>
      r.pick([
        ...['net-unreachable', 'host-unreachable', 'prot-unreachable', 'port-unreachable'],
        ...['net-prohibited', 'host-prohibited', 'admin-prohibited'],
      ]),
    icmpv6: (r) => r.pick(['no-route', 'admin-prohibited', 'addr-unreachable', 'port-unreachable']),
  }
}

const STATES: readonly string[] = [
  ...['new', 'new', 'established', 'established,related', '{ new, invalid }', 'related', 'invalid'],
  ...['!= new', '! invalid', 'untracked', '{ established, untracked }', '!= established | related'],
]

/** A rule: conditions, perhaps a counter in front, between or behind, perhaps more, and its end. */
function rule(
  random: Chance,
  standing: Standing,
  ends: readonly Row[],
  conditions: readonly Row[] = CONDITIONS,
): string {
  const { family, hook } = standing
  const vocabulary = words(standing)
  const sure: Sure = {
    inet: family === 'inet',
    l3: family === 'inet' ? null : family === 'ip' ? 4 : 6,
    l4: null,
  }
  const parts = times(random.pick([0, 1, 1, 1, 2, 2, 3]), () =>
    writeOne(random, conditions, sure, hook, vocabulary),
  )
  if (random.percent(85)) {
    random.use('nft counter')
    parts.splice(random.pick([0, 1, parts.length, parts.length]), 0, 'counter')
  }
  if (random.percent(8)) parts.push(writeOne(random, STATEMENTS, sure, hook, vocabulary))
  // A rule that ends all packets leaves nothing to find out.
  const isOpen = sure.l3 === null && sure.l4 === null && parts.length < 2
  const end =
    isOpen && random.percent(80) ? 'continue' : writeOne(random, ends, sure, hook, vocabulary)
  // nft 1.0.6 lists them without the `meta protocol` before them: no reader could know of it.
  const isMisprinted =
    end !== null &&
    /with (?:tcp reset|icmp |icmpv6 )/.test(end) &&
    parts.some((part) => part?.startsWith('meta protocol'))
  parts.push(isMisprinted ? 'drop' : end)
  const comment = random.percent(4) ? `comment "rule of ${hook}"` : ''
  return [...parts, comment].filter((part) => part !== null && part !== '').join(' ') || 'counter'
}

const block = (head: string, lines: readonly string[]): string =>
  `  ${head} {\n${lines.map((line) => `    ${line}\n`).join('')}  }\n`

/** Rules of a long list, which a walk looks at otherwise than at a few (`MANY_RULES`, facts/unread-rule.ts). */
const MANY = 40

/** A base chain and the chains that only it reaches, so that what they say is allowed at its hook. */
function chains(random: Chance, host: HostName, family: Standing['family'], name: string): string {
  const { hook } = random.draw(HOOKS[host])
  const isNat = hook !== 'forward' && random.percent(25)
  const type = isNat ? 'nat' : hook === 'output' && random.percent(15) ? 'route' : 'filter'
  random.use(`nft type ${type}`)
  const ends = isNat ? TRANSLATIONS : ENDS
  const names = isNat ? [`${name}_1`] : [`${name}_1`, `${name}_2`, `${name}_3`]
  const rules = (deeper: readonly string[], most: number): string[] =>
    times(1 + random.below(most), () =>
      rule(random, { host, family, hook, deeper }, deeper.length > 0 ? [...ends, ...JUMPS] : ends),
    )
  const policy = !isNat && random.percent(15) ? 'drop' : 'accept'
  random.use(`nft policy ${policy}`)
  const priority = random.pick(isNat ? NAT_PRIORITIES : PRIORITIES)
  const usual = random.percent(20) ? ['ct state established,related counter accept'] : []
  const standing = { host, family, hook, deeper: [] }
  const many = random.percent(8) ? times(MANY, () => rule(random, standing, COUNTS, PLAIN)) : []
  return [
    ...names.map((own, at) => block(`chain ${own}`, rules(names.slice(at + 1), 3))).toReversed(),
    block(`chain ${name}`, [
      `type ${type} hook ${hook} priority ${priority}; policy ${policy};`,
      ...usual,
      ...many,
      ...rules(names, 6),
    ]),
  ].join('')
}

const SETS: Readonly<Record<string, (random: Chance) => readonly [string, string]>> = {
  hosts4: (r) => ['type ipv4_addr; flags interval', `${r.pick(PREFIXES[4])}, ${NOBODY[4]}`],
  none4: () => ['type ipv4_addr', ''],
  hosts6: (r) => ['type ipv6_addr; flags interval', `${r.pick(RANGES[6])}, ${NOBODY[6]}`],
  ports: () => ['type inet_service; flags interval', '8001, 8003-8008'],
  pairs: (r) => [
    'type inet_proto . inet_service; flags interval',
    `tcp . ${anyPort(r)}, udp . 8003-8004`,
  ],
  peers: (r) => [
    'type ipv4_addr . ipv4_addr; flags interval',
    `10.77.1.0/24 . ${anyAddress(r, 4)}, 10.77.2.2-10.77.2.6 . 10.77.1.1`,
  ],
  decide: (r) => [
    'type inet_service : verdict; flags interval',
    `8001 : ${r.pick(['drop', 'accept'])}, 8003-8004 : accept`,
  ],
  places: () => [
    'type ipv4_addr : verdict; flags interval',
    '10.77.2.0/29 : accept, 10.77.1.4/30 : drop, 127.0.0.1 : return',
  ],
}

/** The named sets and maps that the rules ask for. */
function sets(random: Chance, rules: string): string {
  const named = Object.entries(SETS).filter(([name]) => rules.includes(`@${name}`))
  return named
    .map(([name, make]) => {
      const [type, elements] = make(random)
      const kind = type.includes('verdict') ? 'map' : 'set'
      return block(`${kind} ${name}`, [
        `${type};`,
        ...(elements === '' ? [] : [`elements = { ${elements} }`]),
      ])
    })
    .join('')
}

/** One to three tables for a host, as nft -f reads them. */
export function nftRules(random: Chance, host: HostName): string {
  const tables = times(random.pick([1, 1, 2, 3]), (at) => {
    const family = random.pick(['inet', 'inet', 'inet', 'ip', 'ip', 'ip6'] as const)
    random.use(`nft family ${family}`)
    const base = times(random.pick([1, 1, 2, 2, 3]), (index) =>
      chains(random, host, family, `base${index}`),
    )
    const rules = base.join('')
    return `table ${family} t${at} {\n${sets(random, rules)}${rules}}\n`
  })
  return tables.join('')
}
