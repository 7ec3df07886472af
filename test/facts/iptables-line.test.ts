import { expect, test } from 'vitest'
import { commandRule, IptablesLine, type IptablesOwner } from '../../src/facts/iptables-line.ts'
import { iptablesWords } from '../../src/facts/iptables-rule.ts'

const owner: IptablesOwner = {
  family: 4,
  place: {
    backend: 'iptables',
    family: 'ip',
    table: 'filter',
    chain: 'INPUT',
    handle: null,
    policy: false,
  },
  isChain: (target) => target === 'web',
}

const said = '-s 10.0.0.0/8 -p tcp -m tcp --dport 80 -j web'

test('a line is the rule that its words say, with its counter and its number', () => {
  const head = '[3:180] -A INPUT '
  const rule = new IptablesLine(owner, 4, `${head}${said}`, head.length)
  expect(rule.read()).toMatchObject({
    place: { ...owner.place, number: 4, text: `-A INPUT ${said}` },
    counter: { packets: 3, bytes: 180 },
    countedAfter: 3,
    verdict: { kind: 'jump', target: 'web' },
  })
  expect(rule.read()).toBe(rule.read())
  expect(rule.place()).toBe(rule.read().place)
  expect([rule.mayMention(/dport/), rule.mayMention(/state/)]).toEqual([true, false])
  expect(rule.lacks(({ kind }) => kind === 'is')).toBe(true)
})

test('without a counter it has none', () => {
  const rule = new IptablesLine(owner, 1, `-A INPUT ${said}`, 9)
  expect(rule.place().text).toBe(`-A INPUT ${said}`)
  expect(rule.read().counter).toBeNull()
})

test('the same in another form says the same', () => {
  const line = new IptablesLine(owner, 1, `-A INPUT ${said}`, 9)
  const command = commandRule(owner, 1, {
    text: `-A INPUT ${said}`,
    words: iptablesWords(said),
    counter: null,
  })
  expect(command.read()).toEqual(line.read())
  expect(command.place()).toEqual(line.place())
})
