import { expect, test } from 'vitest'
import { CodeState } from '../../src/filter/code-state.ts'
import { FilterError } from '../../src/filter/filter-error.ts'
import { circumstancesOf } from './front.ts'

test('words of memory are taken in turn, and there are sixteen', () => {
  const state = new CodeState(circumstancesOf(1))
  expect(state.allocate()).toBe(0)
  expect(state.allocate()).toBe(1)
  state.free(0)
  expect(state.allocate()).toBe(2)
  for (let taken = 3; taken <= 16; taken++) state.allocate()
  expect(() => state.allocate()).toThrowError(FilterError)
})

test('a layer within another keeps what was around it', () => {
  const state = new CodeState(circumstancesOf(1))
  state.enterLayer(9, { constant: 20, variable: false, register: null })
  expect(state.layer.test).toBe('ppp')
  expect(state.previousLayer.test).toBe('ethernet')
  expect(state.outermost.test).toBe('ethernet')
  expect(state.offsets.linkHeader.constant).toBe(20)
})

test('an offset’s word of memory is taken once', () => {
  const state = new CodeState(circumstancesOf(127))
  expect(state.offsets.payload.variable).toBe(true)
  expect(state.registerOf('payload')).toBe(0)
  expect(state.registerOf('payload')).toBe(0)
  expect(state.registerOf('linkHeader')).toBe(1)
})
