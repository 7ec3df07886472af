import { expect, test } from 'vitest'
import { formatAsJsonLine } from '../../../src/report/json.ts'
import { PACKET, type PacketRecord, packetSchema } from '../../../src/report/read/packet-record.ts'
import { validate } from '../validate.ts'

const RECORD: PacketRecord = {
  number: 1,
  time: '2007-05-31T21:06:32.845356Z',
  protocol: 'tcp',
  source: { ip: '192.168.2.10', port: 1249 },
  destination: { ip: '192.168.2.165', port: 23 },
  vlan: null,
  ttl: 64,
  originalBytes: 62,
  capturedBytes: 62,
  payloadBytes: 0,
  tcp: {
    flags: ['SYN'],
    sequence: 3263977215,
    acknowledgment: 0,
    relativeSequence: 0,
    relativeAcknowledgment: null,
    window: 16384,
  },
  marks: ['retransmission'],
  connection: 0,
  fromClient: true,
  stopped: null,
}

test('a packet is one line of JSON that its schema allows', () => {
  const line = formatAsJsonLine(PACKET, RECORD)
  expect(line).toMatch(/^\{.*\}\n$/)
  expect(JSON.parse(line)).toEqual(RECORD)
  expect(validate(packetSchema(), [JSON.parse(line)])).toEqual([[]])
})

test('the schema names the display filter of each mark', () => {
  expect(JSON.stringify(packetSchema())).toContain(
    'fast-retransmission: tcp.analysis.fast_retransmission',
  )
})
