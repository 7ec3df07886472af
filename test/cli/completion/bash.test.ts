import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { bashCompletion } from '../../../src/cli/completion/bash.ts'
import { EXPECTED, tree } from './expected.ts'

/** The words as readline would split them, the last one under the cursor. */
const DRIVE = `eval "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rungs; printf '%s\\n' "\${COMPREPLY[@]}"`

const offered = (words: readonly string[]): string =>
  execFileSync('bash', ['--norc', '-uc', DRIVE, 'drive', bashCompletion(tree), ...words], {
    encoding: 'utf8',
  })
    .trim()
    .split('\n')
    .toSorted()
    .join(' ')

test.for(EXPECTED)('after "%s" bash offers "%s"', ([line, words]) => {
  expect(offered(line.split(' '))).toBe(words)
})

test('a value behind the sign is completed as well', () => {
  expect(offered(['rungs', 'check', '--format', '=', 'ju'])).toBe('junit')
  expect(offered(['rungs', 'check', '--format', '='])).toContain('terminal')
})
