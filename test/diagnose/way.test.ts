import { expect, test } from 'vitest'
import { CAUSE_CODES, type CauseCode, causeSides } from '../../src/diagnose/cause.ts'
import type { Side } from '../../src/diagnose/diagnosis.ts'
import { wayOf } from '../../src/diagnose/way.ts'

test('a connection meets the faults of a way in its own order', () => {
  const met: readonly (readonly [CauseCode, Side])[] = [
    ['physical.no-carrier', 'client'],
    ['link.down', 'client'],
    ['route.none', 'client'],
    ['dns.no-such-name', 'server'],
    ['firewall.egress-drop', 'client'],
    ['route.dead-end', 'path'],
    ['firewall.path-drop', 'path'],
    ['link.down', 'server'],
    ['route.reverse-path-filter', 'server'],
    ['firewall.ingress-drop', 'server'],
    ['tcp.no-listener', 'server'],
    ['route.return-missing', 'server'],
    ['firewall.egress-drop', 'server'],
    ['firewall.ingress-drop', 'client'],
    ['mtu.black-hole', 'path'],
    ['tcp.frozen', 'server'],
    ['session.accepted-then-closed', 'server'],
    ['tls.expired', 'server'],
    ['http.server-error', 'server'],
  ]
  const places = met.map(([cause, side]) => wayOf(cause, side))
  expect(places).toEqual([...new Set(places)].sort((one, other) => one - other))
})

test('every cause of the catalogue has its place, on each of its sides', () => {
  for (const cause of CAUSE_CODES)
    for (const side of causeSides(cause)) expect(wayOf(cause, side), cause).toBeGreaterThan(0)
})
