import { describe, expect, test } from 'vitest'
import { parseIptablesSave } from '../../src/facts/iptables-save.ts'
import { parseNftText } from '../../src/facts/nft.ts'
import type { Hook, Place, Rule } from '../../src/facts/rule-set.ts'
import type { Packet } from '../../src/policy/packet.ts'
import { ownerMend } from '../../src/policy/rule-owner.ts'
import { passing } from './machine.ts'

const syn = passing

const place: Place = {
  backend: 'iptables',
  family: 'ip',
  table: 'filter',
  chain: 'INPUT',
  handle: null,
  number: null,
  policy: true,
  text: 'policy drop',
}

const mend = (more: Partial<Place>, hook: Hook = 'input', packet = syn, rule: Rule | null = null) =>
  ownerMend({ ...place, ...more }, rule, packet, hook, null)

describe('ufw', () => {
  const rules = parseIptablesSave(
    '*filter\n:INPUT DROP [0:0]\n:ufw-user-input - [0:0]\nCOMMIT\n',
    4,
  )

  test('a policy is its own where its chains are there', () => {
    expect(ownerMend(place, null, syn, 'input', rules)).toMatchObject({
      command: 'ufw allow 443/tcp',
      undo: 'ufw delete allow 443/tcp',
    })
    expect(ownerMend(place, null, syn, 'input', null)).toBeNull()
  })

  test("a user's rule is overtaken by one before it", () => {
    expect(mend({ chain: 'ufw-user-input', policy: false })?.command).toBe(
      'ufw prepend allow 443/tcp',
    )
  })

  test('a rule for just this port is changed where it stands', () => {
    const user = (...rules: readonly string[]) => {
      const lines = rules.map((rule) => `-A ufw-user-input ${rule}\n`).join('')
      return parseIptablesSave(`*filter\n:ufw-user-input - [0:0]\n${lines}COMMIT\n`, 4)
    }
    const tcp = '-p tcp -m tcp --dport 443 -j REJECT --reject-with tcp-reset'
    const udp = '-p udp -m udp --dport 443 -j REJECT --reject-with icmp-port-unreachable'
    const command = (...rules: readonly string[]) => {
      const set = user(...rules)
      const rule = set?.chains[0]?.rules[0]
      return rule ? ownerMend(rule.place, rule, syn, 'input', set) : null
    }
    expect(command(tcp)).toMatchObject({
      command: 'ufw allow 443/tcp',
      undo: 'ufw reject 443/tcp',
    })
    // `ufw reject 443` is two rules, and another word for ufw.
    expect(command(tcp, udp)?.command).toBe('ufw prepend allow 443/tcp')
    expect(command(`-s 192.0.2.0/24 ${tcp}`)?.command).toBe('ufw prepend allow 443/tcp')
  })

  test('what leaves and what passes through have words of their own', () => {
    expect(mend({ chain: 'ufw-user-output' }, 'output')?.command).toBe(
      'ufw prepend allow out 443/tcp',
    )
    expect(mend({ chain: 'ufw-skip-to-policy-forward' }, 'forward')?.command).toBe(
      'ufw route allow proto tcp to 198.51.100.7 port 443',
    )
  })

  test('it has no word for ICMP', () => {
    const ping: Packet = {
      ...syn,
      protocol: 'icmp',
      destinationPort: null,
      icmpType: 'echo-request',
    }
    expect(mend({ chain: 'ufw-before-input' }, 'input', ping)).toBeNull()
  })
})

test('firewalld, by its table in nf_tables or its chains in iptables', () => {
  const expected = {
    command: 'firewall-cmd --add-port=443/tcp',
    undo: 'firewall-cmd --remove-port=443/tcp',
  }
  expect(
    mend({ backend: 'nft', family: 'inet', table: 'firewalld', chain: 'filter_INPUT' }),
  ).toMatchObject(expected)
})

test("firewalld's zones and policies are in the names of their chains", () => {
  const own = { backend: 'nft', family: 'inet', table: 'firewalld', policy: false } as const
  const zone = mend({ ...own, chain: 'filter_IN_drop' })
  expect(zone).toMatchObject({
    command: 'firewall-cmd --zone=drop --add-port=443/tcp',
    undo: 'firewall-cmd --zone=drop --remove-port=443/tcp',
    persist: 'firewall-cmd --permanent --zone=drop --add-port=443/tcp',
  })
  const rich = "--add-rich-rule='rule priority=-1 port port=443 protocol=tcp accept'"
  expect(mend({ chain: 'IN_public_deny', policy: false })?.command).toBe(
    `firewall-cmd --zone=public ${rich}`,
  )
  expect(mend({ ...own, chain: 'filter_OUT_policy_my_out_deny' }, 'output')?.command).toBe(
    `firewall-cmd --policy=my_out ${rich}`,
  )
  expect(mend({ ...own, chain: 'filter_OUT_public' }, 'output')).toBeNull()
})

describe('fail2ban', () => {
  const unban = {
    command: 'fail2ban-client set sshd unbanip 192.0.2.1',
    undo: 'fail2ban-client set sshd banip 192.0.2.1',
  }

  test('the jail is in the name of its chain', () => {
    expect(mend({ chain: 'f2b-sshd', policy: false })).toMatchObject(unban)
  })

  test('or of its set', () => {
    const set = parseNftText(
      'table inet f2b-table {\nset addr-set-sshd {\ntype ipv4_addr\nelements = { 192.0.2.1 }\n}\nchain f2b-chain {\ntype filter hook input priority filter - 1; policy accept;\ntcp dport 22 ip saddr @addr-set-sshd reject\n}\n}\n',
    )
    const rule = set?.chains[0]?.rules[0] ?? null
    expect(
      mend({ backend: 'nft', table: 'f2b-table', chain: 'f2b-chain' }, 'input', syn, rule),
    ).toMatchObject(unban)
  })
})

test('a chain of nobody is left to the caller', () => {
  expect(mend({ chain: 'my-chain', policy: false })).toBeNull()
})
