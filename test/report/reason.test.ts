import { expect, test } from 'vitest'
import { notKnown, ruledOut } from '../../src/report/reason.ts'
import { dropped, refused } from './diagnoses.ts'

test('causes that were ruled out for the same reason stand together', () => {
  const because = 'no rule rejects'
  const excluded = [
    { cause: 'firewall.ingress-reset', because },
    { cause: 'tcp.bound-to-loopback', because: 'nothing listens' },
    { cause: 'firewall.ingress-reject', because },
  ] as const
  expect(ruledOut({ ...refused, verdict: { ...refused.verdict, excluded } })).toEqual([
    { names: ['firewall.ingress-reset', 'firewall.ingress-reject'], because },
    { names: ['tcp.bound-to-loopback'], because: 'nothing listens' },
  ])
})

test('what is not known is said with its host and what it would take', () => {
  const unknowns = [
    { id: 'firewall.rules', because: 'client: nft needs root', needs: 'root' },
    { id: 'firewall.rules', because: 'edge: nft needs root', needs: 'root' },
    { id: 'name.system', because: 'the time was up', needs: null },
  ]
  const routers = [{ name: 'edge', access: 'ssh://edge' }]
  expect(notKnown({ ...dropped, unknowns, routers })).toEqual([
    {
      names: ['firewall.rules on client', 'firewall.rules on edge'],
      because: 'nft needs root (needs root)',
    },
    { names: ['name.system'], because: 'the time was up' },
  ])
})
