import { expect, test } from 'vitest'
import { diskSpace, inodes } from '../../src/facts/df.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const space = `Filesystem     1024-blocks     Used Available Capacity Mounted on
/dev/vda         264212084 25243884  81147028      24% /
tmpfs                 1024     1024         0     100% /srv/a small one
`
const nodes = `Filesystem     Inodes  IUsed    IFree IUse% Mounted on
/dev/vda     16777216 438961 16338255    3% /
btrfs               -      -        -     - /data
`

test('blocks are read, with a mount point that holds spaces', () => {
  expect(answer(diskSpace(['/']), printed(space))).toEqual([
    { device: '/dev/vda', mountedOn: '/', used: 25_243_884, available: 81_147_028 },
    { device: 'tmpfs', mountedOn: '/srv/a small one', used: 1024, available: 0 },
  ])
})

test('inodes are read; a file system that counts none is left out', () => {
  expect(answer(inodes(['/', '/data']), printed(nodes, 1))).toEqual([
    { device: '/dev/vda', mountedOn: '/', used: 438_961, available: 16_338_255 },
  ])
})

test('no table is no answer', () => {
  expect(
    answer(diskSpace(['/x']), printed('', 1, 'df: /x: No such file or directory\n')),
  ).toBeNull()
})

test('any text is survived', () => {
  expectQuestionSurvives(diskSpace(['/']), space)
})
