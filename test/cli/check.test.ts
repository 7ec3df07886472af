import { describe, expect, test } from 'vitest'
import { check, readCheckRequest } from '../../src/cli/check.ts'
import { parseInvocation, UsageError } from '../../src/cli/command.ts'

const read = (...words: string[]) => readCheckRequest(parseInvocation(check, words))

test('without a word, the machine itself is climbed, within 20 s', () => {
  expect(read()).toEqual({
    target: null,
    server: null,
    routers: [],
    form: 'terminal',
    verbose: false,
    strict: false,
    family: null,
    timeoutMs: 20_000,
    noColour: false,
  })
})

test('every flag arrives', () => {
  expect(
    read(
      ...['h:22', '--server', 'ssh://root@h', '--router', 'a', '-r', 'b', '--json', '--verbose'],
      ...['--strict', '-6', '--timeout', '2.5', '--no-color'],
    ),
  ).toMatchObject({
    target: { scheme: 'ssh', host: 'h', port: 22 },
    server: 'ssh://root@h',
    routers: ['a', 'b'],
    form: 'json',
    verbose: true,
    strict: true,
    family: 6,
    timeoutMs: 2500,
    noColour: true,
  })
  expect(read('h', '--short', '-4')).toMatchObject({ form: 'short', family: 4 })
})

describe('what cannot be is refused with what to do', () => {
  test.for([
    [['h', '-4', '-6'], /exclude each other/],
    [['h', '--json', '--short'], /give one/],
    [['h', '--timeout', '0'], '--timeout was 0; it takes seconds, more than 0 and at most 600'],
    [['h', '--timeout', '1e3'], /takes seconds/],
    [['h', '--timeout', '601'], /at most 600/],
    [['h', '--timeout', '1.2.3'], /takes seconds/],
    [['h:99999'], /a target is a URL, HOST or HOST:PORT$/],
    [['192.0.2.1', '-6'], /-6 was given, and 192\.0\.2\.1 is an IPv4 address/],
    [['--server', 'h'], /write rungs check TARGET --server HOST/],
    [['a', 'b'], /b is one too many/],
  ] as const)('%j', ([words, message]) => {
    expect(() => read(...words)).toThrow(UsageError)
    expect(() => read(...words)).toThrow(message)
  })
})
