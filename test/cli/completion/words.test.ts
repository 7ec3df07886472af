import { expect, test } from 'vitest'
import { flagWords, valueWords } from '../../../src/cli/completion/words.ts'

test('a flag is offered by both names', () => {
  expect(flagWords({ name: 'format', short: 'f', help: '' })).toEqual(['--format', '-f'])
  expect(flagWords({ name: 'strict', help: '' })).toEqual(['--strict'])
})

test('of a value the choices are known, and how a host begins', () => {
  expect(valueWords({ name: 'format', value: 'FORM', choices: ['a', 'b'], help: '' })).toEqual([
    'a',
    'b',
  ])
  expect(valueWords({ name: 'server', value: 'HOST', help: '' })).toContain('netns://')
  expect(valueWords({ name: 'timeout', value: 'SECONDS', help: '' })).toEqual([])
})
