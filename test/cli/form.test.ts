import { expect, test } from 'vitest'
import { check } from '../../src/cli/check.ts'
import { parseInvocation, UsageError } from '../../src/cli/command.ts'
import { FORMS, formatAs, readForm } from '../../src/cli/form.ts'
import { refused } from '../report/diagnoses.ts'

const read = (...words: string[]) => readForm(parseInvocation(check, words))

test('the terminal is meant unless a form is given; the short flags are the same', () => {
  expect(read()).toBe('terminal')
  expect(read('--json')).toBe('json')
  expect(read('--short')).toBe('short')
  expect(read('--json', '--format', 'json')).toBe('json')
  for (const form of FORMS) expect(read('-f', form)).toBe(form)
})

test('two forms at once are refused, and so is one that does not exist', () => {
  expect(() => read('--json', '--short')).toThrow(
    new UsageError('json and short are two forms of the same answer; give one'),
  )
  expect(() => read('--format', 'html', '--json')).toThrow(/^html and json are two/)
  expect(() => read('--format', 'yaml')).toThrow(
    /takes terminal, short, json, junit, markdown, html/,
  )
})

test.for([
  ['terminal', /^ http:\/\/www/],
  ['short', /^unreachable: service\.stopped .*\n$/],
  ['json', /^\{\n {2}"schema": "rungs\.diagnosis\/1"/],
  ['junit', /^<\?xml /],
  ['markdown', /^## ✗ unreachable: `service\.stopped`\n/],
  ['html', /^<!doctype html>/],
] as const)('%s is what it says', async ([form, begins]) => {
  const page = {
    columns: 80,
    unicode: true,
    verbose: false,
    paint: (_: string, text: string) => text,
  }
  expect(await formatAs(form, refused, page)).toMatch(begins)
})
