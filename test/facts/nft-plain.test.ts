import { expect, test } from 'vitest'
import { matchesOf } from '../../src/facts/nft-match.ts'
import { nftStatements } from '../../src/facts/nft-phrase.ts'
import { plainComparison } from '../../src/facts/nft-plain.ts'
import { nftTokens } from '../../src/facts/nft-token.ts'

/** The same, word by word. */
const slowly = (text: string): unknown =>
  matchesOf(nftStatements({ tokens: nftTokens(text), at: 0 }, 'inet').expr[0], new Map())

test.for([
  'ip saddr 10.0.0.0/8 tcp dport 22 drop',
  'ip daddr != 192.0.2.1 drop',
  'ip6 saddr 2001:db8::/32 counter',
  'ip6 daddr ::1 accept',
  'ip saddr 10.0.0.1-10.0.0.9 ct state new accept',
  'udp dport 1000-2000 accept',
  'tcp sport 22 return',
  'th dport 53',
])('%s is read at once, and as it is word by word', (text) => {
  const plain = plainComparison(text, 0)
  expect(plain?.matches).toEqual(slowly(text))
  expect(plainComparison(`drop ${text}`, 5)?.until).toBe((plain?.until ?? 0) + 5)
})

test.for([
  'ip saddr . tcp dport @pair drop',
  'ip saddr 10.0.0.1 . 22 drop',
  'ip saddr 10.0.0.1, 10.0.0.2 drop',
  'ip saddr & 255.0.0.0 == 10.0.0.0 drop',
  'tcp dport 22 | 23 drop',
  'tcp dport < 1024 drop',
  'tcp dport { 22, 23 } drop',
  'tcp dport @ports drop',
  'tcp dport ssh accept',
  'tcp sport 0x16 return',
  'tcp dport vmap { 22 : drop }',
  'tcp dport set 22 accept',
  'tcp flags syn drop',
  'udp saddr 10.0.0.1 drop',
  'ct state new accept',
  '',
])('%j is left to be read word by word', (text) => {
  expect(plainComparison(text, 0)).toBeNull()
})
