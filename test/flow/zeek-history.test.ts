import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Connection } from '../../src/flow/connection.ts'
import { noteBadChecksum, noteGap, noteHistory } from '../../src/flow/zeek-history.ts'
import { connState, zeekBytes } from '../../src/flow/zeek-state.ts'
import { Headers } from '../../src/wire/headers.ts'
import { PROTOCOL } from '../../src/wire/protocol.ts'
import { connectionOf } from './segments.ts'

const OPEN = `
  > S 0
  < S. 0 ack 1
  > . 1 ack 1`

/** What is seen, the history and the state, and the bytes of client and server. */
const CASES: readonly [string, string, string, string, number, number][] = [
  ['a SYN and nothing else', '> S 0', 'S', 'S0', 0, 0],
  ['a SYN repeated', '> S 0\n> S 0\n> S 0', 'S', 'S0', 0, 0],
  ['a SYN refused', '> S 0\n< R. 0 ack 1', 'Sr', 'REJ', 0, 0],
  [
    'a SYN refused three times',
    '> S 0\n< R. 0 ack 1\n> S 0\n< R. 0 ack 1\n> S 0\n< R. 0 ack 1',
    'Sr',
    'REJ',
    0,
    0,
  ],
  ['a handshake without its end', '> S 0\n< S. 0 ack 1', 'Sh', 'S1', 0, 0],
  ['a handshake that the client resets', '> S 0\n< S. 0 ack 1\n> R 1', 'ShR', 'RSTO', 0, 0],
  ['a handshake alone', OPEN, 'ShA', 'S1', 0, 0],
  [
    'question, answer and an orderly end',
    `${OPEN}
  > P. 1 ack 1 len 5
  < . 1 ack 6
  < P. 1 ack 6 len 7
  > . 6 ack 8
  > F. 6 ack 8
  < F. 8 ack 7
  > . 7 ack 9`,
    'ShADadFf',
    'SF',
    5,
    7,
  ],
  [
    'a client that closes and a server that does not',
    `${OPEN}
  > F. 1 ack 1
  < . 1 ack 2`,
    'ShAFa',
    'S2',
    0,
    0,
  ],
  [
    'a server that closes and a client that does not',
    `${OPEN}
  < F. 1 ack 1
  > . 1 ack 2`,
    'ShAf',
    'S3',
    0,
    0,
  ],
  [
    'a server that resets after data',
    `${OPEN}\n  > P. 1 ack 1 len 9\n  < R. 1 ack 10`,
    'ShADr',
    'RSTR',
    9,
    0,
  ],
  [
    'a client that resets after data',
    `${OPEN}\n  < P. 1 ack 1 len 9\n  > R 1`,
    'ShAdR',
    'RSTO',
    0,
    9,
  ],
  ['a SYN that is taken back', '> S 0\n> R 1', 'SR', 'RSTOS0', 0, 0],
  ['a SYN and a FIN', '> S 0\n> F 1', 'SF', 'SH', 0, 0],
  [
    'an answer of which the SYN was not seen, and a FIN',
    '< S. 0 ack 1\n< F. 1 ack 1',
    'hf',
    'SHR',
    0,
    0,
  ],
  [
    'an answer of which the SYN was not seen, and an RST',
    '< S. 0 ack 1\n< R. 1 ack 1',
    'hr',
    'RSTRH',
    0,
    0,
  ],
  [
    'an answer of which the SYN was not seen, and its ACK',
    '< S. 0 ack 1\n> . 1 ack 1',
    'hA',
    'S1',
    0,
    0,
  ],
  ['the middle of a connection', '> P. 10 ack 20 len 5\n< P. 20 ack 15 len 3', 'Dd', 'OTH', 5, 3],
  [
    'data sent again',
    `${OPEN}
  > P. 1 ack 1 len 5
  > P. 1 ack 1 len 5
  < . 1 ack 6`,
    'ShADTa',
    'S1',
    5,
    0,
  ],
  [
    'a server that closes its window',
    `${OPEN}
  > P. 1 ack 1 len 5
  < . 1 ack 6 win 0`,
    'ShADaw',
    'S1',
    5,
    0,
  ],
  ['an RST has no window', `${OPEN}\n  < R. 1 ack 1 win 0`, 'ShAr', 'RSTR', 0, 0],
  ['FIN with RST', `${OPEN}\n  > FR. 1 ack 1`, 'ShAI', 'RSTO', 0, 0],
  ['SYN with FIN', '> SF 0', 'Q', 'SH', 0, 0],
  ['another SYN inside', `${OPEN}\n  > S 900\n  > S 0`, 'ShA', 'S1', 0, 0],
]

describe('the history and the state are those of Zeek', () => {
  test.for(CASES)('%s', ([, text, history, state, client, server]) => {
    for (const base of [0, -20, 0x7ffffff0]) {
      const connection = connectionOf(text, base)
      expect(connection.history).toBe(history)
      expect(connState(connection)).toBe(state)
      expect([zeekBytes(connection, true), zeekBytes(connection, false)]).toEqual([client, server])
    }
  })
})

test('data sent again is told at the first, tenth and hundredth time', () => {
  const repeats = (count: number): string =>
    connectionOf(`${OPEN}\n${'  > P. 1 ack 1 len 5\n'.repeat(count + 1)}`).history
  expect(repeats(1)).toBe('ShADT')
  expect(repeats(9)).toBe('ShADT')
  expect(repeats(10)).toBe('ShADTT')
  expect(repeats(99)).toBe('ShADTT')
  expect(repeats(100)).toBe('ShADTTT')
})

test('gaps and bad checksums are told in the same way, gaps not beside an end', () => {
  const connection = connectionOf(OPEN)
  for (let count = 0; count < 10; count++) noteGap(connection, false)
  for (let count = 0; count < 10; count++) noteBadChecksum(connection, true)
  expect(connection.history).toBe('ShAggCC')
  const closed = connectionOf(`${OPEN}\n  < F. 1 ack 1`)
  noteGap(closed, false)
  expect(closed.history).toBe('ShAf')
})

test('a connection whose ends were told by their ports begins with ^', () => {
  const connection = new Connection()
  connection.turned = true
  const headers = new Headers()
  headers.protocol = PROTOCOL.udp
  noteHistory(connection, false, headers)
  noteHistory(connection, true, headers)
  noteHistory(connection, true, headers)
  expect(connection.history).toBe('^dD')
})

test('any segments give letters of the alphabet and a state of the list', () => {
  const states = 'S0 S1 SF REJ S2 S3 RSTO RSTR RSTOS0 RSTRH SH SHR OTH'.split(' ')
  const segment = fc.record({
    fromClient: fc.boolean(),
    flags: fc.nat(511),
    sequence: fc.integer(),
    acknowledgment: fc.integer(),
    payloadBytes: fc.nat(1500),
    window: fc.constantFrom(0, 1000),
  })
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 30 }), (segments) => {
      const connection = new Connection()
      connection.protocol = PROTOCOL.tcp
      for (const { fromClient, ...fields } of segments)
        noteHistory(
          connection,
          fromClient,
          Object.assign(new Headers(), { protocol: PROTOCOL.tcp, ...fields }),
        )
      expect(connection.history).toMatch(/^[SHAFRDTWIQ]*$/i)
      expect(states).toContain(connState(connection))
      expect(zeekBytes(connection, true)).toBeGreaterThanOrEqual(0)
    }),
  )
})
