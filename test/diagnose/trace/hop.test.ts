import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hopsOf, timesOf } from '../../../src/diagnose/trace/hop.ts'
import { attempt, replyFrom, rounds } from './attempts.ts'

test('times are those of mtr: last, mean, extremes, deviation of the sample, and jitter', () => {
  // By hand: mean 4, squares 9+1+4+... of 1, 3, 6, 6.
  expect(timesOf([1, 3, 6, 6])).toEqual({
    lastMs: 6,
    averageMs: 4,
    bestMs: 1,
    worstMs: 6,
    deviationMs: Math.sqrt((9 + 1 + 4 + 4) / 3),
    jitterMs: (2 + 3 + 0) / 3,
  })
})

test('one reply has no deviation, and none has no times', () => {
  expect(timesOf([5])).toMatchObject({ averageMs: 5, deviationMs: 0, jitterMs: 0 })
  expect(timesOf([])).toMatchObject({ averageMs: null, worstMs: null, jitterMs: null })
})

test('the mean lies between the extremes, whatever the times', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1 }),
      (rtts) => {
        const { averageMs, bestMs, worstMs } = timesOf(rtts)
        expect(averageMs).toBeGreaterThanOrEqual((bestMs ?? 0) - 1e-6)
        expect(averageMs).toBeLessThanOrEqual((worstMs ?? 0) + 1e-6)
      },
    ),
  )
})

test('loss counts what was sent and is not waited for any more', () => {
  const waiting = { ...attempt(1, null), waiting: true }
  const unsent = { ...attempt(1, null), unsent: 'EPERM' }
  const [first] = hopsOf([...rounds([['a', null, 'a', 'a']], true), waiting, unsent])
  expect(first).toMatchObject({ sent: 4, received: 3, lossFraction: 0.25 })
})

test('who answers most often stands first', () => {
  const [first] = hopsOf(rounds([['b', 'a', 'a']]))
  expect(first?.addresses.map(({ address, replies }) => [address, replies])).toEqual([
    ['a', 2],
    ['b', 1],
  ])
})

test('hops beyond the end are not shown, and one silent hop is where the end is not known', () => {
  const beyond = [...rounds([['a'], ['t']]), attempt(3, replyFrom('t', 'arrived'))]
  expect(hopsOf(beyond)).toHaveLength(2)
  expect(hopsOf(rounds([['a'], [null], [null], [null]], true))).toHaveLength(2)
  expect(hopsOf([])).toEqual([])
})

test('a refusal that was said of probes with more hops stands where they were refused', () => {
  const refusal = replyFrom('b', 'refused', { says: 'host unreachable', sign: '!H' })
  const hops = hopsOf([...rounds([['a'], [null]], true), attempt(7, refusal)])
  expect(hops).toHaveLength(2)
  expect(hops[1]).toMatchObject({ sign: '!H', sent: 2, received: 1 })
})
