import { describe, expect, test } from 'vitest'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { parseNftJson } from '../../src/facts/nft.ts'
import type { RuleSet } from '../../src/facts/rule-set.ts'
import { counterGrowth } from '../../src/policy/counters.ts'

const save = (policy: number, rules: readonly (readonly [number, string])[]): RuleSet => {
  const lines = rules.map(([packets, words]) => `[${packets}:${packets * 60}] -A INPUT ${words}`)
  const text = ['*filter', `:INPUT DROP [${policy}:${policy * 60}]`, ...lines, 'COMMIT'].join('\n')
  const parsed = parseIptablesSave(text, 4)
  if (parsed === null) throw new Error('nothing was read')
  return parsed
}

const nft = (packets: number): RuleSet => {
  const owner = { family: 'inet', table: 'filter' }
  const rule = (handle: number, count: number) => ({
    rule: {
      ...owner,
      chain: 'input',
      handle,
      expr: [{ counter: { packets: count, bytes: 0 } }, { drop: null }],
    },
  })
  const chain = { ...owner, name: 'input', type: 'filter', hook: 'input', prio: 0, policy: 'drop' }
  const objects = [{ chain }, rule(4, 7), rule(5, packets)]
  const parsed = parseNftJson(JSON.stringify({ nftables: objects }))
  if (parsed === null) throw new Error('nothing was read')
  return parsed
}

describe('counterGrowth', () => {
  test('names the rule of nft that counted, by its handle, and by how much', () => {
    expect(counterGrowth(nft(2), nft(5))).toEqual([
      {
        place: expect.objectContaining({
          chain: 'input',
          handle: 5,
          policy: false,
          text: 'counter drop',
        }),
        verdict: { kind: 'drop' },
        packets: 3,
        before: 2,
        after: 5,
      },
    ])
  })

  test('names the policy of a chain that counted', () => {
    expect(counterGrowth(save(3, []), save(6, []))).toEqual([
      {
        place: {
          backend: 'iptables',
          family: 'ip',
          table: 'filter',
          chain: 'INPUT',
          handle: null,
          number: null,
          policy: true,
          text: 'policy drop',
        },
        verdict: { kind: 'drop' },
        packets: 3,
        before: 3,
        after: 6,
      },
    ])
  })

  test('follows a rule of iptables when another is inserted before it', () => {
    const before = save(0, [[2, '-p tcp --dport 22 -j DROP']])
    const after = save(0, [
      [9, '-s 10.0.0.1 -j DROP'],
      [4, '-p tcp --dport 22 -j DROP'],
    ])
    expect(counterGrowth(before, after)).toMatchObject([{ place: { number: 2 }, packets: 2 }])
  })

  test('tells equal rules apart by their order', () => {
    const twice = (first: number, second: number) =>
      save(0, [
        [first, '-j LOG'],
        [second, '-j LOG'],
      ])
    expect(counterGrowth(twice(1, 1), twice(1, 2))).toMatchObject([{ place: { number: 2 } }])
  })

  test('a counter that was reset has not grown', () => {
    expect(counterGrowth(nft(9), nft(0))).toEqual([])
  })
})
