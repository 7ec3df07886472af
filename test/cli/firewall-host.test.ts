import { expect, test } from 'vitest'
import { parseInvocation } from '../../src/cli/command.ts'
import { firewall, readFirewallRequest } from '../../src/cli/firewall.ts'
import { readHost } from '../../src/cli/firewall-host.ts'
import { Unknowable } from '../../src/cli/known-rules.ts'
import { MACHINE } from '../../src/diagnose/host.ts'
import { scriptedHost } from '../diagnose/scene.ts'

const request = readFirewallRequest(parseInvocation(firewall, ['--to', ':25']))
const NFT =
  'table inet filter { # handle 1\n\tchain input { # handle 2\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n'

test('a host says its rules, and what of them is not seen', async () => {
  const outputs = { 'nft -a list ruleset': NFT }
  const known = await readHost(request, scriptedHost({ outputs, access: 'local', limits: MACHINE }))
  expect(known.machine.ruleSets.flatMap(({ chains }) => chains.map(({ name }) => name))).toEqual([
    'input',
  ])
  expect(known.source).toEqual({ host: 'local', files: [] })
  expect([...known.gaps, ...known.notes].join('\n')).toContain('iptables')
})

test('where no rules can be had, nothing is known', async () => {
  const host = scriptedHost({ outputs: {}, access: 'ssh://www', limits: MACHINE })
  const problem = await readHost(request, host).catch((error: unknown) => error)
  expect(problem).toBeInstanceOf(Unknowable)
  expect(String(problem)).toContain('the rules of ssh://www are not known')
})
