import { expect, test } from 'vitest'
import {
  readChoice,
  readCount,
  readFields,
  readMap,
  readText,
  readTexts,
} from '../../src/lab/shape.ts'

test('what does not fit is told with its place', () => {
  expect(() => readFields([], 'a.b')).toThrow('a.b: an object is expected')
  expect(() => readFields({ x: 1 }, 'a', ['y'])).toThrow('a: x is not known here')
  expect(() => readText(7, 'a.t')).toThrow('a.t: a text is expected')
  expect(() => readText('', 'a.t')).toThrow('a.t: a text is expected')
  expect(() => readCount(-1, 'a.n', 0)).toThrow('a.n: a number of at least 0 is expected')
  expect(() => readCount(Number.NaN, 'a.n', 0)).toThrow(/a number/)
  expect(() => readTexts(['x', 7], 'a.l')).toThrow('a.l[1]: a text is expected')
  expect(() => readChoice('up', 'a.c', ['stop', 'freeze'])).toThrow('one of stop, freeze')
  expect(() => readMap({ k: 7 }, 'a.m', readText)).toThrow('a.m.k: a text is expected')
})

test('what is absent has its default', () => {
  expect(readText(undefined, '', 'server')).toBe('server')
  expect(readCount(undefined, '', 5)).toBe(5)
  expect(readTexts(undefined, '')).toEqual([])
  expect(readMap(undefined, '', readText)).toEqual({})
})

test('what fits comes through', () => {
  expect(readChoice('stop', '', ['stop', 'freeze'])).toBe('stop')
  expect(readMap({ k: ['v'] }, '', readTexts)).toEqual({ k: ['v'] })
})
