import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shellWord } from '../../src/base/shell-word.ts'

test('a plain word stays as it is', () => {
  expect(shellWord('10.0.0.0/8')).toBe('10.0.0.0/8')
  expect(shellWord('eth0:1')).toBe('eth0:1')
})

test('an empty word is still a word', () => {
  expect(shellWord('')).toBe("''")
})

test('a shell gives back every word', () => {
  const word = fc.string({ maxLength: 12 }).filter((text) => !/[\0\ud800-\udfff]/.test(text))
  const sample = fc
    .sample(word, 200)
    .concat(["it's $HOME", '`id`', '"', '\\', 'a\nb', '~', '*', '!x', '-n'])
  const command = sample.map((text) => `printf '%s\\0' ${shellWord(text)}`).join('\n')
  const back = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).split('\0').slice(0, -1)
  expect(back).toEqual(sample)
})
