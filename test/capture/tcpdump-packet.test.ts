import { expect, test } from 'vitest'
import { parseHead } from '../../src/capture/tcpdump-line.ts'
import { TextTold } from '../../src/capture/tcpdump-packet.ts'

const packetOf = (text: string): ReturnType<TextTold['packetOf']> =>
  new TextTold().packetOf(parseHead(text))

test.each([
  ['IP 192.0.2.1.5 > 192.0.2.2.6: Flags [S], seq 1, win 5, length 0', 40],
  ['192.0.2.1.5 > 192.0.2.2.6: S 1:1(0) win 5', 40],
  ['IP 192.0.2.1.5 > 192.0.2.2.6: UDP, length 100', 128],
  ['IP6 2001:db8::1.5 > 2001:db8::2.6: UDP, length 100', 148],
])('“%s” gives a packet', (text, originalBytes) => {
  expect(packetOf(text)).toMatchObject({ packet: { originalBytes }, damaged: null })
})

test.each([
  ['IP 192.0.2.1 > 192.0.2.2.6: Flags [S], seq 1, win 5, length 0', /no two ends with ports/],
  ['IP 192.0.2.1.5 > 2001:db8::2.6: Flags [S], seq 1, win 5, length 0', /two families/],
  ['IP 192.0.2.1.5 < 192.0.2.2.6: Flags [S], seq 1', /no two ends stand in it/],
  ['IP 192.0.2.1.5 > 192.0.2.2.6: tcp 0', /neither flags of TCP nor a length of UDP/],
])('“%s” gives none, and the reason', (text, damaged) => {
  expect(packetOf(text)).toMatchObject({ packet: null, damaged: expect.stringMatching(damaged) })
})

test.each(['a > b: this is prose', 'if x > y: return', 'nothing at all'])(
  '“%s” is prose, which is no damage',
  (text) => {
    expect(packetOf(text)).toEqual({ packet: null, ethernet: false, damaged: null })
  },
)
