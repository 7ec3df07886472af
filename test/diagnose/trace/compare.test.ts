import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareTraces, pairHops } from '../../../src/diagnose/trace/compare.ts'
import { hopsOf } from '../../../src/diagnose/trace/hop.ts'
import { rounds } from './attempts.ts'
import { traceOf } from './traces.ts'

const pairs = (one: string, other: string) =>
  pairHops(hopsOf(rounds(path(one))), hopsOf(rounds(path(other)))).map(
    ({ kind, one: a, other: b }) => `${kind} ${a?.hop ?? '-'} ${b?.hop ?? '-'}`,
  )

/** Hops as letters, a dot where nothing answers. */
const path = (letters: string): (string | null)[][] =>
  [...letters].map((letter) => [letter === '.' ? null : letter])

const compare = (one: string, other: string) =>
  compareTraces(traceOf(rounds(path(one))), traceOf(rounds(path(other))))

test('the same path is the same', () => {
  expect(compare('abct', 'abct')).toMatchObject({
    same: true,
    partAfter: null,
    summary: 'both take the same path',
  })
})

test('silence may be the same router, and is said', () => {
  expect(pairs('a.ct', 'abct')).toEqual(['same 1 1', 'unknown 2 2', 'same 3 3', 'same 4 4'])
  const found = compare('a.ct', 'abct')
  expect(found.same).toBe(true)
  expect(found.summary).toBe('both take the same path as far as it answers; 1 hop does not')
})

test('where they part and where they join is told', () => {
  const found = compare('abcdt', 'abxyzdt')
  expect(pairs('abcdt', 'abxyzdt')).toEqual([
    ...['same 1 1', 'same 2 2', 'other 3 3', 'other - 4', 'other - 5', 'same 4 6', 'same 5 7'],
  ])
  expect(found).toMatchObject({ same: false, partAfter: 2, joinAt: 5 })
  expect(found.summary).toBe(
    'they part after hop 2 (b): the first goes on to hop 3 (c), the second to hop 3 (x); together again at hop 4 (d), hop 6 of the second',
  )
})

test('paths with nothing in common part at once and stay apart', () => {
  const found = compare('abc', 'xyz')
  expect(found).toMatchObject({ same: false, partAfter: 0, joinAt: null })
  expect(found.summary).toContain('they part at once')
  expect(found.summary).toContain('do not come together again')
})

test('another flow is told, since load balancers may be why', () => {
  const one = traceOf(rounds(path('at')))
  const other = { ...one, source: { ...one.source, flow: 1 } }
  expect(compareTraces(one, other).notes.join()).toContain('different flows')
  expect(compareTraces(one, one).notes.join()).not.toContain('different flows')
})

test('that only one reaches the target is told', () => {
  const lost = traceOf(rounds(path('ab.'), true))
  const notes = compareTraces(traceOf(rounds(path('abt'))), lost).notes.join()
  expect(notes).toContain('only the first reaches the target: nothing answers behind hop 2 (b)')
})

test('every hop of both stands in exactly one pair, in order', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.'), maxLength: 12 })
  fc.assert(
    fc.property(letters, letters, (one, other) => {
      const found = pairHops(hopsOf(rounds(path(one))), hopsOf(rounds(path(other))))
      const left = found.flatMap((pair) => (pair.one ? [pair.one.hop] : []))
      const right = found.flatMap((pair) => (pair.other ? [pair.other.hop] : []))
      expect(left).toEqual(hopsOf(rounds(path(one))).map(({ hop }) => hop))
      expect(right).toEqual(hopsOf(rounds(path(other))).map(({ hop }) => hop))
    }),
  )
})
