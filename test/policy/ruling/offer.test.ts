import { expect, test } from 'vitest'
import type { RuleSet } from '../../../src/facts/rule-set.ts'
import { askAbout, type Party, type Wording } from '../../../src/policy/asked.ts'
import { type Machine, walkJourney } from '../../../src/policy/journey.ts'
import type { Routing } from '../../../src/policy/routing.ts'
import { type Offer, offersFor, type Wish } from '../../../src/policy/ruling/offer.ts'
import { at, base, iptables, nft, routing, table, unsaid } from '../machine.ts'

const HTTPS: Wording = { ...unsaid, from: at('10.0.0.9'), to: at('10.0.0.1') }
const plain: Wish = { rejection: 'host-unreachable', redirectTo: null }

function offers(
  ruleSets: readonly RuleSet[],
  change: Partial<Wording> = {},
  wish: Partial<Wish> = {},
  known: Routing | null = routing(),
): readonly Offer[] {
  const machine: Machine = { ruleSets, routing: known }
  const asked = askAbout(machine, { ...HTTPS, ...change })
  if ('error' in asked) throw new Error(asked.error)
  const journey = walkJourney({ ruleSets, routing: asked.routing }, asked.packet, asked.start)
  return offersFor(machine, asked, journey, { ...plain, ...wish })
}

const kinds = (all: readonly Offer[]): string[] => all.map(({ deed, tool }) => `${deed} ${tool}`)
const commands = (all: readonly Offer[], kind: string): readonly string[] =>
  all.find(({ deed, tool }) => `${deed} ${tool}` === kind)?.commands ?? []

const input = (...rules: readonly string[]): RuleSet =>
  nft(table('filter', base('input', 'filter hook input priority 0', ...rules)))

test('what passes may be blocked, rejected and redirected, with either tool', () => {
  expect(kinds(offers([]))).toEqual([
    'block nft',
    'block iptables',
    'reject nft',
    'reject iptables',
    'redirect nft',
    'redirect iptables',
  ])
})

test('what a rule drops may be allowed or rejected, by that rule alone and with its tool', () => {
  const dropped = offers([input('tcp dport 443 drop # handle 7')])
  expect(kinds(dropped)).toEqual(['allow nft', 'reject nft'])
  expect(commands(dropped, 'allow nft')).toEqual(['nft delete rule inet filter input handle 7'])
  expect(commands(dropped, 'reject nft')[0]).toMatch(/^nft insert rule inet filter input handle 7 /)
})

test('what is rejected may be allowed, or dropped in silence', () => {
  const rejected = offers([
    iptables('*filter\n:INPUT ACCEPT\n-A INPUT -p tcp --dport 443 -j REJECT\nCOMMIT\n'),
  ])
  expect(kinds(rejected)).toEqual(['allow iptables', 'block iptables'])
})

test('what is redirected may go where it is addressed to, by the rule that redirects it', () => {
  const redirected = offers([
    nft(
      `table ip nat {\nchain pre {\ntype nat hook prerouting priority -100\ntcp dport 443 redirect to :8443 # handle 5\n}\n}\n`,
    ),
  ])
  const [allow] = redirected
  expect(allow).toMatchObject({
    deed: 'allow',
    commands: ['nft delete rule ip nat pre handle 5'],
    note: 'it then goes where it is addressed to',
  })
  // The filtering rules see where it goes.
  expect(commands(redirected, 'block nft').at(-1)).toContain('tcp dport 8443 drop')
})

test("where the rules are ufw's, its own command is the one", () => {
  const ufw = iptables(
    '*filter\n:INPUT DROP\n:ufw-user-input - [0:0]\n-A INPUT -j ufw-user-input\nCOMMIT\n',
  )
  const [allow] = offers([ufw])
  expect(allow).toMatchObject({ tool: 'ufw', commands: ['ufw allow 443/tcp'] })
  expect(allow?.keep).toBe('ufw keeps it')
})

test('what stands among the rules of a program is not kept by it, and it is said', () => {
  const docker = iptables(
    '*filter\n:FORWARD ACCEPT\n:DOCKER - [0:0]\n-A FORWARD -j DOCKER\n-A DOCKER -j DROP\nCOMMIT\n',
  )
  const dropped = offers([docker], { to: at('192.0.2.5') })
  expect(kinds(dropped)).toEqual(['allow iptables', 'reject iptables'])
  for (const { keep } of dropped)
    expect(keep).toBe('not kept: Docker writes its rules again when it starts')
})

test('a host that does not forward may be made to', () => {
  const closed = routing({ parameters: { 'net.ipv4.ip_forward': '0' } })
  const passing = offers([], { to: at('192.0.2.5') }, {}, closed)
  expect(kinds(passing)).toEqual(['allow sysctl'])
  expect(passing[0]?.commands).toEqual(['sysctl -w net.ipv4.ip_forward=1'])
})

test('where it is redirected to is allowed as well, if it is stopped there', () => {
  const [redirect] = offers(
    [input('tcp dport 8443 drop # handle 3')],
    {},
    { redirectTo: { address: null, port: 8443 } },
  ).filter(({ deed }) => deed === 'redirect')
  expect(redirect?.commands.at(-1)).toBe('nft delete rule inet filter input handle 3')
  expect(redirect?.undo[0]).toMatch(/tcp dport 8443 drop/)
  expect(redirect?.note).toContain('all that this rule stopped passes')
})

test('where a policy stops it, what was said of it is put before, for where it goes then', () => {
  const deny = nft(table('filter', base('input', 'filter hook input priority 0; policy drop')))
  const all = offers([deny], {}, { redirectTo: { address: null, port: 8443 } })
  expect(commands(all, 'allow nft')).toEqual([
    'nft add rule inet filter input ip saddr 10.0.0.9 ip daddr 10.0.0.1 tcp dport 443 accept',
  ])
  expect(commands(all, 'redirect nft').at(-1)).toBe(
    'nft add rule inet filter input ip saddr 10.0.0.9 ip daddr 10.0.0.1 tcp dport 8443 accept',
  )
})

test('what another host shall answer comes back by this one, unless it is sent from here by the same way', () => {
  const masquerades = (change: Partial<Wording>, address: string): boolean =>
    offers([], change, { redirectTo: { address, port: 25 } }).some(({ commands }) =>
      commands.some((command) => command.endsWith(' masquerade')),
    )
  const outgoing = { from: { kind: 'unsaid' } as Party, to: at('192.0.2.5') }
  expect(masquerades({}, '10.0.0.50')).toBe(true)
  expect(masquerades(outgoing, '192.0.2.6')).toBe(false)
  expect(masquerades(outgoing, '10.0.0.50')).toBe(true)
})

test('what does not pass even then is said', () => {
  const wish = { redirectTo: { address: '192.0.2.6', port: null } }
  const [redirect] = offers([], { from: at('127.0.0.1'), to: at('127.0.0.1') }, wish).filter(
    ({ deed }) => deed === 'redirect',
  )
  expect(redirect?.note).toContain('then it is dropped: a packet from 127.0.0.0/8')
})

test('a host that becomes a router for IPv6 is warned of what it loses', () => {
  const six = { family: 6, from: at('fd00::9'), to: at('fd00::1') } as const
  const closed = routing({ parameters: { 'net.ipv6.conf.all.forwarding': '0' } })
  const wish = { redirectTo: { address: 'fd00:1::50', port: null } }
  const noteOf = (known: Routing) =>
    offers([], six, wish, known).find(({ deed }) => deed === 'redirect')?.note
  expect(noteOf(closed)).toContain('accept_ra')
  expect(noteOf(routing())).not.toContain('accept_ra')
})

test('of a file, nothing says whether that host forwards', () => {
  const onward = offers(
    [],
    { inputDevice: 'eth0' },
    { redirectTo: { address: '10.0.0.50', port: null } },
    null,
  )
  const redirect = onward.find(({ deed, tool }) => deed === 'redirect' && tool === 'iptables')
  expect(redirect?.commands[0]).toBe('sysctl -w net.ipv4.ip_forward=1')
  expect(redirect?.undo.join(' ')).not.toContain('sysctl')
})

test('a later packet of a connection is not redirected: only its first one can be', () => {
  expect(kinds(offers([], { state: 'established' }))).toEqual([
    'block nft',
    'block iptables',
    'reject nft',
    'reject iptables',
  ])
})
