import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { fishCompletion } from '../../../src/cli/completion/fish.ts'
import { EXPECTED, tree } from './expected.ts'

const script = fishCompletion(tree)

const offered = (line: string): string =>
  execFileSync(
    'fish',
    ['--no-config', '-c', 'printf %s $argv[1] | source; complete -C $argv[2]', script, line],
    { encoding: 'utf8' },
  )
    .trim()
    .split('\n')
    .map((told) => told.split('\t')[0])
    .toSorted()
    .join(' ')

test.for(EXPECTED)('after "%s" fish offers "%s"', ([line, words]) => {
  expect(offered(line)).toBe(words)
})
