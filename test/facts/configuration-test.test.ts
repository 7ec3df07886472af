import { describe, expect, test } from 'vitest'
import { configurationTest } from '../../src/facts/configuration-test.ts'
import { type Output, printed } from '../../src/facts/source.ts'
import { answer, expectQuestionSurvives } from './hostile.ts'

const read = (name: string, output: Output) => {
  const question = configurationTest(name)
  if (!question) throw new Error(`${name} has no test`)
  return answer(question, output)
}

describe('a configuration that is refused', () => {
  test.for([
    [
      'ssh',
      '/etc/ssh/sshd_config: line 123: Bad configuration option: Foo\n/etc/ssh/sshd_config: terminating, 1 bad configuration options\n',
      255,
      '/etc/ssh/sshd_config: line 123: Bad configuration option: Foo',
    ],
    [
      'dnsmasq',
      '\ndnsmasq: bad option at line 2 of /run/d.conf\n',
      1,
      'dnsmasq: bad option at line 2 of /run/d.conf',
    ],
    [
      'haproxy',
      "[NOTICE]   (79) : haproxy version is 2.6.12-1+deb12u4\n[ALERT]    (79) : config : parsing [/etc/haproxy/haproxy.cfg:35] : unknown keyword 'foo' in 'defaults' section\n",
      1,
      "[ALERT]    (79) : config : parsing [/etc/haproxy/haproxy.cfg:35] : unknown keyword 'foo' in 'defaults' section",
    ],
    [
      'apache2',
      "AH00526: Syntax error on line 226 of /etc/apache2/apache2.conf:\nInvalid command 'Foo', perhaps misspelled\n",
      1,
      'AH00526: Syntax error on line 226 of /etc/apache2/apache2.conf:',
    ],
  ] as const)('of %s', ([name, text, code, first]) => {
    const test = read(name, printed('', code, text))
    expect(test?.valid).toBe(false)
    expect(test?.errors[0]).toBe(first)
  })
})

test('one that holds is valid', () => {
  expect(read('sshd', printed(''))).toEqual({ valid: true, errors: [] })
  expect(read('dnsmasq', printed('', 0, 'dnsmasq: syntax check OK.\n'))?.valid).toBe(true)
})

test.for([
  ['sshd', 255, 'Missing privilege separation directory: /run/sshd\n'],
  ['sshd', 1, 'sshd: no hostkeys available -- exiting.\n'],
  [
    'apache2',
    1,
    'apache2: Syntax error on line 80 of /etc/apache2/apache2.conf: DefaultRuntimeDir must be a valid directory, absolute or relative to ServerRoot\n',
  ],
  ['apache2', 127, 'env: ‘apache2’: No such file or directory\n'],
  ['named', 1, 'open: /etc/bind/named.conf: file not found\n'],
] as const)('%s says nothing of it with status %d: %s', ([name, code, text]) => {
  expect(read(name, printed('', code, text))).toBeNull()
})

test('daemons whose test would change something are not tested', () => {
  for (const name of ['nginx', 'postfix', 'lighttpd', 'constructor'])
    expect(configurationTest(name)).toBeNull()
})

test('any text is survived', () => {
  const question = configurationTest('sshd')
  if (question) expectQuestionSurvives(question, '/etc/ssh/sshd_config: line 1: Bad\n')
})
