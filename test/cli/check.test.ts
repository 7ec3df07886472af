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
    redact: false,
    count: 1,
    intervalMs: 2000,
    strict: false,
    family: null,
    timeoutMs: 20_000,
    idleMs: null,
    noColour: false,
    captures: true,
    captureFile: null,
  })
})

test.for([
  ['localhost:80', 'local'],
  ['db.localhost:5432', 'local'],
  ['127.0.0.2:80', 'local'],
  ['http://[::1]:8080/', 'local'],
  ['192.0.2.7:80', null],
  ['localhost.example.org:80', null],
] as const)('of %s the far end is %s unless another is given', ([target, server]) => {
  expect(read(target).server).toBe(server)
  expect(read(target, '--server', 'netns://web').server).toBe('netns://web')
})

test('every flag arrives', () => {
  expect(
    read(
      ...['h:22', '--server', 'ssh://root@h', '--router', 'a', '-r', 'b', '--json', '--verbose'],
      ...['--count', '10', '--interval', '1.5'],
      ...['--strict', '-6', '--timeout', '2.5', '--no-color', '--redact'],
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
    redact: true,
    count: 10,
    intervalMs: 1500,
  })
  expect(read('h', '--idle', '300')).toMatchObject({ idleMs: 300_000, timeoutMs: 320_000 })
  expect(read('h')).toMatchObject({ idleMs: null, timeoutMs: 20_000 })
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
    [['h', '--idle', '0'], '--idle was 0; it takes seconds, more than 0 and at most 3600'],
    [['--idle', '5'], /without a target/],
    [['h', '--count', '0'], '--count was 0; it takes a number from 1 to 1000'],
    [['h', '--count', '1001'], /from 1 to 1000/],
    [['h', '--interval', '3'], /without --count/],
    [['h', '-c', '2', '-i', '0.5'], /takes seconds from 1, so that nobody takes/],
    [['h:99999'], /a target is a URL, HOST or HOST:PORT$/],
    [['192.0.2.1', '-6'], /-6 was given, and 192\.0\.2\.1 is an IPv4 address/],
    [['--server', 'h'], /write rungs check TARGET --server HOST/],
    [['a', 'b'], /b is one too many/],
  ] as const)('%j', ([words, message]) => {
    expect(() => read(...words)).toThrow(UsageError)
    expect(() => read(...words)).toThrow(message)
  })
})

test('captures are kept in a file, or not made at all', () => {
  expect(read('h', '--capture-file', 'a.pcapng')).toMatchObject({
    captureFile: 'a.pcapng',
    captures: true,
  })
  expect(read('h', '--no-capture')).toMatchObject({ captureFile: null, captures: false })
  expect(() => read('h', '--no-capture', '--capture-file', 'a')).toThrow(/exclude each other/)
  expect(() => read('h', '-c', '3', '--capture-file', 'a')).toThrow(/leave out --count/)
})
