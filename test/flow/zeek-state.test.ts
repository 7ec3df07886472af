import { expect, test } from 'vitest'
import { Connection } from '../../src/flow/connection.ts'
import { connState, ZEEK_STATE, zeekBytes } from '../../src/flow/zeek-state.ts'
import { PROTOCOL } from '../../src/wire/protocol.ts'
import { connectionOf } from './segments.ts'

const OPEN = '> S 0\n< S. 0 ack 1\n> . 1 ack 1'

test('datagrams: S0 without an answer, SF with one, SHR with nothing but answers', () => {
  const connection = new Connection()
  connection.protocol = PROTOCOL.udp
  connection.client.packets = 1
  expect(connState(connection)).toBe('S0')
  connection.server.packets = 1
  expect(connState(connection)).toBe('SF')
  connection.client.packets = 0
  expect(connState(connection)).toBe('SHR')
  connection.protocol = PROTOCOL.icmp
  expect(connState(connection)).toBe('OTH')
})

test('a FIN and an RST after it are an orderly end once the other side ends as well', () => {
  const half = connectionOf(`${OPEN}\n> F. 1 ack 1\n> R. 2 ack 1`)
  expect(connState(half)).toBe('RSTO')
  const both = connectionOf(`${OPEN}\n> F. 1 ack 1\n> R. 2 ack 1\n< F. 1 ack 2`)
  expect(connState(both)).toBe('SF')
})

test('an RST after both have ended changes nothing', () => {
  const ended = connectionOf(`${OPEN}\n> F. 1 ack 1\n< F. 1 ack 2\n> R 2`)
  expect([ended.history, connState(ended)]).toEqual(['ShAFfR', 'SF'])
})

test('more than 4 GiB are counted by what was sent', () => {
  const connection = connectionOf(OPEN)
  const { server } = connection
  const sent = 6 * 2 ** 30
  server.historyNext = (server.historyStart + 1 + sent) | 0
  server.payloadBytes = sent + 1448
  server.retransmittedBytes = 1448
  expect(zeekBytes(connection, false)).toBe(sent)
})

test('an end that only acknowledgments tell of has no bytes of its own', () => {
  const connection = connectionOf('> P. 10 ack 20 len 5\n> P. 15 ack 900 len 5')
  expect(connection.server.zeekState).toBe(ZEEK_STATE.inactive)
  expect([zeekBytes(connection, true), zeekBytes(connection, false)]).toEqual([10, 0])
})
