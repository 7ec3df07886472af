import { test } from 'vitest'
import { expectSame } from './front.ts'

test('the lengths of 802.11 and radio headers are computed once, before everything', () => {
  expectSame(
    [105, 127, 119, 163],
    [
      'ip',
      'tcp port 80',
      'type data',
      'radio[0] = 1',
      'wlan[0] = 8',
      'type data and len > 10',
      'ether host 02:00:00:00:00:01',
      'vlan and ip',
      'not ip',
    ],
  )
})

test('so is that of OpenBSD’s log', () => {
  expectSame([117], ['ip', 'tcp port 80', 'inbound'])
})
