import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  count,
  duration,
  pass,
  placeOn,
  seen,
  shown,
  sideOf,
  skip,
  typed,
  unanswered,
  unknown,
  witnessed,
} from '../../src/diagnose/check.ts'
import { inquire } from '../../src/diagnose/inquiry.ts'
import { interfaces } from '../../src/facts/ip-address.ts'
import { printed } from '../../src/facts/source.ts'
import { recorded, scriptedHost } from './scene.ts'

describe('a ruling', () => {
  test('that passes blames nobody', () => {
    expect(pass('all is well')).toEqual({ status: 'pass', summary: 'all is well', evidence: [] })
  })

  test('that is skipped says why', () => {
    expect(skip('there is no target')).toMatchObject({
      status: 'skip',
      summary: 'there is no target',
    })
  })

  test('of which nothing is known says why, and what would be needed', () => {
    expect(unknown('ip is not installed', 'iproute2')).toMatchObject({
      status: 'unknown',
      unknown: { because: 'ip is not installed', needs: 'iproute2' },
    })
    expect(unknown('it is late').unknown?.needs).toBeNull()
  })

  test('on a question without an answer is unknown, never healthy', async () => {
    const answer = await inquire(scriptedHost({})).ask(interfaces)
    if (answer.known) throw new Error('a host without tools answered')
    expect(unanswered(answer)).toMatchObject({
      status: 'unknown',
      unknown: { needs: 'iproute2' },
    })
  })
})

describe('evidence', () => {
  const host = scriptedHost({ name: 'server', role: 'server', outputs: recorded('healthy-server') })

  test('names the host, the tool and the command as it is typed', async () => {
    const answer = await inquire(host).ask(interfaces)
    expect(witnessed(inquire(host), answer, ['eth0 UP'])).toEqual([
      {
        host: 'server',
        source: 'ip',
        command: 'ip -j -s -d address show',
        lines: ['eth0 UP'],
      },
    ])
  })

  test('shows the first lines of an output where none is chosen', () => {
    const output = { ...printed('one\ntwo\nthree\nfour\nfive\nsix\nseven\n'), argv: ['cat', 'f'] }
    expect(seen('client', output).lines).toEqual(['one', 'two', 'three', 'four', 'five', 'six'])
  })

  test('of a question without an answer is none', async () => {
    const inquiry = inquire(scriptedHost({}))
    expect(witnessed(inquiry, await inquiry.ask(interfaces))).toEqual([])
  })

  test('of a probe is what a person would type', () => {
    const probe = { command: 'ping -c 1 10.77.2.2', lines: ['1 received'] }
    expect(shown('client', probe)).toEqual({ host: 'client', source: 'probe', ...probe })
  })
})

test('a router stands on the path, the others on their own side', () => {
  const side = (role: 'client' | 'server' | 'router') => sideOf(inquire(scriptedHost({ role })))
  expect([side('client'), side('router'), side('server')]).toEqual(['client', 'path', 'server'])
})

test('a place is a host, and the interface where it is known', () => {
  expect(placeOn('server')).toEqual({ host: 'server', interface: null, hop: null, rule: null })
  expect(placeOn('server', 'eth0').interface).toBe('eth0')
})

test('one is singular', () => {
  expect([count(0, 'packet'), count(1, 'packet'), count(3, 'SYN')]).toEqual([
    '0 packets',
    '1 packet',
    '3 SYNs',
  ])
})

test('a duration is told in milliseconds below a second', () => {
  expect([79.6, 999, 1000, 1234, 300_000].map(duration)).toEqual([
    ...['80 ms', '999 ms', '1 s', '1.2 s', '300 s'],
  ])
})

describe('a command as it is typed', () => {
  test.for([
    [['ip', '-j', 'route', 'get', 'fd77:2::2'], 'ip -j route get fd77:2::2'],
    [['sh', '-c', 'echo $HOME'], "sh -c 'echo $HOME'"],
    [['cat', "it's"], "cat 'it'\\''s'"],
    [['ps', '-o', 'user:32,stat'], 'ps -o user:32,stat'],
  ] as const)('%j', ([argv, text]) => {
    expect(typed(argv)).toBe(text)
  })

  test('is read by a shell as the words that it was made of', () => {
    const word = fc.string({ unit: fc.constantFrom(...'ab -$`\'"\\;|&<>(){}[]*?~#!=%\n\té') })
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
        const script = `printf '%s\\0' ${typed(words)}`
        const heard = execFileSync('sh', ['-c', script], { encoding: 'utf8' })
        expect(heard.split('\0').slice(0, -1)).toEqual(words)
      }),
      { numRuns: 60 },
    )
  })
})
