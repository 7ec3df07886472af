import { expect, test } from 'vitest'
import { nftTextListing } from '../../src/facts/nft-text.ts'

test('a priority is its name, a sum, or a number', () => {
  const priority = (words: string): unknown => {
    const text = `table inet t {\n chain c {\n type filter hook input priority ${words}; policy drop;\n }\n}`
    const [, chain] = nftTextListing(text)?.objects ?? []
    return (chain as { chain: { prio: number } }).chain.prio
  }
  expect(['filter', 'filter + 5', 'mangle - 10', '-150', 'srcnat'].map(priority)).toEqual([
    0, 5, -160, -150, 100,
  ])
})

test('objects of other kinds are passed, whatever they hold', () => {
  const text = `table inet t { # handle 3
	ct helper ftp { # handle 6
		type "ftp" protocol tcp
	}
	flowtable ft {
		hook ingress priority filter
		devices = { "lo" }
	}
	chain c { # handle 1
		tcp dport 22 counter packets 1 bytes 60 accept # handle 4
	}
}
`
  const listing = nftTextListing(text)
  expect(listing?.objects).toEqual([
    { table: { family: 'inet', name: 't' } },
    { chain: { family: 'inet', table: 't', name: 'c', handle: 1 } },
  ])
  const rules = listing?.owners.get('inet t c')?.rules.map((rule) => rule.place())
  expect(rules).toMatchObject([{ chain: 'c', handle: 4, text: 'tcp dport 22 counter accept' }])
})

test('a table without a family is of the family ip', () => {
  const table = { table: { family: 'ip', name: 'filter' } }
  expect(nftTextListing('table filter {\n}')?.objects).toEqual([table])
})
