import { expect, test } from 'vitest'
import { mentionOf } from '../../src/facts/address-mention.ts'

const FOUR = ['192.0.2.9', '203.0.113.7']
const SIX = ['2001:db8::9', '0:1::2']

test.each([
  ['-s 192.0.2.0/24 -j DROP', FOUR],
  ['ip saddr { 10.0.0.1, 203.0.113.7 } drop', FOUR],
  ['{"prefix": {"addr": "128.0.0.0", "len": 1}}', FOUR],
  ['-s 128.0.0.0/1 -j DROP', FOUR],
  ['-s 128.0.0.0/128.0.0.0 -j DROP', FOUR],
  ['-m iprange --src-range 10.0.0.0-200.0.0.0 -j DROP', FOUR],
  ['ip saddr 10.0.0.0-200.0.0.0 drop', FOUR],
  ['{"range": ["10.0.0.0", "200.0.0.0"]}', FOUR],
  ['ip saddr > 10.0.0.0 drop', FOUR],
  ['ip saddr @bad drop', FOUR],
  ['ip6 saddr 2001:DB8::/32 drop', SIX],
  ['ip6 saddr 2000::/3 drop', SIX],
  ['ip6 saddr ::/15 drop', SIX],
  ['ip6 saddr ::1-fd00:: drop', SIX],
  ['ip6 saddr 0:1::/32 drop', SIX],
  ['anything', ['no address']],
  ['anything', ['192.0.2.9', '2001:db8::9']],
])('%s may name one of %s', (text, addresses) => {
  expect(mentionOf(addresses).test(text)).toBe(true)
})

test.each([
  ['[5:300] -A INPUT -s 10.192.203.0/24 -p tcp -m tcp --dport 1000:1005 -j DROP', FOUR],
  ['ip saddr 10.0.0.0/8 tcp dport 1000-2000 counter packets 192 bytes 203 drop', FOUR],
  ['{"prefix": {"addr": "10.0.0.0", "len": 24}}, {"range": [192, 203]}', FOUR],
  ['ip6 saddr fd00:2001::/32 drop', SIX],
  ['tcp dport 22 drop', SIX],
])('%s names none of %s', (text, addresses) => {
  expect(mentionOf(addresses).test(text)).toBe(false)
})
