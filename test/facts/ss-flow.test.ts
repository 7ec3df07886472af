import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseFlows } from '../../src/facts/ss-flow.ts'
import { transcript } from './data.ts'

test('what a connection waits for, how often it sent again and how long ago it last sent is read', () => {
  expect(parseFlows(transcript('ss-flows.txt'))).toMatchObject([
    {
      socket: { state: 'ESTAB', sendQueue: 454_734, remote: { address: '2001:db8:0:80::80' } },
      waitsFor: 'window',
      retransmissions: 0,
      lastSentMs: 8152,
    },
    {
      socket: { sendQueue: 3000, remote: { address: '203.0.113.80', port: 25 } },
      waitsFor: 'acknowledgment',
      retransmissions: 5,
      lastSentMs: 2100,
    },
  ])
})

test('a connection without a timer waits for nothing', () => {
  const text =
    'ESTAB 0 0 192.0.2.10:50000 203.0.113.80:80\n\t cubic wscale:7,7 rto:204 rtt:0.1/0.05 lastsnd:12\n'
  expect(parseFlows(text)).toMatchObject([{ waitsFor: null, retransmissions: 0, lastSentMs: 12 }])
})

test('nothing is no connection, and other text is null', () => {
  expect(parseFlows('')).toEqual([])
  expect(parseFlows('ss: unrecognized option: i\n')).toBeNull()
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => parseFlows(text)).not.toThrow()
    }),
  )
})
