import { expect, test } from 'vitest'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { parseNftText } from '../../src/facts/nft.ts'
import type { Place, RuleSet } from '../../src/facts/rule-set.ts'
import { hooksOf } from '../../src/policy/reach.ts'

const NFT = parseNftText(`table inet filter { # handle 1
	chain input { # handle 1
		type filter hook input priority filter; policy accept;
		tcp dport 22 jump web # handle 5
	}
	chain forward { # handle 2
		type filter hook forward priority filter; policy drop;
		meta l4proto vmap { tcp : goto web, udp : drop } # handle 6
	}
	chain web { # handle 3
		tcp dport 443 drop # handle 7
		jump deep # handle 8
	}
	chain deep { # handle 4
		jump web # handle 9
		tcp dport 80 drop # handle 10
	}
	chain lonely { # handle 11
		tcp dport 25 drop # handle 12
	}
}
`)
const SAVED = parseIptablesSave(
  `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT DROP [0:0]
:OWN - [0:0]
-A INPUT -j OWN
-A OWN -p tcp -m tcp --dport 443 -j DROP
COMMIT
`,
  4,
)

const sets = [NFT, SAVED].filter((set): set is RuleSet => set !== null)
const placeOf = (text: string): Place => {
  const place = sets
    .flatMap(({ chains }) => chains)
    .flatMap(({ rules }) => rules)
    .find((rule) => rule.place.text.includes(text))?.place
  if (!place) throw new Error(text)
  return place
}

test('both rule sets were read', () => expect(sets).toHaveLength(2))

test('a rule of a base chain is reached from its own hook', () => {
  expect(hooksOf(sets, placeOf('tcp dport 22'))).toEqual(['input'])
})

test('a rule is reached from every hook whose chains jump, go or are mapped to it', () => {
  expect([...hooksOf(sets, placeOf('tcp dport 443 drop'))].sort()).toEqual(['forward', 'input'])
})

test('chains that jump in a circle end all the same', () => {
  expect([...hooksOf(sets, placeOf('tcp dport 80'))].sort()).toEqual(['forward', 'input'])
})

test('a chain that nothing leads to is reached from nowhere', () => {
  expect(hooksOf(sets, placeOf('tcp dport 25'))).toEqual([])
})

test('iptables keeps its chains apart from those of nft', () => {
  expect(hooksOf(sets, placeOf('--dport 443'))).toEqual(['input'])
})
