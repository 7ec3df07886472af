import { test } from 'vitest'
import { expectSame } from './front.ts'

test('the four addresses of an 802.11 frame by role and number', () => {
  expectSame(
    [105, 127, 119, 163],
    [
      'wlan host 02:00:00:00:00:01',
      'wlan src 02:00:00:00:00:01',
      'wlan dst 02:00:00:00:00:01',
      'wlan addr1 02:00:00:00:00:01',
      'wlan addr2 02:00:00:00:00:01',
      'wlan addr3 02:00:00:00:00:01',
      'wlan addr4 02:00:00:00:00:01',
      'wlan ra 02:00:00:00:00:01',
      'wlan ta 02:00:00:00:00:01',
      'wlan src and dst 02:00:00:00:00:01',
      'broadcast',
      'multicast',
    ],
  )
})

test('types and directions are told by 802.11 frames only', () => {
  expectSame(
    [105, 127, 1],
    ['type data', 'type mgt subtype beacon', 'subtype ack', 'dir tods', 'dir 3'],
  )
})
