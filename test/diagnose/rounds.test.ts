import { expect, test } from 'vitest'
import type { Diagnosis } from '../../src/diagnose/diagnosis.ts'
import { mergeRounds, roundOf, tally } from '../../src/diagnose/rounds.ts'
import { degraded, dropped, healthy, refused, undetermined } from '../report/diagnoses.ts'

const states = (...diagnoses: Diagnosis[]): string | undefined =>
  mergeRounds(diagnoses)?.verdict.state

test('what fails only sometimes is degraded, and how often is said', () => {
  const merged = mergeRounds([healthy, dropped, healthy, refused])
  expect(merged?.verdict).toMatchObject({
    state: 'degraded',
    cause: 'firewall.ingress-drop',
    summary: `It fails 2 of 4 times. When it does: ${dropped.verdict.summary}`,
  })
  expect(merged?.findings).toBe(dropped.findings)
})

test('what always fails is unreachable, what never fails is what it was', () => {
  expect(mergeRounds([refused, dropped])?.verdict).toBe(refused.verdict)
  expect(states(healthy, healthy)).toBe('reachable')
  expect(states(healthy, degraded)).toBe('degraded')
})

test('a round in which nothing could be found out makes nothing reachable', () => {
  expect(states(undetermined, undetermined)).toBe('undetermined')
  expect(states(undetermined, refused)).toBe('unreachable')
  expect(states(undetermined, healthy)).toBe('degraded')
})

test('every round is kept in its order', () => {
  expect(mergeRounds([healthy, refused])?.rounds).toEqual([roundOf(healthy), roundOf(refused)])
  expect(mergeRounds([])).toBeNull()
})

test('the most frequent answer comes first', () => {
  const rounds = [refused, healthy, healthy, dropped, refused, healthy].map(roundOf)
  expect(tally(rounds).map(({ cause, rounds: those }) => [cause, those.length])).toEqual([
    [null, 3],
    ['service.stopped', 2],
    ['firewall.ingress-drop', 1],
  ])
})
