import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLogTime } from '../../src/facts/log-time.ts'

const NOW = Date.UTC(2026, 10, 28, 2)
const read = (line: string) => {
  const time = parseLogTime(line, NOW)
  return time && [new Date(time.epochMs).toISOString(), time.zoneMs !== null]
}

describe('the time of a line', () => {
  test.for([
    [
      '192.0.2.10 - - [28/Nov/2026:03:10:12 +0200] "GET / HTTP/1.1" 200 5 "-" "rungs/0.1.0"',
      '2026-11-28T01:10:12.000Z',
      true,
    ],
    ['www:443 ::1 - - [28/Nov/2026:01:10:12 -0530] "GET', '2026-11-28T06:40:12.000Z', true],
    [
      '2026/11/28 01:10:12 [error] 77#77: *5 access forbidden by rule',
      '2026-11-28T01:10:12.000Z',
      false,
    ],
    [
      '[Sat Nov 28 01:10:12.486854 2026] [core:error] [pid 91:tid 91]',
      '2026-11-28T01:10:12.000Z',
      false,
    ],
    [
      'Sat Nov 28 01:10:12 2026 [pid 3] CONNECT: Client "192.0.2.10"',
      '2026-11-28T01:10:12.000Z',
      false,
    ],
    ['Sun Nov  1 01:10:12 2026 [pid 3] CONNECT: Client', '2026-11-01T01:10:12.000Z', false],
    ['Nov 28 01:10:12 www sshd[7]: Connection from', '2026-11-28T01:10:12.000Z', false],
    ['26/11/28@01:10:12: START: ftp pid=18', '2026-11-28T01:10:12.000Z', false],
    ['<38>Nov 28 01:10:12 sshd[7]: Connection', '2026-11-28T01:10:12.000Z', false],
    ['2026-11-28T01:10:12.123456+02:00 www sshd[7]:', '2026-11-27T23:10:12.123Z', true],
    ['2026-11-28T01:10:12Z app: started', '2026-11-28T01:10:12.000Z', true],
    ['2026-11-28 01:10:12.5 UTC [9] FATAL:  no', '2026-11-28T01:10:12.500Z', true],
    ['2026-11-28 01:10:12,123 ERROR no', '2026-11-28T01:10:12.123Z', false],
    ['9:M 28 Nov 2026 01:10:12.345 * Ready', '2026-11-28T01:10:12.000Z', false],
    ['1795828212.250    12 192.0.2.10 TCP_MISS/200', '2026-11-28T01:10:12.250Z', true],
    ['[1795828212] unbound[53:0] error:', '2026-11-28T01:10:12.000Z', true],
  ] as const)('%s', ([line, iso, zoned]) => {
    expect(read(line)).toEqual([iso, zoned])
  })

  test('without a year is the one nearest to now', () => {
    expect(parseLogTime('Dec 31 23:59:59 www x:', Date.UTC(2027, 0, 1, 0, 0, 3))?.epochMs).toBe(
      Date.UTC(2026, 11, 31, 23, 59, 59),
    )
    expect(parseLogTime('Jan  1 00:00:01 www x:', Date.UTC(2026, 11, 31, 23, 59))?.epochMs).toBe(
      Date.UTC(2027, 0, 1, 0, 0, 1),
    )
  })

  test.for([
    'no time at all',
    '2026-13-28 01:10:12 no such month',
    '2026-11-28 25:10:12 no such hour',
    '28/Foo/2026:01:10:12',
    'Foo 28 01:10:12 www',
    '10.0.0.1 99999',
  ])('is none in: %s', (line) => {
    expect(read(line)).toBeNull()
  })

  test('no text makes it throw, and a time is a number', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), fc.nat(2 ** 41), (line, now) => {
        const time = parseLogTime(line, now)
        if (time) expect(Number.isFinite(time.epochMs)).toBe(true)
      }),
    )
  })
})
