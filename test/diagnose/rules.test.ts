import { describe, expect, test } from 'vitest'
import { inquire } from '../../src/diagnose/inquiry.ts'
import { findRule, packetsOf, readRules } from '../../src/diagnose/rules.ts'
import type { Visit } from '../../src/diagnose/visit.ts'
import { scriptedHost } from './scene.ts'

const SAVE = `*filter
:INPUT DROP [7:420]
-A INPUT -p tcp -m tcp --dport 443 -j REJECT --reject-with tcp-reset
COMMIT
`
const read = (outputs: NonNullable<Parameters<typeof scriptedHost>[0]['outputs']>) => {
  const ran: string[] = []
  const host = scriptedHost({ name: 'server', role: 'server', outputs })
  const inquiry = inquire({
    ...host,
    run: (argv) => {
      ran.push(argv[0] ?? '')
      return host.run(argv)
    },
  })
  return readRules(inquiry.ask).then((book) => ({ ...book, ran }))
}

describe('the rules of a host', () => {
  test('come from every tool that is there', async () => {
    const { sets, answers } = await read({ 'iptables-save -c': SAVE })
    expect(sets).toHaveLength(1)
    expect(answers.map(({ known }) => known)).toEqual([false, true, false])
  })

  test('of the legacy tables are read only where they are said to exist', async () => {
    expect((await read({ 'iptables-save -c': SAVE })).ran).not.toContain('iptables-legacy-save')
    const warned = await read({
      'iptables-save -c': {
        stdout: SAVE,
        stderr: '# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n',
      },
      'iptables-legacy-save -c': SAVE,
    })
    expect(warned.ran).toContain('iptables-legacy-save')
    expect(warned.sets).toHaveLength(2)
  })
})

describe('a place', () => {
  test('leads to its rule and the set that holds it; a policy has no rule', async () => {
    const { sets } = await read({ 'iptables-save -c': SAVE })
    const [chain] = sets[0]?.chains ?? []
    const [rule] = chain?.rules ?? []
    if (!chain || !rule) throw new Error('no rule')
    expect(findRule(sets, rule.place)).toEqual({ rule, set: sets[0] })
    const policy = { ...rule.place, policy: true, number: null, text: 'policy DROP' }
    expect(findRule(sets, policy)).toEqual({ rule: null, set: sets[0] })
    expect(findRule(sets, { ...policy, table: 'mangle' })).toEqual({ rule: null, set: null })
  })
})

test('a connection is its first packet, and the reply that turns it round', () => {
  const visit = {
    endpoint: { address: '10.77.2.2', family: 4, port: 443 },
  } as Partial<Visit> as Visit
  const { there, back } = packetsOf(visit, '10.77.1.2', 'tcp')
  expect(there).toMatchObject({
    source: '10.77.1.2',
    destination: '10.77.2.2',
    sourcePort: null,
    destinationPort: 443,
    state: 'new',
    syn: true,
  })
  expect(back).toMatchObject({
    source: '10.77.2.2',
    destination: '10.77.1.2',
    sourcePort: 443,
    destinationPort: null,
    state: 'established',
    syn: true,
  })
})
