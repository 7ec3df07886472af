import { expect, test } from 'vitest'
import { hopsOf, type ResetAuthor, resetAuthor } from '../../src/flow/reset-author.ts'
import { OPEN, played } from './telling.ts'

const ofServer = (text: string): ResetAuthor | null =>
  played(text, (connection) => resetAuthor(connection, false))

const opened = (after: string, ttl = 64, id = 100): string => `0 > S 0
20 < S. 0 ack 1 ttl ${ttl} id 0
21 > . 1 ack 1
22 > P. 1 ack 1 len 10
40 < P. 1 ack 11 len 10 ttl ${ttl} id ${id}
${after}`

test('hops are counted from the least TTL that a packet can have begun with', () => {
  expect([64, 63, 52, 128, 117, 255, 240, 30].map(hopsOf)).toEqual([0, 1, 12, 0, 11, 0, 15, 2])
})

test('an RST with the TTL and the next identification of the end is its own', () => {
  expect(ofServer(opened('50 < R. 11 ack 11 ttl 57 id 101', 57))).toEqual({
    by: 'end',
    sure: true,
    reasons: [
      'its TTL is 57, as that of its other packets',
      'its IP identification 101 follows on 100',
    ],
  })
})

test('identifications wrap around', () => {
  expect(ofServer(opened('50 < R. 11 ack 11 ttl 57 id 3', 57, 65535))?.reasons).toContain(
    'its IP identification 3 follows on 65535',
  )
})

test('another distance means another sender, surely so when it is far', () => {
  const far = ofServer(opened('50 < R. 11 ack 11 ttl 250', 57))
  expect([far?.by, far?.sure]).toEqual(['between', true])
  const near = ofServer(opened('50 < R. 11 ack 11 ttl 64', 63))
  expect([near?.by, near?.sure]).toEqual(['between', false])
})

test('the same distance from another initial TTL is still the end, as some systems reset with 255', () => {
  const author = ofServer(opened('50 < R. 11 ack 11 ttl 248', 57))
  expect([author?.by, author?.sure]).toEqual(['end', false])
})

test('an end that goes on sending did not reset, unless it refused an earlier SYN', () => {
  const goes = ofServer(opened('50 < R. 11 ack 11\n60 < P. 11 ack 11 len 5'))
  expect([goes?.by, goes?.reasons[0]]).toEqual([
    'between',
    'it goes on sending afterwards (frame 7)',
  ])
  const later = ofServer('0 > S 0\n1 < R. 0 ack 1\n1000 > S 0\n1001 < S. 0 ack 1')
  expect(later?.by).not.toBe('between')
})

test('an end of which nothing else was seen leaves it open', () => {
  expect(ofServer('0 > S 0\n1 < R. 0 ack 1')).toEqual({ by: 'unknown', sure: false, reasons: [] })
  expect(ofServer(OPEN)).toBeNull()
})

test('a TOS that neither end uses speaks for something between', () => {
  const author = ofServer(`0 > S 0 tos 16
20 < S. 0 ack 1 tos 16 ttl 0
21 > . 1 ack 1 tos 16
50 < R. 1 ack 1 tos 40 ttl 0`)
  expect(author?.by).toBe('between')
  expect(author?.reasons).toEqual(['its TOS is 0x28, and 0x10 before'])
})
