import { expect, test } from 'vitest'
import { printed, succeeded } from '../../src/facts/source.ts'

test('an output that was printed is one that succeeded', () => {
  expect(printed('text')).toEqual({
    argv: [],
    stdout: 'text',
    stderr: '',
    code: 0,
    failure: null,
    tookMs: 0,
  })
  expect(succeeded(printed('text'))).toBe(true)
})

test('a status other than 0, or no proper ending, is no success', () => {
  expect(succeeded(printed('', 2, 'no such thing'))).toBe(false)
  for (const failure of ['missing', 'denied', 'timeout', 'too-large', 'unreachable'] as const)
    expect(succeeded({ ...printed('text'), failure })).toBe(false)
})
