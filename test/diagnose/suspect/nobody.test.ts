import { expect, test } from 'vitest'
import { forwardedToNobody, nobodyThere } from '../../../src/diagnose/suspect/nobody.ts'
import { told } from './failed.ts'

test('a host that a router does not find is off, unplugged, down, or rejected by a rule', () => {
  expect(told(nobodyThere('the router says so', 'likely'))).toEqual([
    'link.neighbour-failed path likely',
    'physical.no-carrier server possible',
    'link.down server possible',
    'firewall.path-reject path possible',
  ])
})

test('a rule does not take the time of a search', () => {
  expect(told(nobodyThere('the router says so', 'likely', true)).join()).not.toContain('reject')
})

test('a forwarding that leads to nobody is told apart where it is configured', () => {
  expect(forwardedToNobody('it says so late', 443, 'likely')).toMatchObject({
    cause: 'nat.wrong-target',
    because: expect.stringContaining('it says so late'),
    tellApart: { host: 'the host that forwards', shows: expect.stringContaining('443') },
  })
})
