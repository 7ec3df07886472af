import { describe, expect, test } from 'vitest'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { parseNftJson, parseNftText } from '../../src/facts/nft.ts'
import type { RuleSet } from '../../src/facts/rule-set.ts'
import type { Packet } from '../../src/policy/packet.ts'
import { chainsOf, walkHook } from '../../src/policy/walk.ts'

const syn: Packet = {
  family: 4,
  protocol: 'tcp',
  source: '192.0.2.1',
  destination: '198.51.100.7',
  sourcePort: null,
  destinationPort: 443,
  inputDevice: 'eth0',
  outputDevice: null,
  state: 'new',
  syn: true,
  icmpType: null,
}

const must = (set: RuleSet | null): RuleSet => {
  if (set === null) throw new Error('nothing was read')
  return set
}
const table = (name: string, ...chains: readonly string[]): string =>
  `table inet ${name} {\n${chains.join('\n')}\n}\n`
const base = (head: string, ...rules: readonly string[]): string =>
  `chain base {\ntype filter hook ${head};\n${rules.map((rule, at) => `${rule} # handle ${at + 1}`).join('\n')}\n}`
const chain = (name: string, ...rules: readonly string[]): string =>
  `chain ${name} {\n${rules.join('\n')}\n}`
const nft = (...tables: readonly string[]): RuleSet => must(parseNftText(tables.join('')))
const save = (text: string): RuleSet => must(parseIptablesSave(text, 4))

const verdict = (set: RuleSet, packet: Packet = syn) => walkHook([set], 'input', packet).verdict
const input = 'input priority 0; policy accept'
const closed = 'input priority 0; policy drop'

describe('walkHook', () => {
  test('without chains nothing stops a packet', () => {
    expect(walkHook([], 'input', syn)).toEqual({
      verdict: 'accept',
      place: null,
      rejectWith: null,
      to: null,
      because: 'no chain of this hook stops it',
      uncertain: [],
    })
  })

  test('names the rule that drops, and how one rejects', () => {
    expect(
      walkHook(
        [nft(table('t', base(input, 'tcp dport 22 accept', 'tcp dport 443 drop')))],
        'input',
        syn,
      ),
    ).toMatchObject({
      verdict: 'drop',
      place: { table: 't', chain: 'base', handle: 2, text: 'tcp dport 443 drop' },
      because: 'inet t base handle 2 drops it',
    })
    expect(
      walkHook([nft(table('t', base(input, 'reject with icmpx admin-prohibited')))], 'input', syn),
    ).toMatchObject({
      verdict: 'reject',
      rejectWith: 'admin-prohibited',
    })
  })

  test('names the policy where no rule decides', () => {
    expect(
      walkHook([nft(table('t', base(closed, 'tcp dport 22 accept')))], 'input', syn),
    ).toMatchObject({
      verdict: 'drop',
      place: { policy: true, text: 'policy drop', handle: null },
      because: 'the policy of inet t base drops it',
    })
  })

  test('an accept ends its own base chain only, a drop ends all', () => {
    const early = table('a', base('input priority -10; policy accept', 'accept'))
    const late = table('b', base('input priority 10; policy accept', 'tcp dport 443 drop'))
    expect(verdict(nft(early, late))).toBe('drop')
    const dropping = table('a', base('input priority -10; policy accept', 'drop'))
    const accepting = table('b', base('input priority 10; policy accept', 'accept'))
    expect(walkHook([nft(accepting, dropping)], 'input', syn).place?.table).toBe('a')
  })

  test('of equal priorities the chain that was made last is asked first', () => {
    const [one, two] = [table('a', base(input, 'drop')), table('b', base(input, 'reject'))]
    expect(verdict(nft(one, two))).toBe('reject')
    expect(verdict(nft(two, one))).toBe('drop')
  })

  test('a jump comes back, a goto does not', () => {
    const target = chain('target', 'tcp dport 22 accept')
    expect(verdict(nft(table('t', target, base(input, 'jump target', 'drop'))))).toBe('drop')
    expect(verdict(nft(table('t', target, base(input, 'goto target', 'drop'))))).toBe('accept')
  })

  test('a return leaves the chain; out of a base chain it leads to the policy', () => {
    const target = chain('target', 'tcp dport 443 return', 'drop')
    expect(verdict(nft(table('t', target, base(input, 'jump target'))))).toBe('accept')
    expect(verdict(nft(table('t', base(closed, 'return', 'accept'))))).toBe('drop')
  })

  test('a map decides by the row that fits, the wildcard last', () => {
    const map = (words: string) =>
      verdict(nft(table('t', base(input, `tcp dport vmap { ${words} }`))))
    expect(map('22 : accept, 400-500 : drop')).toBe('drop')
    expect(map('* : drop, 443 : accept')).toBe('accept')
    expect(map('22 : drop')).toBe('accept')
  })

  test('chains that jump in circles are given up, not walked for ever', () => {
    const circle = chain('one', 'jump two', 'jump two')
    const other = chain('two', 'jump one', 'jump one')
    expect(verdict(nft(table('t', circle, other, base(input, 'jump one'))))).toBe('unknown')
  })

  test('bridge, netdev and arp are not asked', () => {
    const set = nft(
      'table bridge t {\nchain c {\ntype filter hook input priority 0; policy drop;\n}\n}\n',
    )
    expect(verdict(set)).toBe('accept')
  })
})

describe('a rule that cannot be judged', () => {
  test('makes the verdict unknown where it could change it, with the reason', () => {
    const decision = walkHook(
      [nft(table('t', base(closed, 'limit rate 5/second accept')))],
      'input',
      syn,
    )
    expect(decision).toMatchObject({
      verdict: 'unknown',
      place: { policy: true },
      because: '`limit rate 5/second` depends on what came before',
      uncertain: [{ handle: 1 }],
    })
  })

  test('does not where both ways lead to the same end', () => {
    const decision = walkHook(
      [nft(table('t', base(input, 'limit rate 5/second drop', 'drop')))],
      'input',
      syn,
    )
    expect(decision).toMatchObject({
      verdict: 'drop',
      place: { handle: 2 },
      uncertain: [{ handle: 1 }],
    })
    expect(verdict(nft(table('t', base(input, 'limit rate 5/second accept'))))).toBe('accept')
  })

  test('does not where it only counts or logs', () => {
    expect(
      verdict(
        nft(table('t', base(closed, 'limit rate 5/second counter', 'limit rate 5/second log'))),
      ),
    ).toBe('drop')
  })

  test('is followed into the chain it leads to, and may leave one', () => {
    const shut = chain('shut', 'drop')
    expect(verdict(nft(table('t', shut, base(input, 'limit rate 5/second jump shut'))))).toBe(
      'unknown',
    )
    const perhaps = chain('perhaps', 'limit rate 5/second return', 'drop')
    expect(verdict(nft(table('t', perhaps, base(input, 'jump perhaps'))))).toBe('unknown')
    const empty = chain('empty', 'tcp dport 22 drop')
    expect(verdict(nft(table('t', empty, base(input, 'limit rate 5/second jump empty'))))).toBe(
      'accept',
    )
  })

  test('a queue leaves it to a program', () => {
    expect(verdict(nft(table('t', base(input, 'queue to 3'))))).toBe('unknown')
  })

  test('a mark is none where no rule sets one', () => {
    const marked = base(closed, 'meta mark 0x00000000 accept')
    expect(verdict(nft(table('t', marked)))).toBe('accept')
    const setter =
      'chain set {\ntype filter hook prerouting priority -150; policy accept;\nmeta mark set 0x1\n}'
    expect(verdict(nft(table('t', setter, marked)))).toBe('unknown')
  })
})

describe('translation', () => {
  const nat = (rule: string): string =>
    `table inet nat {\nchain pre {\ntype nat hook prerouting priority dstnat; policy accept;\n${rule}\n}\n}\n`
  const walk = (set: RuleSet, packet: Packet = syn) => walkHook([set], 'prerouting', packet)

  test('a redirect says where to', () => {
    expect(walk(nft(nat('tcp dport 443 redirect to :8443')))).toMatchObject({
      verdict: 'redirect',
      to: ':8443',
      place: { chain: 'pre' },
    })
  })

  test('chains after it see the new port', () => {
    const after = table('t', base('prerouting priority -50; policy accept', 'tcp dport 8443 drop'))
    expect(walk(nft(nat('tcp dport 443 redirect to :8443'), after)).verdict).toBe('drop')
    const address = table(
      't',
      base('prerouting priority -50; policy accept', 'ip daddr 10.0.0.1 tcp dport 80 drop'),
    )
    expect(walk(nft(nat('tcp dport 443 dnat ip to 10.0.0.1:80'), address)).verdict).toBe('drop')
  })

  test('packets of a connection that exists do not ask it', () => {
    const set = nft(nat('tcp dport 443 redirect to :8443'))
    expect(walk(set, { ...syn, state: 'established', syn: false }).verdict).toBe('accept')
  })

  test('one that only may happen leaves the verdict open', () => {
    const set = nft(nat('fib daddr type local redirect to :8443'))
    expect(walk(set).verdict).toBe('unknown')
    expect(walkHook([set], 'prerouting', syn, ['198.51.100.7']).verdict).toBe('redirect')
    expect(walkHook([set], 'prerouting', syn, ['198.51.100.8']).verdict).toBe('accept')
  })
})

describe('iptables and nftables together', () => {
  const fromNft = must(
    parseNftJson(
      JSON.stringify({
        nftables: [
          {
            chain: {
              family: 'ip',
              table: 'filter',
              name: 'INPUT',
              type: 'filter',
              hook: 'input',
              prio: 0,
              policy: 'drop',
            },
          },
        ],
      }),
    ),
  )

  test("iptables' own listing is used where it was read", () => {
    const read = save('*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n')
    expect(walkHook([fromNft, read], 'input', syn).verdict).toBe('accept')
  })

  test('else the chains as nft shows them', () => {
    expect(chainsOf([fromNft])).toHaveLength(1)
    expect(walkHook([fromNft], 'input', syn).verdict).toBe('drop')
  })

  test('the tables of iptables come in the order of their priorities', () => {
    const set = save(
      '*filter\n:INPUT DROP [0:0]\nCOMMIT\n*mangle\n-A INPUT -p tcp -j DROP\nCOMMIT\n',
    )
    expect(walkHook([set], 'input', syn).place?.table).toBe('mangle')
  })
})
