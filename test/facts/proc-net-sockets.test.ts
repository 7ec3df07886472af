import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseProcNetSockets, parseStanding } from '../../src/facts/proc-net-sockets.ts'
import { transcript } from './data.ts'

test('hexadecimal addresses, queues and states are read', () => {
  const found = parseProcNetSockets(transcript('proc-net-sockets-ns.txt')) ?? []
  const short = found.map(
    ({ protocol, state, local, remote }) =>
      `${protocol} ${state} ${local.address} ${local.port} ${remote.address} ${remote.port}`,
  )
  expect(short).toEqual([
    'tcp LISTEN 0.0.0.0 80 0.0.0.0 null',
    'tcp LISTEN 0.0.0.0 7777 0.0.0.0 null',
    'tcp LISTEN 127.0.0.1 631 0.0.0.0 null',
    'tcp LISTEN 10.0.9.7 25 0.0.0.0 null',
    'tcp ESTAB 10.0.9.7 51436 10.0.9.7 25',
    'tcp CLOSE-WAIT 10.0.9.7 51442 10.0.9.7 25',
    'tcp ESTAB 10.0.9.7 25 10.0.9.7 51436',
    'tcp ESTAB 10.0.9.7 42580 10.0.9.7 8443',
    'tcp FIN-WAIT-2 10.0.9.7 25 10.0.9.7 51442',
    'tcp SYN-SENT 10.0.9.7 49664 10.0.9.99 443',
    'tcp LISTEN :: 443 :: null',
    'tcp LISTEN :: 8444 :: null',
    'tcp LISTEN :: 8443 :: null',
    'tcp LISTEN ::1 631 :: null',
    'tcp ESTAB ::ffff:10.0.9.7 8443 ::ffff:10.0.9.7 42580',
    'udp UNCONN 0.0.0.0 53 0.0.0.0 null',
    'udp UNCONN :: 123 :: null',
    'udp UNCONN fe80::943d:2ff:fe96:cf2a 546 :: null',
  ])
  expect(found[6]).toMatchObject({ receiveQueue: 10, sendQueue: 0 })
  expect(found[12]).toMatchObject({ receiveQueue: 1, sendQueue: null })
})

test('other text is null, a lone header is empty', () => {
  expect(parseProcNetSockets('cat: /proc/net/tcp: No such file or directory')).toBeNull()
  expect(parseProcNetSockets('  sl  local_address rem_address   st tx_queue\n')).toEqual([])
})

test('no text makes it throw', () => {
  fc.assert(
    fc.property(
      fc.string(),
      (text) => void parseProcNetSockets(`  sl  local_address rem\n 0: ${text}`),
    ),
  )
})

/** Three connections of one client: acknowledged, not acknowledged and sent again, before a closed window. */
const STANDINGS = transcript('proc-net-tcp-standings.txt')

test('what a connection waits for is read from its timer', () => {
  expect(parseStanding(STANDINGS, 0xbcf4, 25)).toEqual({
    unacknowledgedBytes: 29,
    waitsFor: 'acknowledgment',
    retransmissions: 4,
  })
  expect(parseStanding(STANDINGS, 0xd284, 443)).toEqual({
    unacknowledgedBytes: 152,
    waitsFor: 'window',
    retransmissions: 0,
  })
  expect(parseStanding(STANDINGS, 0xc001, 80)).toEqual({
    unacknowledgedBytes: 0,
    waitsFor: null,
    retransmissions: 0,
  })
})

test('a connection that is not in the table does not stand', () => {
  expect(parseStanding(STANDINGS, 0xbcf4, 443)).toBeNull()
  expect(parseStanding('', 1, 2)).toBeNull()
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => parseStanding(text, 1, 2)).not.toThrow()
    }),
  )
})
