import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { processLimits, processStatus } from '../../src/facts/proc-pid.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const status = `Name:	nginx: worker
Umask:	0022
State:	T (stopped)
Tgid:	7970
Pid:	7970
PPid:	7947
TracerPid:	0
Uid:	33	33	33	33
Gid:	33	33	33	33
Groups:	 
VmPeak:	    3060 kB
VmRSS:	    1608 kB
Threads:	4
SigQ:	0/96364
`

test('a stopped worker is read', () => {
  expect(answer(processStatus(7970), printed(status))).toEqual({
    name: 'nginx: worker',
    state: 'T',
    threads: 4,
    uid: 33,
    vmRssBytes: 1_646_592, // 1608 KiB
  })
})

test('a kernel thread has no memory of its own', () => {
  const text = 'Name:\tkthreadd\nState:\tS (sleeping)\nUid:\t0\t0\t0\t0\nThreads:\t1\n'
  expect(answer(processStatus(2), printed(text))?.vmRssBytes).toBeNull()
})

test('this process is found in its own status', () => {
  const text = readFileSync('/proc/self/status', 'utf8')
  expect(answer(processStatus(process.pid), printed(text))?.uid).toBe(process.getuid?.())
})

const limits = `Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max processes             96364                96364                processes 
Max open files            1024                 524288               files     
Max locked memory         8388608              8388608              bytes     
`

test('the limits on open files are read', () => {
  expect(answer(processLimits(1), printed(limits))).toEqual({
    openFilesSoft: 1024,
    openFilesHard: 524288,
  })
})

test('no limit is null', () => {
  const text = limits.replace('524288   ', 'unlimited')
  expect(answer(processLimits(1), printed(text))).toEqual({
    openFilesSoft: 1024,
    openFilesHard: null,
  })
})

test('a process that is gone is no answer', () => {
  const error = 'cat: /proc/99999/status: No such file or directory\n'
  expect(answer(processStatus(99999), printed('', 1, error))).toBeNull()
  expect(answer(processLimits(99999), printed('', 1, error))).toBeNull()
})

test('any text is survived', () => {
  expectQuestionSurvives(processStatus(1), status)
  expectQuestionSurvives(processLimits(1), limits)
})
