import { describe, expect, test } from 'vitest'
import { type Answer, walkConnection } from '../../src/policy/connection.ts'
import type { Start } from '../../src/policy/journey.ts'
import type { Packet } from '../../src/policy/packet.ts'
import { base, iptables, machine, nft, syn, table } from './machine.ts'

const arrives: Start = { kind: 'arrives', device: 'eth0' }
const local: Start = { kind: 'local' }
const out: Packet = { ...syn, source: '10.1.0.1', destination: '192.0.2.7', inputDevice: null }

const filter = (hook: string, policy: string, ...rules: readonly string[]): string =>
  base(hook, `filter hook ${hook} priority 0; policy ${policy};`, ...rules)

describe('both directions', () => {
  test('the answer leaves by the hooks of the other direction, as established', () => {
    const set = nft(
      table(
        't',
        filter('input', 'drop', 'tcp dport 443 ct state new accept'),
        filter(
          'output',
          'drop',
          'tcp sport 443 tcp flags syn,ack / syn,ack ct state established accept',
        ),
      ),
    )
    const { there, back, onward } = walkConnection(machine(set), syn, arrives)
    expect(there.verdict).toBe('accepted')
    expect(back).toMatchObject({
      verdict: 'accepted',
      course: 'output',
      packet: {
        source: '10.0.0.1',
        sourcePort: 443,
        destination: '10.0.0.9',
        state: 'established',
      },
    })
    expect(onward).toMatchObject({ verdict: 'dropped', place: { policy: true, chain: 'input' } })
  })

  test('translations are undone on the way back, at the hooks where the kernel does it', () => {
    const set = nft(
      table(
        'nat',
        base(
          'pre',
          'nat hook prerouting priority -100;',
          'tcp dport 443 dnat ip to 192.0.2.7:8443',
        ),
        base('post', 'nat hook postrouting priority 100;', 'masquerade'),
      ),
      table(
        't',
        filter(
          'forward',
          'accept',
          'ip saddr 192.0.2.7 ip daddr 10.0.0.9 counter packets 0 bytes 0',
        ),
      ),
    )
    const { there, back, onward } = walkConnection(machine(set), syn, arrives)
    expect(there.packet).toMatchObject({ source: '10.1.0.1', destination: '192.0.2.7' })
    expect(back).toMatchObject({
      verdict: 'accepted',
      course: 'forward',
      packet: {
        source: '10.0.0.1',
        sourcePort: 443,
        destination: '10.0.0.9',
        outputDevice: 'eth0',
      },
    })
    expect(back?.steps.some(({ counts }) => counts)).toBe(true)
    expect(onward?.packet).toMatchObject({ destination: '192.0.2.7', destinationPort: 8443 })
  })

  test('no answer comes to what is dropped', () => {
    const set = nft(table('t', filter('input', 'drop')))
    expect(walkConnection(machine(set), syn, arrives)).toMatchObject({ back: null, onward: null })
  })

  test('what conntrack was kept from seeing is not established on the way back', () => {
    const set = iptables(`*raw
-A PREROUTING -j CT --notrack
COMMIT
*filter
:OUTPUT ACCEPT [0:0]
-A OUTPUT -m conntrack --ctstate INVALID -j DROP
COMMIT
`)
    expect(walkConnection(machine(set), syn, arrives).back).toMatchObject({ verdict: 'dropped' })
  })
})

describe('what comes back otherwise', () => {
  test('a reset is of the established connection, an ICMP error is related', () => {
    const rules = filter(
      'input',
      'drop',
      'ct state established tcp flags rst accept',
      'ct state related icmp type destination-unreachable icmp code 1 accept',
    )
    const host = machine(nft(table('t', rules)))
    const reset = walkConnection(host, out, local, { kind: 'reset' })
    expect(reset.back).toMatchObject({ verdict: 'accepted', place: { number: 1 } })
    const from = '10.1.0.254'
    const error = { kind: 'icmp', type: 'destination-unreachable', code: 1, from } as const
    expect(walkConnection(host, out, local, error).back).toMatchObject({
      verdict: 'accepted',
      place: { number: 2 },
      packet: { source: from, destination: '10.1.0.1' },
    })
  })

  test('a reject is a packet of this host, which its own rules may drop', () => {
    const reject = filter('input', 'accept', 'tcp dport 443 reject')
    const heard = walkConnection(machine(nft(table('t', reject))), syn, arrives)
    expect(heard.there.verdict).toBe('rejected')
    expect(heard.back).toMatchObject({
      verdict: 'accepted',
      course: 'output',
      packet: { protocol: 'icmp', source: '10.0.0.1', destination: '10.0.0.9', icmpCode: 3 },
    })
    const shut = filter('output', 'accept', 'ct state related drop')
    const unheard = walkConnection(machine(nft(table('t', reject, shut))), syn, arrives)
    expect(unheard.back).toMatchObject({ verdict: 'dropped', place: { chain: 'output' } })
  })

  test('a reset meets the rule at output that made it', () => {
    const set = nft(
      table('t', filter('output', 'accept', 'meta l4proto tcp reject with tcp reset')),
    )
    const { there, back } = walkConnection(machine(set), out, local)
    expect(there.verdict).toBe('rejected')
    expect(back?.verdict).toBe('rejected')
    const narrow = nft(
      table('t', filter('output', 'accept', 'tcp dport 443 reject with tcp reset')),
    )
    expect(walkConnection(machine(narrow), out, local).back).toMatchObject({
      verdict: 'accepted',
      course: 'loopback',
    })
  })

  test('a reset about a translated connection comes from where it was addressed to', () => {
    const set = nft(
      table(
        't',
        base('pre', 'nat hook prerouting priority -100;', 'redirect to :8443'),
        filter('input', 'accept', 'tcp dport 8443 reject with tcp reset'),
      ),
    )
    expect(walkConnection(machine(set), syn, arrives).back?.packet).toMatchObject({
      sourcePort: 443,
      rst: true,
    })
  })

  test('a datagram that answers an untracked one begins a connection, which NAT may translate', () => {
    const set = iptables(`*raw
-A OUTPUT -p udp -j CT --notrack
COMMIT
*nat
-A INPUT -p udp -j SNAT --to-source 203.0.113.1
COMMIT
`)
    const udp = { ...out, protocol: 'udp', syn: false } as const
    const { there, back } = walkConnection(machine(set), udp, local)
    expect(there.packet.state).toBe('untracked')
    expect(back?.packet).toMatchObject({ state: 'new', source: '203.0.113.1' })
  })

  test('what is known of the answer is asked', () => {
    const set = nft(
      table('t', filter('output', 'accept', 'meta skuid 33 drop', 'meta length 44 reject')),
    )
    const by = (more: object) =>
      walkConnection(machine(set), syn, arrives, { kind: 'usual', ...more }).back?.verdict
    expect(by({ user: 33 })).toBe('dropped')
    expect(by({ user: 0, lengthBytes: 44 })).toBe('rejected')
    expect(by({ user: 0, lengthBytes: 60 })).toBe('accepted')
    expect(by({})).toBe('unknown')
  })
})

describe('a rule that cannot be judged and stops nothing itself', () => {
  const perhaps = (...output: readonly string[]) =>
    iptables(`*raw
-A PREROUTING -m magic --spell -j CT --notrack
COMMIT
*filter
:OUTPUT ACCEPT [0:0]
${output.join('\n')}
COMMIT
`)

  test('leaves open what becomes of the answer, where that depends on it', () => {
    const set = perhaps('-A OUTPUT -m conntrack --ctstate INVALID -j DROP')
    const { there, back } = walkConnection(machine(set), syn, arrives)
    expect(there.verdict).toBe('accepted')
    expect(back?.verdict).toBe('unknown')
    expect(back?.possible.toSorted()).toEqual(['accepted', 'dropped'])
    expect(back?.unknowns.map(({ because }) => because).join()).toContain('magic')
  })

  test('leaves open from which address a refusal comes', () => {
    const set = iptables(`*nat
-A PREROUTING -m magic --spell -j DNAT --to-destination 192.0.2.9
COMMIT
*filter
-A FORWARD -j REJECT
COMMIT
`)
    const asked = { ...syn, destination: '192.0.2.7' }
    const { there, back } = walkConnection(machine(set), asked, arrives)
    expect(there.verdict).toBe('rejected')
    expect(back?.verdict).toBe('accepted')
    expect(back?.packet.source).toBe('')
  })

  test('leaves the answer certain where it does not, and the counters that it decides open', () => {
    const set = perhaps(
      '[0:0] -A OUTPUT -m conntrack --ctstate INVALID',
      '[0:0] -A OUTPUT -m conntrack --ctstate ESTABLISHED',
      '[0:0] -A OUTPUT -p tcp -m tcp --sport 443 -j ACCEPT',
    )
    const { back } = walkConnection(machine(set), syn, arrives)
    expect(back?.verdict).toBe('accepted')
    const counts = new Map(back?.steps.map(({ place, counts: moves }) => [place?.text, moves]))
    expect([...counts.values()].filter((moves) => moves === true)).toHaveLength(1)
    expect(counts.get('-A OUTPUT -m conntrack --ctstate ESTABLISHED')).toBeNull()
    expect(counts.get('-A OUTPUT -m conntrack --ctstate INVALID')).toBeNull()
  })
})

describe('an answer that is not from whom was asked', () => {
  const unanswered = iptables(`*raw
-A OUTPUT -p tcp --tcp-flags SYN,ACK SYN,ACK -j CT --notrack
-A PREROUTING -i eth1 -j CT --notrack
COMMIT
*nat
-A OUTPUT -p tcp --dport 443 -j DNAT --to-destination 10.0.0.1:8443
-A POSTROUTING -p udp -j SNAT --to-source 10.0.0.1
COMMIT
`)

  test('is refused by the sender, by a reset that no connection is known for', () => {
    const { there, back, onward, stray } = walkConnection(machine(unanswered), out, local)
    expect(there).toMatchObject({ verdict: 'redirected', course: 'loopback' })
    expect(back?.packet).toMatchObject({ source: '10.0.0.1', sourcePort: 8443 })
    expect(onward).toBeNull()
    expect(stray).toMatchObject({
      verdict: 'accepted',
      packet: { rst: true, state: 'invalid', destination: '10.0.0.1', destinationPort: 8443 },
    })
  })

  test('nor to whom asked, is refused by an ICMP error', () => {
    const udp = { ...out, protocol: 'udp', syn: false, sourcePort: 4000 } as const
    const { back, stray } = walkConnection(machine(unanswered), udp, local)
    expect(back?.packet).toMatchObject({ source: '192.0.2.7', destination: '10.0.0.1' })
    expect(stray?.packet).toMatchObject({
      protocol: 'icmp',
      icmpType: 'destination-unreachable',
      icmpCode: 3,
      source: '10.0.0.1',
      destination: '192.0.2.7',
    })
  })

  test('is awaited where it is translated back, or asks nothing', () => {
    const tracked = iptables(`*nat
-A OUTPUT -p tcp --dport 443 -j DNAT --to-destination 10.0.0.1:8443
COMMIT
`)
    expect(walkConnection(machine(tracked), out, local)).toMatchObject({ stray: null })
    expect(walkConnection(machine(unanswered), syn, arrives).stray).toBeNull()
  })
})

describe('a reset to ::1', () => {
  const own: Packet = {
    ...syn,
    family: 6,
    source: '::1',
    destination: '::1',
    sourcePort: 4000,
    inputDevice: null,
  }
  const turned = nft(
    table('t', base('o', 'nat hook output priority -100;', 'dnat ip6 to [fd00:1::1]:8009')),
  )

  test('leaves by the device whose address was asked, where nobody takes it', () => {
    const { back } = walkConnection(machine(turned), own, local, { kind: 'reset' })
    expect(back).toMatchObject({ verdict: 'dropped', place: null, course: 'output' })
    expect(back?.because).toContain('::1')
    expect(back?.packet.outputDevice).toBe('eth1')
  })

  test('is lost where that device leads nowhere else', () => {
    const near = nft(table('t', base('o', 'nat hook output priority -100;', 'dnat to fd00::1')))
    const { back } = walkConnection(machine(near), own, local, { kind: 'reset' })
    expect(back).toMatchObject({ verdict: 'dropped', error: 'ENETUNREACH' })
  })

  test('comes home where ::1 itself was asked, and so does an answer', () => {
    expect(walkConnection(machine(), own, local, { kind: 'reset' }).back).toMatchObject({
      verdict: 'accepted',
      course: 'loopback',
    })
    expect(walkConnection(machine(turned), own, local).back).toMatchObject({
      verdict: 'accepted',
      course: 'loopback',
    })
  })
})

test('an ICMP error is no answer in the connection that it is about', () => {
  const mangle = iptables(`*mangle
:OUTPUT ACCEPT [0:0]
[0:0] -A OUTPUT -m conntrack --ctstatus SEEN_REPLY
[0:0] -A OUTPUT -m conntrack ! --ctstatus SEEN_REPLY
COMMIT
`)
  const udp: Packet = { ...syn, protocol: 'udp', syn: false }
  const rulesOf = (answer?: Answer) =>
    walkConnection(machine(mangle), udp, arrives, answer)
      .back?.steps.filter(({ did }) => did === 'matched')
      .map(({ place }) => place?.number)
  expect(rulesOf()).toEqual([1])
  const closed: Answer = {
    kind: 'icmp',
    from: '10.0.0.1',
    type: 'destination-unreachable',
    code: 3,
  }
  expect(rulesOf(closed)).toEqual([2])
})
