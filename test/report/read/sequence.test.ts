import { expect, test } from 'vitest'
import { paintLines } from '../../../src/report/line.ts'
import { sequenceLines } from '../../../src/report/read/sequence.ts'
import { type SequenceEnds, sequenceSteps } from '../../../src/report/read/sequence-step.ts'
import { displayWidth } from '../../../src/report/width.ts'
import { pageOf } from './pages.ts'
import { ENDS, HANDSHAKE, TELNET } from './sequence-packets.ts'

const drawn = (columns: number, unicode = true, ends: SequenceEnds = ENDS): string =>
  paintLines(
    sequenceLines(ends, sequenceSteps(TELNET, ends, false), pageOf(columns, unicode)),
    (_, text) => text,
  )

test('a connection is two lifelines with its packets between them', () => {
  expect(drawn(80).split('\n').slice(0, 10)).toEqual([
    '              client 192.168.2.10:1249                   server 192.168.2.165:23',
    '1   0.000000  ├─ SYN  seq A ──────────────────────────────────────────────────▶│',
    '              │  active open: the client asks for a connection; its numbers    │',
    '              │  begin at A = 3263977215                                       │',
    '2   0.000369  │◀──────────────────────────────────── SYN, ACK  seq B, ack A+1 ─┤',
    '              │  passive open: the server was listening; its numbers begin at  │',
    '              │  B = 48495364, and it expects A+1 next                         │',
    '3   0.000565  ├─ ACK  seq A+1, ack B+1 ───────────────────────────────────────▶│',
    '              │  the handshake is done: both ends know both numbers, and       │',
    '              │  either may send (full duplex)                                 │',
  ])
  expect(drawn(80)).toContain('┊  60.1 s of silence ')
})

test.for([60, 80, 110, 200])('it fits a page of %d columns, in UTF-8 and in ASCII', (columns) => {
  const names = { ...ENDS, client: `[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:54321` }
  for (const text of [drawn(columns), drawn(columns, false), drawn(columns, true, names)])
    for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
})

test('ASCII is enough', () => {
  expect(drawn(80, false)).toMatch(/^[ -~\n]*$/)
  expect(drawn(80, false)).toContain('|- SYN  seq A ----')
  expect(drawn(80, false)).toContain('---- SYN, ACK  seq B, ack A+1 -|')
})

test('names from outside cannot steer the terminal', () => {
  const text = paintLines(
    sequenceLines(
      { ...ENDS, client: '\u001b[2Jwww' },
      sequenceSteps(HANDSHAKE, ENDS, false),
      pageOf(100),
    ),
    (_, painted) => painted,
  )
  expect(text).not.toContain('\u001b')
})
