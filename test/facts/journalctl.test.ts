import { expect, test } from 'vitest'
import { journalOf, kernelLog } from '../../src/facts/journalctl.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const json = `{"__CURSOR":"s=1","__REALTIME_TIMESTAMP":"1795829781123456","PRIORITY":"3","_PID":"77","SYSLOG_IDENTIFIER":"nginx","MESSAGE":"nginx: [emerg] unknown directive \\"servre\\" in /etc/nginx/nginx.conf:3"}
{"__REALTIME_TIMESTAMP":"1795829781200000","_PID":"1","SYSLOG_IDENTIFIER":"systemd","MESSAGE":"nginx.service: Failed with result 'exit-code'."}
{"__REALTIME_TIMESTAMP":"1795829782000000","_COMM":"app","MESSAGE":[104,105,255]}
`

test('entries are told as lines, with their time, program and pid', () => {
  expect(answer(journalOf('nginx.service'), printed(json))).toEqual([
    '2026-11-28T01:36:21.123Z nginx[77]: nginx: [emerg] unknown directive "servre" in /etc/nginx/nginx.conf:3',
    "2026-11-28T01:36:21.200Z systemd[1]: nginx.service: Failed with result 'exit-code'.",
    '2026-11-28T01:36:22.000Z app: hiÿ',
  ])
})

test('the text of older ones is read as well', () => {
  const text = '-- Boot 1 --\n2026-11-28T01:36:21+0000 www nginx[77]: [emerg] no\n'
  expect(answer(journalOf('nginx'), printed(text))).toEqual([
    '2026-11-28T01:36:21+0000 www nginx[77]: [emerg] no',
  ])
})

test('an empty journal is an answer, one that may not be seen is none', () => {
  expect(answer(journalOf('nginx'), printed(''))).toEqual([])
  const hint =
    'Hint: You are currently not seeing messages from other users and the system.\nNo journal files were opened due to insufficient permissions.\n'
  expect(answer(journalOf('nginx'), printed('', 0, hint))).toBeNull()
})

test('the kernel speaks by dmesg where there is no journal', () => {
  const line = '2026-11-28T01:45:43,587974+00:00 Out of memory: Killed process 77 (nginx)'
  expect(kernelLog.sources.at(-1)?.parse(printed(`${line}\n`))).toEqual([line])
})

test('any text is survived', () => {
  expectQuestionSurvives(journalOf('x'), json)
})
