import { expect, test } from 'vitest'
import { parseRuleFiles, type RuleText } from '../../src/cli/rule-files.ts'

const SETS: RuleText = { name: 'sets', text: 'create bad hash:ip family inet\nadd bad 192.0.2.66' }
const SAVE: RuleText = {
  name: 'save',
  text: '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m set --match-set bad src -j DROP\nCOMMIT\n',
}
const NFT: RuleText = { name: 'nft', text: 'table inet t {\n\tchain c {\n\t}\n}' }

const parse = (...files: readonly RuleText[]) => parseRuleFiles(files, 4)

test('several files are one listing: what one defines holds in the others', () => {
  const found = parse(SETS, SAVE, NFT)
  if ('error' in found) throw new Error(found.error)
  expect(found.chains.map(({ backend, name }) => `${backend} ${name}`)).toEqual([
    'iptables INPUT',
    'nft c',
  ])
  expect(found.chains[0]?.rules[0]?.matches[0]).toMatchObject({ kind: 'is', set: 'bad' })
})

test.for<[readonly RuleText[], string]>([
  [[{ name: 'a', text: ' \n' }], 'a is empty'],
  [[NFT, { name: 'b', text: '' }], 'b is empty'],
  [[{ name: 'a', text: 'hello' }], 'a, line 1: "hello" is no line'],
  [[NFT, SAVE, { name: 'c', text: '# all\nhello\n' }], 'c, line 2: "hello" is no line'],
  [[SETS], 'sets has sets of ipset and no rule'],
  [[NFT, { name: 'cut', text: 'table ip x {\n chain' }], 'cut, line 2: the end is missing'],
])('what is wrong is said of the file and the line', ([files, error]) => {
  const found = parse(...files)
  expect('error' in found ? found.error : found).toContain(error)
})
