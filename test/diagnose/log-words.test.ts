import { expect, test } from 'vitest'
import { explainAhead, explainMatch } from '../../src/diagnose/log-words.ts'
import { parseLogLine } from '../../src/facts/log-line.ts'

const HOUR = 3_600_000

test.for([
  [0, true, 'the clocks agree'],
  [-2000, false, 'the clocks agree'],
  [90_000, true, "its clock is 90 s ahead of the client's"],
  [-2 * HOUR, true, "its clock is 2 h behind the client's"],
  [5.5 * HOUR, false, "it is written in another time zone, 5.5 h ahead of the server's"],
  [-HOUR + 1000, false, "it is written in another time zone, 60 min behind the server's"],
  [HOUR + 100_000, false, "its clock is 62 min ahead of the client's"],
] as const)('%d ms, with a zone: %s', ([aheadMs, zoned, words]) => {
  expect(explainAhead(aheadMs, zoned)).toBe(words)
})

const line = parseLogLine(
  '203.0.113.9 - - [28/Nov/2026:01:10:12 +0000] "GET / HTTP/1.1" 200 5 "-" "rungs (abc)"',
  0,
)
const match = { by: 'token', source: '/var/log/a.log', line } as const
const reading = { match, aheadMs: 0, complaints: [] }

test('an address that was translated on the way is told beside the own one', () => {
  expect(explainMatch(reading, '192.168.1.5', 'abc')).toBe(
    '/var/log/a.log tells of it, found by the token abc; from 203.0.113.9, though the client sent from 192.168.1.5: the address was translated on the way; status 200; the clocks agree',
  )
  expect(explainMatch(reading, '203.0.113.9', 'abc')).toContain('; from 203.0.113.9; status 200')
})

test('the weaker match is called that, and no match is nothing', () => {
  const weak = { ...reading, match: { ...match, by: 'address and port' as const } }
  expect(explainMatch(weak, null, 'abc')).toContain('found by address and port only')
  expect(explainMatch({ ...reading, match: null }, null, 'abc')).toBeNull()
})
