import { expect, test } from 'vitest'
import { containerLog } from '../../src/facts/docker-logs.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const out =
  '2026-11-28T01:36:21.100000000Z starting\n2026-11-28T01:36:22.000000000Z 192.0.2.10 - - [28/Nov/2026:01:36:22 +0000] "GET / HTTP/1.1" 200 5\n'
const error = '2026-11-28T01:36:21.500000000Z open /etc/app.conf: no such file\n'

test('both streams are one log, in the order of its times', () => {
  expect(answer(containerLog('podman', 'web'), printed(out, 0, error))).toEqual([
    '2026-11-28T01:36:21.100000000Z starting',
    '2026-11-28T01:36:21.500000000Z open /etc/app.conf: no such file',
    expect.stringContaining('GET /'),
  ])
})

test('a container that is not there is no answer', () => {
  expect(
    answer(containerLog('docker', 'x'), printed('', 1, 'Error: No such container: x\n')),
  ).toBeNull()
})

test('any text is survived', () => {
  expectQuestionSurvives(containerLog('docker', 'x'), out)
})
