import { expect, test } from 'vitest'
import { openFiles } from '../../src/facts/proc-pid-fd.ts'
import { printed } from '../../src/facts/source.ts'
import { transcripts } from './data.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const section = transcripts('proc-pid-fd.txt')
const read = (text: string) => answer(openFiles(77), printed(text))

test.for([
  ['find', true],
  ['ls', null],
] as const)('the files of a worker of nginx are read from %s', ([tool, regular]) => {
  const files = read(section(tool))
  expect(files).toHaveLength(11)
  expect(files?.find(({ number }) => number === 4)).toEqual({
    number: 4,
    forReading: false,
    forWriting: true,
    regular,
    target: '/run/gen/access.log',
    deleted: false,
  })
  expect(files?.find(({ number }) => number === 5)).toMatchObject({
    forReading: true,
    forWriting: true,
    regular: regular === null ? null : false,
    target: expect.stringMatching(/^socket:/),
  })
})

test('a log that was rotated away is told as deleted', () => {
  expect(read('4 l-wx------ f /var/log/a b.log (deleted)\n')).toMatchObject([
    { target: '/var/log/a b.log', deleted: true },
  ])
})

test('a pipe is no regular file', () => {
  expect(read('1 l-wx------ p /var/log/pipe.log\n')).toMatchObject([{ regular: false }])
})

test('a process that may not be looked at is no answer', () => {
  expect(read('find: ‘/proc/1/fd’: Permission denied\n')).toBeNull()
})

test('any text is survived', () => {
  expectQuestionSurvives(openFiles(1), section('find'))
  expectQuestionSurvives(openFiles(1), section('ls'))
})
