import { describe, expect, test } from 'vitest'
import { iptablesRule, iptablesWords } from '../../src/facts/iptables-rule.ts'
import { iptablesVerdict } from '../../src/facts/iptables-target.ts'

const verdict = (line: string) =>
  iptablesVerdict(iptablesRule(iptablesWords(line), 4), (name) => name === 'f2b')

describe('iptablesVerdict', () => {
  test.for([
    ['-j REJECT', 'port-unreachable'],
    ['-j REJECT --reject-with tcp-reset', 'tcp-reset'],
    ['-j REJECT --reject-with icmp-admin-prohibited', 'admin-prohibited'],
    ['-j REJECT --reject-with icmp6-adm-prohibited', 'admin-prohibited'],
    ['-j REJECT --reject-with icmp-proto-unreachable', 'prot-unreachable'],
    ['-j REJECT --reject-with icmp6-no-route', 'no-route'],
  ] as const)('%s rejects with %s', ([line, kind]) => {
    expect(verdict(line)).toEqual({ kind: 'reject', with: kind })
  })

  test('a target that is a chain of the table is a jump, or a goto', () => {
    expect(verdict('-j f2b')).toEqual({ kind: 'jump', target: 'f2b' })
    expect(verdict('-g f2b')).toEqual({ kind: 'goto', target: 'f2b' })
  })

  test('reads where a translation leads', () => {
    expect(verdict('-j DNAT --to-destination 10.0.0.1:80')).toEqual({
      kind: 'dnat',
      to: '10.0.0.1:80',
    })
    expect(verdict('-j REDIRECT --to-ports 25025')).toEqual({ kind: 'redirect', to: ':25025' })
  })

  test('a target that only marks or logs goes on', () => {
    expect(verdict('-j LOG --log-prefix "x y"')).toEqual({ kind: 'continue' })
    expect(verdict('-j TCPMSS --clamp-mss-to-pmtu')).toEqual({ kind: 'continue' })
    expect(verdict('-s 10.0.0.1')).toEqual({ kind: 'continue' })
  })

  test('a target that nobody knows is unknown', () => {
    expect(verdict('-j MAGIC --deep')).toEqual({ kind: 'unknown', text: 'MAGIC --deep' })
  })
})
