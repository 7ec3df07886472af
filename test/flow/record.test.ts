import { expect, test } from 'vitest'
import { Connection } from '../../src/flow/connection.ts'
import {
  communityIdOf,
  formatStart,
  handshakeTimes,
  portsOf,
  recordOf,
} from '../../src/flow/record.ts'
import { tellStory } from '../../src/flow/story.ts'
import { PROTOCOL } from '../../src/wire/protocol.ts'
import { played } from './telling.ts'

const TEXT = `0 > S 0
1000 > S 0 ttl 64
1020 < S. 0 ack 1 ttl 57
1025 > . 1 ack 1
1030 > P. 1 ack 1 len 10
1050 < P. 1 ack 11 len 100 ttl 57
1060 < R. 101 ack 11 ttl 57`

test('the record holds what the contract promises', () => {
  const record = played(TEXT, (connection) =>
    recordOf(connection, tellStory(connection), 1_000_000_000, new Map([['192.0.2.1', 'desk']])),
  )
  expect(JSON.parse(JSON.stringify(record))).toMatchObject({
    proto: 'tcp',
    client: { ip: '192.0.2.1', name: 'desk', port: 40000, packets: 4, bytes: 10, os: 'Linux' },
    server: { ip: '198.51.100.2', name: null, port: 80, packets: 3, bytes: 100 },
    startedAt: '2001-09-09T01:46:40.000000Z',
    durationMs: 1060,
    story: 'reset',
    cause: 'tcp.reset',
    side: 'server',
    confidence: 'likely',
    closedBy: 'server',
    closedHow: 'reset',
    reset: { claims: 'server', by: 'end' },
    service: null,
    handshake: { serverRttMs: 20, clientRttMs: 5, synAttempts: 2, synTimesMs: [0, 1000] },
    frames: [1, 7],
    proof: [7],
    zeek: { state: expect.any(String), history: expect.any(String) },
    communityId: expect.stringMatching(/^1:[A-Za-z0-9+/]{27}=$/),
  })
})

test('a handshake that is not whole has no times', () => {
  const times = (text: string): unknown => played(text, handshakeTimes)
  expect(times('0 > S 0')).toEqual({ serverRttNs: null, clientRttNs: null })
  expect(times('0 > S 0\n20 < S. 0 ack 1')).toEqual({ serverRttNs: 20e6, clientRttNs: null })
})

test('a start is told to the microsecond, and one that no calendar has does not throw', () => {
  expect(formatStart(845_356_999, 1)).toBe('1970-01-01T00:00:01.845356Z')
  expect(formatStart(0, 1e18)).toBe('1970-01-01T00:00:00.000000Z')
})

test('an echo has its types for ports, whoever was seen first, and one ID', () => {
  const connection = new Connection()
  connection.protocol = PROTOCOL.icmp
  connection.ipVersion = 4
  connection.client.address = Uint8Array.from([192, 168, 0, 89])
  connection.server.address = Uint8Array.from([192, 168, 0, 1])
  connection.icmpType = 8
  expect(portsOf(connection)).toEqual([8, 0])
  // From the reference data of the specification.
  expect(communityIdOf(connection)).toBe('1:X0snYXpgwiv9TZtqg64sgzUn6Dk=')
  connection.turned = true
  connection.icmpType = 0
  expect(portsOf(connection)).toEqual([8, 0])
})
