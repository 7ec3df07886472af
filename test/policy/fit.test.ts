import { describe, expect, test } from 'vitest'
import { all, any, NO, not, unknown, YES } from '../../src/policy/fit.ts'

const MAYBE = unknown('nobody tells')

describe('three values', () => {
  test('one no is enough for no, else what cannot be known decides', () => {
    expect(all([YES, MAYBE, NO])).toBe(NO)
    expect(all([YES, MAYBE, YES])).toBe(MAYBE)
    expect(all([])).toBe(YES)
  })

  test('one yes is enough for yes', () => {
    expect(any([NO, MAYBE, YES])).toBe(YES)
    expect(any([NO, MAYBE])).toBe(MAYBE)
    expect(any([])).toBe(NO)
  })

  test('the opposite of what cannot be known cannot be known', () => {
    expect(not(MAYBE)).toBe(MAYBE)
    expect(not(YES)).toBe(NO)
  })
})
