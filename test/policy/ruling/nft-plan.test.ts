import { expect, test } from 'vitest'
import { parseNftText } from '../../../src/facts/nft.ts'
import type { RuleSet } from '../../../src/facts/rule-set.ts'
import { type NftAddition, planNft } from '../../../src/policy/ruling/nft-plan.ts'

const drop25: NftAddition = {
  type: 'filter',
  hook: 'output',
  rule: () => 'oifname "eth0" tcp dport 25 drop',
  before: null,
}

function listed(text: string): readonly RuleSet[] {
  const set = parseNftText(text)
  if (set === null) throw new Error('no rule set')
  return [set]
}

const LISTING = `
table inet filter { # handle 1
	chain output { # handle 1
		type filter hook output priority filter; policy accept;
		tcp dport 443 drop # handle 5
	}
	chain early { # handle 2
		type filter hook output priority -300; policy accept;
	}
}
table ip6 six { # handle 2
	chain output { # handle 1
		type filter hook output priority filter; policy drop;
	}
}
table inet firewalld { # handle 3
	chain filter_INPUT { # handle 1
		type filter hook input priority filter + 10; policy accept;
	}
}
`

test('where there is no chain, a table of its own is made, and goes as a whole', () => {
  expect(planNft([], 4, [drop25])).toEqual({
    commands: [
      'nft add table inet rungs',
      "nft add chain inet rungs output '{ type filter hook output priority 0; }'",
      `nft add rule inet rungs output 'oifname "eth0" tcp dport 25 drop'`,
    ],
    undo: ['nft delete table inet rungs'],
  })
})

test('the usual chain of the hook is used where there is one, and the rule is found by its words', () => {
  expect(planNft(listed(LISTING), 4, [drop25])).toEqual({
    commands: [`nft insert rule inet filter output 'oifname "eth0" tcp dport 25 drop'`],
    undo: [
      `nft delete rule inet filter output handle "$(nft -a list chain inet filter output | sed -n 's/^[[:blank:]]*oifname "eth0" tcp dport 25 drop # handle //p' | head -n 1)"`,
    ],
  })
})

test('a chain of a table that a program writes anew is left alone, and so is one of the other family', () => {
  const input: NftAddition = { ...drop25, hook: 'input' }
  expect(planNft(listed(LISTING), 4, [input]).commands[0]).toBe('nft add table inet rungs')
  const onlySix = listed(
    'table ip6 six {\n chain o {\n type filter hook output priority 0;\n }\n}\n',
  )
  expect(planNft(onlySix, 4, [drop25]).commands[0]).toBe('nft add table inet rungs')
  expect(planNft(onlySix, 6, [drop25]).commands[0]).toMatch(/^nft insert rule ip6 six o /)
})

test('a table that was made before is kept, and another chain in it goes alone', () => {
  const before = listed(
    'table inet rungs {\n chain output {\n type nat hook output priority -100;\n }\n}\n',
  )
  expect(planNft(before, 4, [drop25])).toEqual({
    commands: [
      "nft add chain inet rungs filter-output '{ type filter hook output priority 0; }'",
      `nft add rule inet rungs filter-output 'oifname "eth0" tcp dport 25 drop'`,
    ],
    undo: ['nft flush chain inet rungs filter-output', 'nft delete chain inet rungs filter-output'],
  })
})

test('two additions of one plan share the table', () => {
  const masquerade: NftAddition = {
    type: 'nat',
    hook: 'postrouting',
    rule: (family) => `${family} masquerade`,
    before: null,
  }
  const { commands, undo } = planNft([], 4, [{ ...drop25, type: 'nat' }, masquerade])
  expect(commands.filter((one) => one.startsWith('nft add table'))).toHaveLength(1)
  expect(commands.at(-2)).toBe(
    "nft add chain inet rungs postrouting '{ type nat hook postrouting priority 100; }'",
  )
  expect(undo).toEqual(['nft delete table inet rungs'])
})

test('a rule that overrules another stands right before it, one that overrules a policy is the last', () => {
  const [set] = listed(LISTING)
  const chain = set?.chains.find(({ name, family }) => name === 'output' && family === 'inet')
  const place = chain?.rules[0]?.place
  if (!place) throw new Error('no rule')
  expect(planNft([], 4, [{ ...drop25, before: place }]).commands).toEqual([
    `nft insert rule inet filter output handle 5 'oifname "eth0" tcp dport 25 drop'`,
  ])
  const policy = { ...place, policy: true, handle: null, number: null }
  expect(planNft([], 4, [{ ...drop25, before: policy }]).commands).toEqual([
    `nft add rule inet filter output 'oifname "eth0" tcp dport 25 drop'`,
  ])
})

test('names that a shell would read otherwise are quoted, and signs of a pattern stand for themselves', () => {
  const [command = '', undo = ''] = ((): string[] => {
    const place = {
      backend: 'nft',
      family: 'ip',
      table: '$(id)',
      chain: 'c',
      handle: 3,
      number: 1,
      policy: false,
      text: '',
    } as const
    const rule = 'ip daddr 192.0.2.5 tcp dport 25 reject with icmp type host-unreachable'
    const plan = planNft([], 4, [{ ...drop25, before: place, rule: () => rule }])
    return [...plan.commands, ...plan.undo]
  })()
  expect(command).toMatch(/^nft insert rule ip '\$\(id\)' c handle 3 ip daddr 192\.0\.2\.5 /)
  expect(undo).toContain(
    String.raw`ip daddr 192\.0\.2\.5 tcp dport 25 reject with icmp \(type \)*host-unreachable # handle`,
  )
})
