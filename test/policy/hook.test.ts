import { describe, expect, test } from 'vitest'
import type { Hook, RuleSet } from '../../src/facts/rule-set.ts'
import { bookOf } from '../../src/policy/chain-order.ts'
import { atHook, passEach, passHook } from '../../src/policy/hook.ts'
import type { World } from '../../src/policy/world.ts'
import { base, nft, table } from './machine.ts'
import { start } from './world.ts'

const pass = (set: RuleSet, hook: Hook, world: World = start) =>
  passHook(
    {
      book: bookOf([set]),
      hook,
      localAddresses: null,
      routing: null,
      tie: 'listed',
      budget: { rules: 10_000 },
    },
    [world],
    null,
  )

describe('a hook', () => {
  test('an accept ends its own base chain only; the rule that accepted is remembered', () => {
    const set = nft(
      table(
        't',
        base('early', 'filter hook input priority -10;', 'tcp dport 443 accept', 'drop'),
        base('late', 'filter hook input priority 10;'),
      ),
    )
    const { through, ends } = pass(set, 'input')
    expect(ends).toEqual([])
    expect(through[0]?.passedBy).toMatchObject({ chain: 'early', number: 1 })
  })

  test('conntrack tells its state from its own place on', () => {
    const set = nft(
      table(
        't',
        base('raw', 'filter hook prerouting priority -300;', 'ct state new drop'),
        base('mangle', 'filter hook prerouting priority -150;', 'ct state new drop'),
      ),
    )
    const unseen: World = {
      ...start,
      tracking: 'unseen',
      packet: { ...start.packet, state: 'invalid' },
    }
    expect(pass(set, 'prerouting', unseen).ends).toMatchObject([{ place: { chain: 'mangle' } }])
  })

  test('nat chains are asked about the first packet only, and not at all about untracked ones', () => {
    const set = nft(
      table('t', base('turn', 'nat hook prerouting priority -100;', 'redirect to :8443')),
    )
    const port = (world: World) => pass(set, 'prerouting', world).through[0]?.packet.destinationPort
    expect(port(start)).toBe(8443)
    expect(port({ ...start, state: 'established' })).toBe(443)
    expect(port({ ...start, tracking: 'untracked' })).toBe(443)
  })

  test('a nat chain may drop', () => {
    const set = nft(table('t', base('turn', 'nat hook prerouting priority -100; policy drop;')))
    expect(pass(set, 'prerouting')).toMatchObject({ through: [], ends: [{ verdict: 'drop' }] })
  })
})

test('a chain of ingress sees the packets of its devices', () => {
  const set = nft(`table netdev t {
  chain door {
    type filter hook ingress device "eth0" priority 0; policy accept;
    ip saddr 10.0.0.9 tcp dport 443 drop
    ct state new accept
  }
}
`)
  const from = (inputDevice: string | null): World => ({
    ...start,
    packet: { ...start.packet, inputDevice },
  })
  expect(pass(set, 'ingress', from('eth0')).ends).toMatchObject([{ verdict: 'drop' }])
  expect(pass(set, 'ingress', from('eth1')).ends).toEqual([])
  const open = pass(set, 'ingress', from(null))
  expect(open.ends).toHaveLength(1)
  expect(open.through).toMatchObject([{ main: true, doubts: [{ place: { chain: 'door' } }] }])
})

test('devices are those that the hook has', () => {
  const world = { ...start, packet: { ...start.packet, inputDevice: 'a', outputDevice: 'b' } }
  const at = (hook: Hook) => {
    const { inputDevice, outputDevice } = atHook(world, hook).packet
    return [inputDevice, outputDevice]
  }
  expect(at('input')).toEqual(['a', ''])
  expect(at('output')).toEqual(['', 'b'])
  expect(at('forward')).toEqual(['a', 'b'])
})

test('ways that become alike are one afterwards', () => {
  const { through } = passEach([start, { ...start, mark: 1 }], (world) => ({
    through: [{ ...world, mark: 0 }],
    ends: [],
  }))
  expect(through).toHaveLength(1)
})
