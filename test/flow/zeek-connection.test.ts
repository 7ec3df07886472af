import { expect, test } from 'vitest'
import { zeekConnection } from '../../src/flow/zeek-connection.ts'
import { OPEN, played } from './telling.ts'

test('the last ACK of a connection that both have closed adds nothing to its duration', () => {
  const text = `${OPEN}\n30 > F. 1 ack 1\n50 < F. 1 ack 2\n900 > . 2 ack 2`
  const line = played(text, (connection) => zeekConnection(connection, 0))
  expect(line.durationNs).toBe(50e6)
  expect([line.client.isLocal, line.server.isLocal]).toEqual([false, false])
  expect(line.client).toMatchObject({ address: '192.0.2.1', port: 40000, payloadBytes: 0 })
})

test('what one side reset lasts to its last packet', () => {
  const text = `${OPEN}\n30 > R 1\n90 < . 1 ack 1`
  expect(played(text, (connection) => zeekConnection(connection, 0)).durationNs).toBe(90e6)
})

test('a name is C and seventeen letters, the same each time and another for another connection', () => {
  const name = (text: string): string =>
    played(text, (connection) => zeekConnection(connection, 7).uid)
  expect(name(OPEN)).toMatch(/^C[0-9A-Za-z]{17}$/)
  expect(name(OPEN)).toBe(name(OPEN))
  expect(name(OPEN)).not.toBe(name('5 > S 0'))
})
