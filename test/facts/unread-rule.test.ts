import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseRuleFile } from '../../src/facts/rule-file.ts'
import { type Chain, fieldIs, type Match, one, type Rule } from '../../src/facts/rule-set.ts'
import { bornAt, unreadChain, unreadRules } from '../../src/facts/unread-rule.ts'

const folder = new URL('data/', import.meta.url)
const RECORDED = /^(?:nft-(?!.*warnings).*\.(?:json|txt)|iptables-(?:S|.*save.*)\.txt)$/

const place = {
  backend: 'nft',
  family: 'inet',
  table: 'filter',
  chain: 'input',
  handle: 2,
  number: 1,
  policy: false,
  text: 'tcp dport 22 counter meta mark set 1 udp dport 53 accept',
} as const

const plain: Rule = {
  place,
  counter: { packets: 1, bytes: 60 },
  countedAfter: 2,
  matches: ['tcp', 'udp', '17'].map((protocol) => fieldIs('protocol', [one(protocol)])),
  changes: [],
  verdict: { kind: 'accept' },
  comment: null,
}

const facts: Omit<Chain, 'rules'> = {
  backend: 'nft',
  family: 'inet',
  table: 'filter',
  name: 'input',
  hook: 'input',
  devices: [],
  born: 3,
  priority: 0,
  type: 'filter',
  policy: 'drop',
  policyCounter: null,
}

const asked = (chain: Chain): Match[] => {
  const shown: Match[] = []
  for (const rule of unreadRules(chain)) rule.lacks((match) => shown.push(match) < 0)
  return shown
}

describe('rules that wait', () => {
  test('are read when they are asked for, and once', () => {
    let times = 0
    const read = (): Rule => {
      times++
      return plain
    }
    const waiting = {
      place: () => place,
      isOfOthers: () => false,
      mayMention: () => true,
      lacks: () => false,
      read,
    }
    const chain = unreadChain(facts, [waiting])
    const later = bornAt(chain, 7)
    expect([times, later.born, chain.born]).toEqual([0, 7, 3])
    expect([chain.rules, chain.rules]).toEqual([[plain], [plain]])
    expect(times).toBe(1)
    expect(later).toEqual({ ...facts, born: 7, rules: [plain] })
  })

  test('conditions behind a counter or a change are not shown early', () => {
    const withRules = (rule: Rule): Chain => ({ ...facts, rules: [rule] })
    expect(asked(withRules(plain))).toEqual(plain.matches.slice(0, 2))
    expect(asked(withRules({ ...plain, counter: null }))).toEqual(plain.matches)
    const changes = [{ kind: 'untrack', after: 1 }] as const
    expect(asked(withRules({ ...plain, changes }))).toEqual(plain.matches.slice(0, 1))
  })

  test('nothing is asked behind the condition that fails', () => {
    const [rule] = unreadRules({ ...facts, rules: [plain] })
    const shown: Match[] = []
    expect(rule?.lacks((match) => shown.push(match) === 1)).toBe(true)
    expect(shown).toEqual(plain.matches.slice(0, 1))
  })

  test.for(readdirSync(folder).filter((name) => RECORDED.test(name)))(
    'what is shown early of %s is how the rules begin that are read later',
    (name) => {
      const set = parseRuleFile(readFileSync(new URL(name, folder), 'utf8'), 4)
      if ('error' in set) throw new Error(set.error)
      for (const chain of [...set.chains, ...set.aside])
        for (const waiting of unreadRules(chain)) {
          const early: Match[] = []
          expect(waiting.lacks((match) => early.push(match) < 0)).toBe(false)
          const rule = waiting.read()
          expect(early).toEqual(rule.matches.slice(0, early.length))
          const first = Math.min(
            rule.counter ? rule.countedAfter : rule.matches.length,
            ...rule.changes.map(({ after }) => after),
          )
          expect(early.length).toBeLessThanOrEqual(first)
          expect(waiting.place()).toEqual(rule.place)
        }
    },
  )
})
