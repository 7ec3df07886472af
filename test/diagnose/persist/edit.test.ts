import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  appendLines,
  deleteLines,
  deleteWhole,
  insertLine,
  replaceLine,
  writeLines,
} from '../../../src/diagnose/persist/edit.ts'

const hostile = "    it's $(reboot) `id` \\n & / *"

/** The file after the command, beginning with three lines. */
function edited(make: (file: string) => string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "rungs edit'"))
  const file = join(folder, 'a file')
  writeFileSync(file, 'one\ntwo\nthree\n')
  execFileSync('/bin/sh', ['-c', make(file)])
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  rmSync(folder, { recursive: true })
  return lines
}

test('a line is put in, replaced, taken out or put at the end, whatever it says', () => {
  expect(edited((file) => insertLine(file, 1, hostile))).toEqual(['one', hostile, 'two', 'three'])
  expect(edited((file) => replaceLine(file, 2, hostile))).toEqual(['one', hostile, 'three'])
  expect(edited((file) => deleteLines(file, [1, 3]))).toEqual(['two'])
  expect(edited((file) => appendLines(file, [hostile, '']))).toEqual([
    'one',
    'two',
    'three',
    hostile,
    '',
  ])
  expect(edited((file) => writeLines(file, [hostile]))).toEqual([hostile])
})

test.for([hostile, 'ALL: [2001:db8::7]', 'ALL: 192.0.2.7', '^a.*b$', 'two'])(
  'what was put at the end is taken out again, and nothing else: %s',
  (text) => {
    const near = `${text}x`
    const put = (file: string) => appendLines(file, [text, near])
    const both = edited((file) => `${put(file)} && ${deleteWhole(file, text)}`)
    expect(both).toEqual(['one', 'two', 'three', near].filter((line) => line !== text))
  },
)
