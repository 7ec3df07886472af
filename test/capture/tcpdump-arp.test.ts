import { expect, test } from 'vitest'
import { isStopped } from '../../src/base/stopped.ts'
import { rebuildArp } from '../../src/capture/tcpdump-arp.ts'
import { TextNames } from '../../src/capture/tcpdump-name.ts'
import { describeArp, readArp } from '../../src/wire/arp.ts'
import { viewOf } from '../../src/wire/bytes.ts'

test.each([
  ['Request who-has 192.0.2.1 tell 192.0.2.2, length 28', /who has 192.0.2.1\? tell 192.0.2.2/],
  ['Request who-has 192.0.2.1 (ff:ff:ff:ff:ff:ff) tell 192.0.2.2, length 46', /tell 192.0.2.2/],
  ['Ethernet (len 6), IPv4 (len 4), Reply 192.0.2.1 is-at 02:00:00:00:00:01, length 28', null],
  ['Reply 192.0.2.1 is-at 02:00:00:00:00:01, length 28', /192.0.2.1 is at 02:00:00:00:00:01/],
  ['who-has 192.0.2.1 tell router', /tell 240.0.0.1/],
  ['reply 192.0.2.1 is-at 2:0:0:0:0:1', /192.0.2.1 is at 02:00:00:00:00:01/],
])('“%s” becomes a frame that says it', (text, said) => {
  const frame = rebuildArp(text.replace(/^Ethernet .*?, IPv4 [^,]*, /, ''), new TextNames())
  if (frame === null) throw new Error('no frame')
  const message = readArp(viewOf(frame.bytes), 14, frame.bytes.length)
  if (isStopped(message)) throw new Error('stopped')
  expect(viewOf(frame.bytes).getUint16(12)).toBe(0x0806)
  if (said !== null) expect(describeArp(message)).toMatch(said)
})

test('other text is none', () => {
  expect(rebuildArp('Probe, length 28', new TextNames())).toBeNull()
})
