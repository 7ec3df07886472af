import { describe, expect, test } from 'vitest'
import { type Start, walkJourney } from '../../src/policy/journey.ts'
import type { Packet } from '../../src/policy/packet.ts'
import { base, chain, iptables, machine, nft, routing, syn, table } from './machine.ts'

const arrives: Start = { kind: 'arrives', device: 'eth0' }
const local: Start = { kind: 'local' }
const through: Packet = { ...syn, destination: '192.0.2.7' }
const out: Packet = { ...syn, source: '10.1.0.1', destination: '192.0.2.7', inputDevice: null }

const filter = (hook: string, policy: string, ...rules: readonly string[]): string =>
  base(hook, `filter hook ${hook} priority 0; policy ${policy};`, ...rules)

describe('the way of a packet', () => {
  test('without rules everything passes, by the course that routing says', () => {
    expect(walkJourney(machine(), syn, arrives)).toMatchObject({
      verdict: 'accepted',
      course: 'input',
      place: null,
      because: 'no rule stops it',
      packet: { inputDevice: 'eth0', outputDevice: '' },
    })
    expect(walkJourney(machine(), through, arrives)).toMatchObject({
      course: 'forward',
      packet: { inputDevice: 'eth0', outputDevice: 'eth1' },
    })
    expect(walkJourney(machine(), out, local)).toMatchObject({
      course: 'output',
      packet: { inputDevice: '', outputDevice: 'eth1' },
    })
    const self = { ...out, destination: '10.0.0.1' }
    expect(walkJourney(machine(), self, local)).toMatchObject({
      course: 'loopback',
      packet: { inputDevice: 'lo', outputDevice: '' },
    })
  })

  test('an incoming packet meets input, one that goes on forward and postrouting', () => {
    const set = nft(
      table('t', filter('input', 'drop'), filter('forward', 'accept'), filter('output', 'accept')),
      table('u', base('post', 'filter hook postrouting priority 0; policy drop;')),
    )
    expect(walkJourney(machine(set), syn, arrives)).toMatchObject({
      verdict: 'dropped',
      place: { chain: 'input', policy: true },
      because: 'the policy of inet t input drops it',
    })
    const onward = walkJourney(machine(set), through, arrives)
    expect(onward).toMatchObject({ verdict: 'dropped', place: { chain: 'post' } })
    expect(onward.steps.map(({ hook, did }) => `${hook} ${did}`)).toEqual([
      'null routed',
      'forward policy',
      'postrouting policy',
    ])
  })

  test('a packet to the host itself passes output and then comes in by lo', () => {
    const set = nft(
      table('t', filter('input', 'accept', 'iifname "lo" tcp dport 443 reject with tcp reset')),
    )
    const self = { ...out, destination: '10.0.0.1' }
    expect(walkJourney(machine(set), self, local)).toMatchObject({
      verdict: 'rejected',
      rejectWith: 'tcp-reset',
      course: 'loopback',
    })
  })

  test('where routing is not known the devices are the packet’s, and that is said', () => {
    const blind = { ruleSets: [], routing: null }
    const journey = walkJourney(blind, { ...syn, outputDevice: 'eth7' }, arrives)
    expect(journey).toMatchObject({ course: 'forward', packet: { outputDevice: 'eth7' } })
    expect(journey.steps[0]?.says).toBe(
      'it is taken to be forwarded by eth7: the routes are not known',
    )
    expect(walkJourney(blind, syn, arrives).course).toBe('input')
    expect(walkJourney(blind, { ...syn, destination: '127.0.0.1' }, local).course).toBe('loopback')
  })
})

test.for([
  ['bridge', 'forward'],
  ['arp', 'input'],
])('a table of %s is not walked, and that is said', ([family, hook]) => {
  const set = nft(
    `table ${family} t {\n${filter(hook ?? '', 'drop')}}\n`,
    table('t', filter('input', 'accept', 'tcp dport 443 accept')),
  )
  const journey = walkJourney(machine(set), syn, arrives)
  expect(journey.verdict).toBe('accepted')
  expect(journey.steps.filter(({ did }) => did === 'aside')).toMatchObject([
    { hook: null, says: expect.stringContaining(`the table ${family} t judges`) },
  ])
})

describe('routing as the end of a packet', () => {
  test('who does not forward drops in silence', () => {
    const host = {
      ruleSets: [],
      routing: routing({ parameters: { 'net.ipv4.ip_forward': '0' } }),
    }
    expect(walkJourney(host, through, arrives)).toMatchObject({
      verdict: 'dropped',
      place: null,
      because: "192.0.2.7 is not this host's, and it does not forward",
    })
  })

  test('a rejecting route rejects on a router', () => {
    const host = { ruleSets: [], routing: routing({ routes: ['prohibit 192.0.2.0/24'] }) }
    expect(walkJourney(host, through, arrives)).toMatchObject({
      verdict: 'rejected',
      rejectWith: 'admin-prohibited',
    })
    const hole = { ruleSets: [], routing: routing({ routes: ['blackhole 192.0.2.0/24'] }) }
    expect(walkJourney(hole, through, arrives)).toMatchObject({ verdict: 'dropped' })
    expect(walkJourney(hole, out, local)).toMatchObject({ verdict: 'dropped', place: null })
  })

  test('the reverse path filter is a reason of its own', () => {
    const strict = routing({ parameters: { 'net.ipv4.conf.eth0.rp_filter': '1' } })
    const astray = { ...syn, source: '198.51.100.1' }
    expect(walkJourney({ ruleSets: [], routing: strict }, astray, arrives)).toMatchObject({
      verdict: 'dropped',
      place: null,
      because: 'rp_filter=1: the way back to 198.51.100.1 is by eth1, not by eth0',
    })
  })
})

describe('conntrack', () => {
  test('is not known to chains before it', () => {
    const raw = base(
      'raw',
      'filter hook prerouting priority -300; policy accept;',
      'ct state invalid drop',
    )
    expect(walkJourney(machine(nft(table('t', raw))), syn, arrives).verdict).toBe('dropped')
    const late = raw.replace('-300', '-150')
    expect(walkJourney(machine(nft(table('t', late))), syn, arrives).verdict).toBe('accepted')
  })

  test('leaves alone what a rule of raw keeps from it', () => {
    const set = iptables(`*raw
-A PREROUTING -p tcp --dport 443 -j NOTRACK
COMMIT
*filter
:INPUT DROP [0:0]
-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT
COMMIT
*nat
-A PREROUTING -p tcp --dport 443 -j REDIRECT --to-ports 8443
COMMIT
`)
    expect(walkJourney(machine(set), syn, arrives)).toMatchObject({
      verdict: 'accepted',
      packet: { destinationPort: 443, state: 'untracked' },
      place: { number: 1, table: 'filter' },
    })
  })
})

describe('marks', () => {
  test('set by one rule are seen by a later one', () => {
    const set = nft(
      table(
        't',
        base('pre', 'filter hook prerouting priority -150;', 'tcp dport 443 meta mark set 0x10'),
        filter('input', 'accept', 'meta mark & 0xf0 == 0x10 drop'),
      ),
    )
    expect(walkJourney(machine(set), syn, arrives).verdict).toBe('dropped')
    const other = { ...syn, destinationPort: 80 }
    expect(walkJourney(machine(set), other, arrives).verdict).toBe('accepted')
  })

  test('choose the table where a packet leaves by another device', () => {
    const host = {
      ruleSets: [
        iptables('*mangle\n-A OUTPUT -p tcp -j MARK --set-xmark 0x1/0xffffffff\nCOMMIT\n'),
        nft(table('t', base('post', 'filter hook postrouting priority 0;', 'oifname "eth0" drop'))),
      ],
      routing: routing({
        routes: ['default via 10.0.0.254 dev eth0 table 100'],
        rules: [
          '0: from all lookup local',
          '100: from all fwmark 0x1 lookup 100',
          '32766: from all lookup main',
        ],
      }),
    }
    expect(walkJourney(host, out, local)).toMatchObject({ verdict: 'dropped' })
    expect(walkJourney(host, { ...out, protocol: 'udp', syn: false }, local)).toMatchObject({
      verdict: 'accepted',
      packet: { outputDevice: 'eth1' },
    })
  })
})

test('a mark that a nat chain sets chooses no other route', () => {
  const set = nft(table('t', base('o', 'nat hook output priority -100;', 'meta mark set 0x1')))
  const rules = [
    '0: from all lookup local',
    '9: from all fwmark 0x1 blackhole',
    '10: from all lookup main',
  ]
  expect(walkJourney({ ruleSets: [set], routing: routing({ rules }) }, out, local).verdict).toBe(
    'accepted',
  )
})

describe('translation', () => {
  const nat = (hook: string, priority: string, rule: string): string =>
    table('nat', base(hook, `nat hook ${hook} priority ${priority};`, rule))

  test('a redirect is said with where it leads, and input sees the new port', () => {
    const turn = nat('prerouting', 'dstnat', 'tcp dport 443 redirect to :8443')
    expect(walkJourney(machine(nft(turn)), syn, arrives)).toMatchObject({
      verdict: 'redirected',
      place: { table: 'nat' },
      packet: { destination: '10.0.0.1', destinationPort: 8443 },
    })
    const shut = table('t', filter('input', 'accept', 'tcp dport 8443 drop'))
    expect(walkJourney(machine(nft(turn, shut)), syn, arrives).verdict).toBe('dropped')
  })

  test('another destination is another route', () => {
    const turn = nat('prerouting', 'dstnat', 'tcp dport 443 dnat ip to 192.0.2.7:8443')
    expect(walkJourney(machine(nft(turn)), syn, arrives)).toMatchObject({
      verdict: 'redirected',
      course: 'forward',
      packet: { destination: '192.0.2.7', destinationPort: 8443, outputDevice: 'eth1' },
    })
  })

  test('an outgoing connection is turned to this host over lo', () => {
    const turn = nat('output', '-100', 'tcp dport 443 redirect to :8443')
    expect(walkJourney(machine(nft(turn)), out, local)).toMatchObject({
      verdict: 'redirected',
      course: 'loopback',
      packet: { destination: '127.0.0.1', destinationPort: 8443, inputDevice: 'lo' },
    })
  })

  test('the first nat chain that translates is the last one asked, an accept only ends its own', () => {
    const set = nft(
      table(
        'nat',
        base('one', 'nat hook prerouting priority -110;', 'tcp dport 443 accept'),
        base('two', 'nat hook prerouting priority -100;', 'redirect to :1000'),
        base('three', 'nat hook prerouting priority -90;', 'redirect to :2000'),
      ),
    )
    expect(walkJourney(machine(set), syn, arrives).packet.destinationPort).toBe(1000)
  })

  test('prerouting rules of nat are not asked about what the host sends itself', () => {
    const turn = nat('prerouting', 'dstnat', 'redirect to :8443')
    const self = { ...out, destination: '10.0.0.1' }
    expect(walkJourney(machine(nft(turn)), self, local).verdict).toBe('accepted')
  })

  test('masquerading gives the address of the outgoing device', () => {
    const turn = nat('postrouting', 'srcnat', 'oifname "eth1" masquerade')
    expect(walkJourney(machine(nft(turn)), through, arrives)).toMatchObject({
      verdict: 'accepted',
      packet: { source: '10.1.0.1' },
    })
  })
})

describe('tables whose order is not known', () => {
  const closed = nft(table('t', filter('input', 'drop')))
  const save = (target: string) => iptables(`*filter\n-A INPUT -p tcp -j ${target}\nCOMMIT\n`)

  test('are walked in both orders', () => {
    expect(walkJourney(machine(closed, save('DROP')), syn, arrives).verdict).toBe('dropped')
    const open = walkJourney(machine(closed, save('ACCEPT')), syn, arrives)
    expect(open.verdict).toBe('dropped')
    expect(open.steps.filter(({ counts }) => counts === true)).toEqual([])
    expect(walkJourney(machine(closed, save('REJECT')), syn, arrives)).toMatchObject({
      verdict: 'unknown',
      possible: ['dropped', 'rejected'],
      unknowns: [{ place: null }],
    })
  })
})

describe('addresses of the loopback', () => {
  test('as a source do not leave, even where NAT has changed the destination', () => {
    const set = nft(table('t', base('o', 'nat hook output priority -100;', 'dnat ip to 192.0.2.9')))
    const own = { ...out, source: '127.0.0.1', destination: '127.0.0.1' }
    expect(walkJourney(machine(set), own, local)).toMatchObject({
      verdict: 'dropped',
      error: 'EINVAL',
    })
  })

  test('of IPv6 are not reached from outside', () => {
    const six: Packet = { ...syn, family: 6, source: 'fd00::9', destination: 'fd00::1' }
    const set = nft(table('t', base('p', 'nat hook prerouting priority -100;', 'dnat ip6 to ::1')))
    expect(walkJourney(machine(set), six, arrives)).toMatchObject({
      verdict: 'rejected',
      rejectWith: 'no-route',
    })
    expect(walkJourney(machine(), { ...six, source: '::1' }, arrives).verdict).toBe('dropped')
  })
})

describe('a rule that cannot be judged', () => {
  test('leaves the verdict open where it matters, with what would change it', () => {
    const set = nft(table('t', filter('input', 'drop', 'limit rate 5/second accept')))
    expect(walkJourney(machine(set), syn, arrives)).toMatchObject({
      verdict: 'unknown',
      possible: ['dropped', 'accepted'],
      place: { policy: true },
      unknowns: [{ because: '`limit rate 5/second` depends on what came before' }],
    })
  })

  test('does not where all ways come to the same end', () => {
    const set = nft(table('t', filter('input', 'drop', 'limit rate 5/second drop')))
    expect(walkJourney(machine(set), syn, arrives)).toMatchObject({
      verdict: 'dropped',
      possible: ['dropped'],
      unknowns: [],
    })
  })

  test('a mark that may be set makes two ways, which are followed to the end', () => {
    const set = nft(
      table(
        't',
        base('pre', 'filter hook prerouting priority -150;', 'tcp sport 40000 meta mark set 1'),
        filter('input', 'accept', 'meta mark 1 drop'),
      ),
    )
    expect(walkJourney(machine(set), syn, arrives)).toMatchObject({
      verdict: 'unknown',
      possible: ['accepted', 'dropped'],
    })
  })

  test('may leave only the source unknown', () => {
    const set = nft(
      table(
        'nat',
        base('post', 'nat hook postrouting priority 100;', 'limit rate 5/second masquerade'),
      ),
    )
    expect(walkJourney(machine(set), through, arrives)).toMatchObject({
      verdict: 'accepted',
      packet: { source: '' },
    })
  })

  test('many of them do not make the walk long', () => {
    const rules = Array.from({ length: 200 }, (_, at) => `limit rate ${at + 1}/second counter`)
    const marks = Array.from({ length: 40 }, (_, at) => `limit rate 9/second meta mark set ${at}`)
    const set = nft(table('t', filter('input', 'drop', ...rules, ...marks)))
    expect(walkJourney(machine(set), syn, arrives).verdict).toBe('dropped')
  })
})

describe('the trace', () => {
  test('tells into which chain a jump goes', () => {
    const set = nft(table('t', chain('web'), filter('input', 'accept', 'jump web', 'drop')))
    expect(walkJourney(machine(set), syn, arrives).steps.map(({ into }) => into)).toEqual([
      null,
      'web',
      null,
    ])
  })

  test('tells which counters move', () => {
    const set = nft(
      table(
        't',
        chain('web', 'counter packets 0 bytes 0 tcp dport 80 accept', 'counter packets 0 bytes 0'),
        filter(
          'input',
          'drop',
          'tcp dport 80 counter packets 0 bytes 0 accept',
          'counter packets 0 bytes 0 tcp dport 80 drop',
          'counter packets 0 bytes 0 jump web',
        ),
      ),
    )
    const moved = walkJourney(machine(set), syn, arrives).steps.filter(({ counts }) => counts)
    expect(moved.map(({ place, did }) => [place?.chain, place?.number, did])).toEqual([
      ['input', 2, 'counted'],
      ['input', 3, 'matched'],
      ['web', 1, 'counted'],
      ['web', 2, 'matched'],
    ])
  })
})

describe('chains of equal priority, of nft and of tables that it does not list', () => {
  const old = iptables(`*filter
:INPUT ACCEPT [0:0]
[0:0] -A INPUT -p tcp --dport 443
COMMIT
`)
  const dropping = nft(
    table('t', base('i', 'filter hook input priority 0;', 'counter packets 0 bytes 0 drop')),
  )

  test('are told in both orders: what only one of them meets may count, or not', () => {
    const { verdict, place, steps } = walkJourney(machine(dropping, old), syn, arrives)
    expect(verdict).toBe('dropped')
    expect(place).toMatchObject({ backend: 'nft' })
    const counting = (backend: string) =>
      steps.filter((step) => step.place?.backend === backend).map(({ counts }) => counts)
    expect(counting('nft')).toEqual([true])
    expect(counting('iptables')).toContain(null)
    expect(counting('iptables')).not.toContain(true)
    expect(steps.at(-1)?.place).toMatchObject({ backend: 'nft' })
  })
})
