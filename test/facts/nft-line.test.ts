import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseNftText } from '../../src/facts/nft.ts'
import { NFT_LINE, ruleWords } from '../../src/facts/nft-line.ts'

test('a line is read in parts: its statements one by one, or all with the comment', () => {
  const text = 'tcp dport 22 counter packets 3 bytes 180 drop comment "no ssh"'
  const line = NFT_LINE.read(text, 'inet')
  const expr = line.expr as readonly unknown[]
  const next = NFT_LINE.inPart?.statements(text, 0, 'inet')
  expect(expr.concat(null).map(() => next?.())).toEqual([...expr, null])
  expect(expr.slice(1)).toEqual([{ counter: { packets: 3, bytes: 180 } }, { drop: null }])
  expect(line.comment).toBe('no ssh')
  expect(line.words()).toBe('tcp dport 22 counter drop comment "no ssh"')
})

test('the words of a rule stand still while it counts', () => {
  expect(ruleWords('counter packets 3 bytes 4  quota over 5 mbytes used 1 kbytes drop')).toBe(
    'counter quota over 5 mbytes drop',
  )
})

/** A `;` behind a rule is read word by word, and says the same. */
test.for([
  'bits',
  'constructs',
  'firewalld',
  'many-matches',
  'more-matches',
  'translations',
  'of-iptables',
])('the lines of nft-%s.txt are read as their words are, one after the other', (name) => {
  const text = readFileSync(new URL(`data/nft-${name}.txt`, import.meta.url), 'utf8')
  const bare = text.replace(/ # handle \d+$/gm, '')
  const slow = bare.replace(/^(\t\t.*[^{;,\s])$/gm, '$1 ;')
  expect(slow).not.toBe(bare)
  const [lines, words] = [parseNftText(bare), parseNftText(slow)]
  expect([...(lines?.chains ?? []), ...(lines?.aside ?? [])].length).toBeGreaterThan(0)
  expect(lines).toEqual(words)
})
