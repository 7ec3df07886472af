import { expect, test } from 'vitest'
import { Connection } from '../../src/flow/connection.ts'
import { MARK } from '../../src/flow/mark.ts'
import { remarksOn } from '../../src/flow/story-remark.ts'
import { PROTOCOL } from '../../src/wire/protocol.ts'
import { OPEN, told } from './telling.ts'

function established(): Connection {
  const connection = new Connection()
  connection.protocol = PROTOCOL.tcp
  connection.ipVersion = 4
  connection.establishedFrame = 3
  connection.client.synFrame = 1
  connection.server.synFrame = 2
  return connection
}

test('where nothing is odd nothing is said', () => {
  expect(told(OPEN).remarks).toEqual([])
})

test('a handshake that needed a second SYN is told with its times', () => {
  const { remarks } = told('0 > S 0\n1020 > S 0\n1040 < S. 0 ack 1\n1041 > . 1 ack 1')
  expect(remarks[0]).toBe('SYN at 0 and 1.0 s: the handshake was late')
})

test('an MSS below that of Ethernet tells of the MTU, with the headers of its family', () => {
  const connection = established()
  connection.client.maximumSegmentBytes = 1460
  connection.server.maximumSegmentBytes = 1360
  expect(remarksOn(connection)).toEqual([
    'MSS 1460 of the client and 1360 of the server: an MTU of 1400',
  ])
  connection.ipVersion = 6
  connection.client.maximumSegmentBytes = 1360
  expect(remarksOn(connection)).toEqual(['MSS 1360 at both ends: an MTU of 1420'])
})

test('each other sign has its sentence', () => {
  const connection = established()
  const { client, server } = connection
  client.windowShift = 7
  server.retransmissions = 12
  server.packets = 340
  client.zeroWindows = 1
  server.congestionMarks = 2
  server.missedBytes = 1200
  connection.marks = MARK.portReused
  expect(remarksOn(connection)).toEqual([
    'no window scaling, since the server did not ask for it: at most 65,535 bytes under way',
    'the server sent 12 segments again (3.5 % of its packets)',
    'the client shut its window (1 segment with a window of 0)',
    "2 packets of the server bore ECN's mark of congestion",
    '1,200 bytes of the server are not in the capture',
    'its ports were those of a connection before it',
  ])
})
