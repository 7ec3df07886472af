import { expect, test } from 'vitest'
import { parseStamp, TextClock } from '../../src/capture/tcpdump-time.ts'

test.each([
  ['20:06:32.845356 IP', 'clock', 72_392, 845_356_000],
  ['20:06:32.845356789 IP', 'clock', 72_392, 845_356_789],
  ['1700000000.000001 IP', 'epoch', 1_700_000_000, 1000],
  ['2023-11-14 22:13:20.5 IP', 'date', 1_700_000_000, 500_000_000],
  [' 00:00:01.000035 IP', 'relative', 1, 35_000],
  ['    7  00:00:01.000035 IP', 'clock', 1, 35_000],
  ['IP 192.0.2.1.5', 'none', 0, 0],
])('“%s” begins with a time of the kind %s', (line, kind, seconds, nanoseconds) => {
  const stamp = parseStamp(line)
  expect(stamp).toMatchObject({ kind, seconds, nanoseconds })
  expect(line.slice(stamp.end)).toMatch(/^IP/)
})

function momentsOf(lines: readonly string[], fromFirst = false): number[] {
  const clock = new TextClock(fromFirst)
  return lines.map((line) => {
    clock.advance(parseStamp(line))
    return clock.seconds
  })
}

test('a time of the day that goes back is of the next day, but not one that is a little late', () => {
  const lines = [
    '23:59:59.9 IP',
    '00:00:01.0 IP',
    '00:00:00.9 IP',
    '05:00:00.0 IP',
    '04:00:00.0 IP',
  ]
  const day = 86_400
  expect(momentsOf(lines)).toEqual([day - 1, day + 1, day, day + 18_000, 2 * day + 14_400])
})

test('times since the line before add up, those since the first line do not', () => {
  const lines = [' 00:00:01.6 IP', ' 00:00:01.6 IP', 'IP none', ' 00:00:02.0 IP']
  expect(momentsOf(lines)).toEqual([1, 3, 3, 5])
  expect(momentsOf(lines, true)).toEqual([1, 1, 1, 2])
})
