import { expect, test } from 'vitest'
import type { Place } from '../../src/facts/rule-set.ts'
import type { Step } from '../../src/policy/journey.ts'
import type { Outcome } from '../../src/report/firewall-report.ts'
import { ruleText, wayLines } from '../../src/report/firewall-way.ts'
import type { Page } from '../../src/report/page.ts'
import { dropped } from './firewall-reports.ts'

const page: Page = { columns: 80, unicode: true, verbose: false, paint: (_, text) => text }

const place = (chain: string, number: number): Place => ({
  backend: 'iptables',
  family: 'ip',
  table: 'filter',
  chain,
  handle: null,
  number,
  policy: false,
  text: `-A ${chain} #${number}`,
})
const step = (chain: string, number: number, says: string, did: Step['did'] = 'matched'): Step => ({
  hook: 'input',
  did,
  place: place(chain, number),
  says,
  into: /^goes on in the chain (.+)$/.exec(says)?.[1] ?? null,
  counts: null,
})
const outcome = (steps: readonly Step[], unknowns: Outcome['unknowns'] = []): Outcome => ({
  ...dropped.there,
  rule: place('c', 9),
  steps,
  unknowns,
})

const shown = (one: Outcome, verbose = false): string[] =>
  wayLines(one, 200, { ...page, verbose }).map((line) => line.map(({ text }) => text).join(''))

const STEPS = [
  step('INPUT', 1, 'goes on in the chain a'),
  step('a', 1, 'lets it go on'),
  step('INPUT', 2, 'goes on in the chain b'),
  step('b', 1, 'goes on in the chain n'),
  step('n', 1, 'returns it to the chain it came from'),
  step('b', 2, '`limit` depends on what came before', 'unclear'),
  step('b', 3, 'goes on in the chain c'),
  step('c', 9, 'drops it'),
]

test('only the chains that led to the end are shown, and only once what decided is worded', () => {
  expect(shown(outcome(STEPS))).toEqual([
    'input       iptables filter INPUT rule 2 goes on in the chain b',
    '            iptables filter b rule 3 goes on in the chain c',
    '            iptables filter c rule 9 drops it',
  ])
})

test('a rule that cannot be judged is shown where it may change the end', () => {
  const doubt = { rule: place('b', 2), because: 'of the limit' }
  expect(shown(outcome(STEPS, [doubt]))).toContain(
    '            iptables filter b rule 2 `limit` depends on what came before: -A b #2',
  )
})

test('everything is shown when everything is asked for, each rule in its words', () => {
  const all = shown(outcome(STEPS), true)
  expect(all).toHaveLength(STEPS.length)
  expect(all[0]).toBe(
    'input       iptables filter INPUT rule 1 goes on in the chain a: -A INPUT #1',
  )
})

test('a policy has no words beyond its name', () => {
  expect(ruleText(place('c', 1))).toBe('-A c #1')
  expect(ruleText({ ...place('c', 1), policy: true })).toBeNull()
  expect(ruleText(null)).toBeNull()
})
