import { expect, test } from 'vitest'
import { printed } from '../../src/facts/source.ts'
import { fileSystems } from '../../src/facts/stat-file-system.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const text = '66053021 19953557 16777216 16321703 /tmp\n16 0 3085511 3085509 /proc/10/fd/4\n'

test('blocks and inodes are read', () => {
  expect(answer(fileSystems(['/tmp', '/proc/10/fd/4']), printed(text))).toEqual([
    {
      path: '/tmp',
      blocks: 66_053_021,
      availableBlocks: 19_953_557,
      inodes: 16_777_216,
      freeInodes: 16_321_703,
    },
    {
      path: '/proc/10/fd/4',
      blocks: 16,
      availableBlocks: 0,
      inodes: 3_085_511,
      freeInodes: 3_085_509,
    },
  ])
})

test('what is gone is left out, nothing at all is no answer', () => {
  const error = "stat: cannot read file system information for '/x': No such file or directory\n"
  expect(answer(fileSystems(['/tmp', '/x']), printed(text, 1, error))).toHaveLength(2)
  expect(answer(fileSystems(['/x']), printed('', 1, error))).toBeNull()
})

test('any text is survived', () => {
  expectQuestionSurvives(fileSystems(['/']), text)
})
