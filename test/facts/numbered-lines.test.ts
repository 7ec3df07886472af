import { expect, test } from 'vitest'
import { grepLines, parseNumberedLines } from '../../src/facts/numbered-lines.ts'
import { printed } from '../../src/facts/source.ts'
import { expectSurvival } from './hostile.ts'

const text = '/etc/a.conf:1:one: two\n/etc/a.conf:2:\ngrep: /x: denied\n'

test('each line has its file and its number; what is no such line is passed over', () => {
  expect(parseNumberedLines(printed(text))).toEqual([
    { file: '/etc/a.conf', line: 1, text: 'one: two' },
    { file: '/etc/a.conf', line: 2, text: '' },
  ])
  expect(parseNumberedLines(printed('nothing\n'))).toBeNull()
})

test('only reading is asked for', () => {
  expect(grepLines('^a', ['/etc/a', '/etc/b'])).toEqual(['grep', '-rHns', '^a', '/etc/a', '/etc/b'])
})

test('no text makes it throw', () => expectSurvival(parseNumberedLines, text))
