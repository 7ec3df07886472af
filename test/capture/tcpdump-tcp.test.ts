import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSegment } from '../../src/capture/tcpdump-tcp.ts'

test.each([
  [
    'Flags [S], cksum 0x497d (correct), seq 7, win 64240, options [mss 1460,nop], length 0',
    { flags: 2, checksum: 0x497d, sequence: 7, acknowledgment: null, options: 'mss 1460,nop' },
  ],
  [
    'Flags [P.], cksum 0x1 (incorrect -> 0x2), seq 1:11, ack 5, win 502, urg 3, length 10: HTTP',
    { flags: 24, checksum: 1, sequence: 1, acknowledgment: 5, urgent: 3, payloadBytes: 10 },
  ],
  ['Flags [none], seq 1:4, win 5, length 3', { flags: 0, payloadBytes: 3, damaged: null }],
  ['Flags [SEW], seq 1, win 5, length 0', { flags: 2 + 64 + 128 }],
  [
    'S 9:9(0) ack 2 win 16384 <mss 1460,nop,nop,sackOK> (DF)',
    { flags: 18, sequence: 9, acknowledgment: 2, window: 16_384, options: /^mss/ },
  ],
  ['. ack 1 win 17520 (DF)', { flags: 16, sequence: null, acknowledgment: 1, window: 17_520 }],
  ['FP 1:11(10) ack 2 win 5', { flags: 25, sequence: 1, payloadBytes: 10 }],
  ['P [tcp sum ok] 1:11(10) ack 2 win 5 (DF)', { flags: 24, sequence: 1 }],
])('“%s” is read field by field', (text, fields) => {
  const segment = parseSegment(text)
  for (const [name, value] of Object.entries(fields)) {
    const got = segment?.[name as keyof typeof segment]
    if (value instanceof RegExp) expect(got).toMatch(value)
    else expect(got, name).toBe(value)
  }
})

test('a number that its end and length contradict is taken from those, and told', () => {
  const segment = parseSegment('S 063202536:2063202536(0) ack 3223709295 win 32120')
  expect(segment?.sequence).toBe(2_063_202_536)
  expect(segment?.damaged).toMatch(/from 063202536 to 2063202536; taken to begin with 2063202536/)
})

test.each(['S: SYN (Synchronize sequence numbers', '. and that is all', 'P', 'R we there yet', ''])(
  '“%s” is no segment',
  (text) => {
    expect(parseSegment(text)).toBeNull()
  },
)

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseSegment(`Flags [S]${text}`)))
})
