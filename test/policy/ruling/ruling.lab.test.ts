/**
 * The commands against the kernel: a connection is answered; the command is run in a shell, and it is
 * stopped, refused or answered elsewhere; what takes it back is run, and all is as it was.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { parseIptablesSave } from '../../../src/facts/iptables-save.ts'
import { parseNftJson } from '../../../src/facts/nft.ts'
import type { Place, RuleSet } from '../../../src/facts/rule-set.ts'
import type { Condition } from '../../../src/policy/ruling/condition.ts'
import type { Rejection } from '../../../src/policy/ruling/reject.ts'
import {
  type Elsewhere,
  type Matter,
  type Ruling,
  rulingToRedirect,
  rulingToStop,
} from '../../../src/policy/ruling/ruling.ts'
import type { Course } from '../../../src/policy/world.ts'
import { CLIENT, SERVER, type TwoHosts, twoHosts } from '../two-hosts.ts'

let hosts: TwoHosts
beforeAll(async () => {
  hosts = await twoHosts('ruling')
})
afterAll(() => hosts.close())

/** The tables of iptables are made by its first call, and stay. */
const IPTABLES = `*filter
:INPUT ACCEPT
:FORWARD ACCEPT
:OUTPUT ACCEPT
COMMIT
*nat
:PREROUTING ACCEPT
:INPUT ACCEPT
:OUTPUT ACCEPT
:POSTROUTING ACCEPT
COMMIT
`

beforeEach(() => {
  for (const host of ['client', 'server'] as const) {
    hosts.run(host, ['nft', 'flush', 'ruleset'])
    for (const tool of ['iptables-restore', 'ip6tables-restore']) hosts.run(host, [tool], IPTABLES)
  }
})

type Host = 'client' | 'server'

const CONNECT = `
const [address, port, timeout] = process.argv.slice(1)
const socket = require('net').connect({ host: address, port, timeout: Number(timeout) })
const end = (word) => { console.log(word); process.exit() }
socket.on('error', ({ code }) => end(code)).on('timeout', () => end('silence'))
socket.on('connect', () => socket.end('?')).on('data', (data) => end(String(data)))
`
/** Answers of the next host come at once; a message of ICMPv6 only tells after the second SYN. */
const PATIENCE_MS = 400
const PATIENCE_ICMP6_MS = 1700

/** The port that answered, the error, or `silence`. */
const connect = (address: string, port: number, patienceMs: number): string =>
  hosts.run('client', [process.execPath, '-e', CONNECT, address, `${port}`, `${patienceMs}`]).trim()

function ruleSets(host: Host): readonly RuleSet[] {
  const sets = [
    parseNftJson(hosts.run(host, ['nft', '-j', 'list', 'ruleset'])),
    parseIptablesSave(hosts.run(host, ['iptables-save', '-c']), 4),
    parseIptablesSave(hosts.run(host, ['ip6tables-save', '-c']), 6),
  ]
  return sets.filter((set) => set !== null)
}

const listing = (host: Host): string =>
  ['nft list ruleset', 'iptables-save', 'ip6tables-save', 'sysctl net.ipv4.ip_forward']
    .map((command) => hosts.run(host, command.split(' ')))
    .join('')
    .replace(/^#.*\n/gm, '')
    .replace(/packets \d+ bytes \d+|\[\d+:\d+\]/g, '')

const anything: Condition = {
  family: 4,
  protocol: 'tcp',
  inputDevice: null,
  outputDevice: null,
  source: null,
  destination: null,
  sourcePort: null,
  destinationPort: 8001,
  icmpType: null,
  state: null,
}

type Case = {
  readonly title: string
  readonly host: Host
  readonly course: Course
  readonly asked: Partial<Condition>
  /** Rules of nft that are there before. */
  readonly nft?: string
  /** Rules of iptables, appended one by one. */
  readonly iptables?: readonly string[]
  /** Text of the rule that stops it before. */
  readonly stopped?: string
  /** Text of the rule that redirects it before. */
  readonly redirected?: string
  readonly stop?: Rejection | 'drop'
  readonly redirect?: Elsewhere
  readonly onward?: { readonly forwards: boolean; readonly masquerade: boolean }
  /** Both, unless another case has the other one. */
  readonly tools?: readonly (keyof Ruling)[]
  readonly to?: readonly [address: string, port: number]
  readonly before?: string
  readonly after: string
  readonly patienceMs?: number
  /** How the commands of nft and of iptables begin, each. */
  readonly says?: Partial<Record<keyof Ruling, readonly string[]>>
}

const chain = (hook: string, ...rules: readonly string[]): string =>
  `table inet own {
  chain c { type filter hook ${hook} priority 0; policy accept; ${rules.join('; ')}; }
}`

const CASES: readonly Case[] = [
  {
    title: 'an outgoing connection is dropped at one interface, where there is no table yet',
    tools: ['nft'],
    host: 'client',
    course: 'output',
    asked: { outputDevice: 'c0' },
    stop: 'drop',
    after: 'silence',
    says: {
      nft: [
        'nft add table inet rungs',
        "nft add chain inet rungs output '{ type filter hook output priority 0; }'",
        'nft add rule inet rungs output \'oifname "c0" tcp dport 8001 drop\'',
      ],
    },
  },
  {
    title: 'an outgoing connection to one address is dropped, in the chain that is there',
    tools: ['nft'],
    host: 'client',
    course: 'output',
    nft: chain('output', 'tcp dport 8001 accept', `ip daddr ${SERVER[4]} tcp dport 8001 accept`),
    asked: { destination: SERVER[4] },
    stop: 'drop',
    after: 'silence',
    says: { nft: [`nft insert rule inet own c ip daddr ${SERVER[4]} tcp dport 8001 drop`] },
  },
  {
    title: 'an outgoing connection is rejected with the message that no such host is there',
    tools: ['iptables'],
    host: 'client',
    course: 'output',
    asked: { outputDevice: 'c0' },
    stop: 'host-unreachable',
    after: 'EHOSTUNREACH',
    says: {
      iptables: [
        'iptables -I OUTPUT -o c0 -p tcp --dport 8001 -j REJECT --reject-with icmp-host-unreachable',
      ],
    },
  },
  {
    title: 'an incoming connection is rejected, in a chain of both families',
    tools: ['nft'],
    host: 'server',
    course: 'input',
    nft: chain('input', 'tcp dport 8009 accept'),
    asked: { inputDevice: 's0' },
    stop: 'host-unreachable',
    after: 'EHOSTUNREACH',
    says: {
      nft: [
        'nft insert rule inet own c \'iifname "s0" tcp dport 8001 reject with icmpx type host-unreachable\'',
      ],
    },
  },
  {
    title: 'an incoming connection over IPv6 is rejected with a reset',
    tools: ['nft'],
    host: 'server',
    course: 'input',
    asked: { family: 6, source: CLIENT[6], destination: SERVER[6] },
    to: [SERVER[6], 8001],
    stop: 'tcp-reset',
    after: 'ECONNREFUSED',
  },
  {
    title: 'an incoming connection over IPv6 is rejected with a message of ICMPv6',
    tools: ['iptables'],
    host: 'server',
    course: 'input',
    asked: { family: 6, destination: SERVER[6] },
    to: [SERVER[6], 8001],
    stop: 'port-unreachable',
    after: 'ECONNREFUSED',
    patienceMs: PATIENCE_ICMP6_MS,
  },
  {
    title: 'an incoming connection is redirected to another port',
    tools: ['iptables'],
    host: 'server',
    course: 'input',
    asked: { inputDevice: 's0' },
    redirect: { address: null, port: 8002 },
    after: '8002',
    says: {
      iptables: [
        'iptables -t nat -I PREROUTING -i s0 -p tcp --dport 8001 -j REDIRECT --to-ports 8002',
      ],
    },
  },
  {
    title:
      'an incoming connection over IPv6 is redirected to another port, in the chain that is there',
    host: 'server',
    course: 'input',
    nft: 'table ip6 own { chain c { type nat hook prerouting priority -100; tcp dport 8001 redirect to :8003; }; }',
    before: '8003',
    redirected: 'tcp dport 8001 redirect to :8003',
    tools: ['nft'],
    asked: { family: 6 },
    to: [SERVER[6], 8001],
    redirect: { address: null, port: 8002 },
    after: '8002',
    says: { nft: ['nft insert rule ip6 own c handle 2 tcp dport 8001 redirect to :8002'] },
  },
  {
    title: 'an outgoing connection is redirected to another host',
    tools: ['nft'],
    host: 'client',
    course: 'output',
    asked: { destination: '10.77.0.99' },
    to: ['10.77.0.99', 8001],
    before: 'silence',
    redirect: { address: SERVER[4], port: 8002 },
    after: '8002',
  },
  {
    title: 'an outgoing connection over IPv6 is redirected to another host, wherever it was sent',
    tools: ['iptables'],
    host: 'client',
    course: 'output',
    asked: { family: 6 },
    to: [SERVER[6], 8001],
    redirect: { address: SERVER[6], port: 8003 },
    after: '8003',
  },
  {
    title: 'an incoming connection is sent on to another host, which answers by this one',
    host: 'server',
    course: 'input',
    asked: { destination: SERVER[4] },
    redirect: { address: CLIENT[4], port: 8002 },
    onward: { forwards: false, masquerade: true },
    after: 'ECONNREFUSED', // by the client itself, where nobody listens
    says: { nft: ['sysctl -w net.ipv4.ip_forward=1'] },
  },
  {
    title: 'what a rule of nft drops is rejected instead',
    host: 'server',
    course: 'input',
    nft: chain('input', 'tcp dport 8009 accept', 'tcp dport 8001 counter drop'),
    asked: {},
    before: 'silence',
    stopped: 'tcp dport 8001 counter drop',
    stop: 'host-unreachable',
    tools: ['nft'],
    after: 'EHOSTUNREACH',
  },
  {
    title: 'what a policy of nft drops is rejected instead',
    host: 'server',
    course: 'input',
    nft: chain('input', 'tcp dport 8009 accept').replace('policy accept', 'policy drop'),
    asked: { source: CLIENT[4] },
    before: 'silence',
    stopped: 'policy drop',
    stop: 'tcp-reset',
    tools: ['nft'],
    after: 'ECONNREFUSED',
    says: {
      nft: [`nft add rule inet own c ip saddr ${CLIENT[4]} tcp dport 8001 reject with tcp reset`],
    },
  },
  {
    title: 'what a rule of iptables rejects is dropped in silence instead',
    host: 'server',
    course: 'input',
    iptables: ['INPUT -p tcp --dport 8009 -j ACCEPT', 'INPUT -p tcp -j REJECT'],
    asked: {},
    before: 'ECONNREFUSED',
    stopped: '-A INPUT -p tcp -j REJECT --reject-with icmp-port-unreachable',
    stop: 'drop',
    tools: ['iptables'],
    after: 'silence',
    says: { iptables: ['iptables -I INPUT 2 -p tcp --dport 8001 -j DROP'] },
  },
]

function placeOf(sets: readonly RuleSet[], text: string | undefined): Place | null {
  if (text === undefined) return null
  const places = sets.flatMap(({ chains }) =>
    chains.flatMap((one) => [
      ...one.rules.map(({ place }) => place),
      ...(one.backend === 'nft' && one.policy !== null
        ? [
            {
              backend: one.backend,
              family: one.family,
              table: one.table,
              chain: one.name,
              handle: null,
              number: null,
              policy: true,
              text: `policy ${one.policy}`,
            },
          ]
        : []),
    ]),
  )
  const found = places.find((place) => place.text.replace(/packets \d+ bytes \d+ /, '') === text)
  if (found === undefined) throw new Error(`no rule ${text} in ${JSON.stringify(places)}`)
  return found
}

const RUNS = CASES.flatMap((one) =>
  (one.tools ?? (['nft', 'iptables'] as const)).map((tool) => ({ ...one, tool })),
)

test.for(RUNS)('$tool: $title', (one) => {
  const { host, tool, before = '8001', patienceMs = PATIENCE_MS } = one
  const [address, port] = one.to ?? [SERVER[4], 8001]
  const reached = (): string => connect(address, port, patienceMs)
  if (one.nft !== undefined) hosts.run(host, ['nft', '-f', '-'], one.nft)
  for (const rule of one.iptables ?? []) hosts.run(host, ['iptables', '-A', ...rule.split(' ')])
  const asked: Condition = { ...anything, ...one.asked }
  const sets = ruleSets(host)
  const matter: Matter = {
    ruleSets: sets,
    course: one.course,
    asked,
    filtered: asked,
    stoppedBy: placeOf(sets, one.stopped),
    stoppedAt: one.stopped === undefined ? null : 'input',
    redirectedBy: placeOf(sets, one.redirected),
  }
  const ruling =
    one.stop === undefined
      ? rulingToRedirect(
          matter,
          one.redirect ?? { address: null, port: null },
          one.onward ?? { forwards: true, masquerade: false },
        )
      : rulingToStop(matter, one.stop === 'drop' ? null : one.stop)
  const plan = ruling[tool]
  if (plan === null) throw new Error('no commands')
  const says = one.says?.[tool]
  if (says !== undefined) expect(plan.commands.slice(0, says.length)).toEqual(says)

  const rules = listing(host)
  expect(reached()).toBe(before)
  for (const command of plan.commands) hosts.run(host, ['sh', '-c', command])
  expect(reached()).toBe(one.after)
  for (const command of plan.undo) hosts.run(host, ['sh', '-c', command])
  expect(listing(host)).toBe(rules)
  if (before !== 'silence') expect(reached()).toBe(before)
})
