import { expect, test } from 'vitest'
import { hostSources } from '../../src/facts/nsswitch.ts'
import { printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const file = `# /etc/nsswitch.conf
passwd:         files systemd
group:          files systemd

hosts:          files mdns4_minimal [NOTFOUND=return] dns myhostname # as installed
networks:       files
`

const ask = (text: string) => answer(hostSources, printed(text))

test('sources and the actions between them keep their order', () => {
  expect(ask(file)).toEqual(['files', 'mdns4_minimal', '[NOTFOUND=return]', 'dns', 'myhostname'])
})

test('an action of several words is one', () => {
  expect(ask('hosts: resolve [!UNAVAIL=return SUCCESS=continue]files dns\n')).toEqual([
    'resolve',
    '[!UNAVAIL=return SUCCESS=continue]',
    'files',
    'dns',
  ])
})

test('without a line for hosts, or without the file, files come before the DNS', () => {
  expect(ask('passwd: files\n')).toEqual(['files', 'dns'])
  expect(ask('')).toEqual(['files', 'dns'])
  const error = 'cat: /etc/nsswitch.conf: No such file or directory\n'
  expect(answer(hostSources, printed('', 1, error))).toEqual(['files', 'dns'])
})

test('a refusal or other text is no answer', () => {
  const error = 'cat: /etc/nsswitch.conf: Permission denied\n'
  expect(answer(hostSources, printed('', 1, error))).toBeNull()
  expect(ask('Permission denied\n')).toBeNull()
})

test('any text is survived', () => {
  expectQuestionSurvives(hostSources, file)
  expectQuestionSurvives(hostSources, 'hosts: files [NOTFOUND=return] dns')
})
