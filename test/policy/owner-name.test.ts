import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseRuleFile } from '../../src/facts/rule-file.ts'
import { ownerName, tableOwner } from '../../src/policy/owner-name.ts'

test.for([
  ['filter', 'ufw-user-input', 'ufw'],
  ['filter', 'ufw6-before-output', 'ufw'],
  ['firewalld', 'filter_IN_public_allow', 'firewalld'],
  ['filter', 'IN_public_allow', 'firewalld'],
  ['filter', 'INPUT_ZONES', 'firewalld'],
  ['filter', 'f2b-sshd', 'fail2ban'],
  ['f2b-table', 'f2b-chain', 'fail2ban'],
  ['nat', 'DOCKER', 'Docker'],
  ['filter', 'DOCKER-ISOLATION-STAGE-1', 'Docker'],
  ['filter', 'KUBE-SERVICES', 'Kubernetes'],
  ['filter', 'LIBVIRT_FWI', 'libvirt'],
  ['netavark', 'INPUT', 'Podman'],
  ['wg-quick-wg0', 'preraw', 'wg-quick'],
] as const)('the chain %s %s is of %s', ([table, chain, program]) => {
  expect(ownerName({ table, chain })).toBe(program)
})

test.for([
  ['filter', 'INPUT'],
  ['filter', 'DOCKER-USER'],
  ['filter', 'input'],
  ['filter', 'DOCKERS'],
  ['filter', 'IN_'],
  ['my-f2b', 'chain'],
] as const)('the chain %s %s may be anybody’s', ([table, chain]) => {
  expect(ownerName({ table, chain })).toBeNull()
})

test('a table is known without its chains', () => {
  expect(tableOwner('firewalld')).toBe('firewalld')
  expect(tableOwner('filter')).toBeNull()
})

test.for([
  ['iptables-save-ufw.txt', 'ufw'],
  ['iptables-save-firewalld.txt', 'firewalld'],
  ['nft-firewalld.txt', 'firewalld'],
] as const)('every chain of %s is known as its own', ([file, program]) => {
  const text = readFileSync(new URL(`../facts/data/${file}`, import.meta.url), 'utf8')
  const rules = parseRuleFile(text, 4)
  if ('error' in rules) throw new Error(rules.error)
  const isBuiltIn = /^(?:INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING)$/
  const own = rules.chains.filter(({ name }) => !isBuiltIn.test(name))
  expect(own.length).toBeGreaterThan(40)
  expect(new Set(own.map(({ table, name }) => ownerName({ table, chain: name })))).toEqual(
    new Set([program]),
  )
})
