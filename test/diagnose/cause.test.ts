import { describe, expect, test } from 'vitest'
import {
  CAUSE_CODES,
  type CauseCode,
  causeLayer,
  causeSides,
  causeTitle,
  explainedBy,
} from '../../src/diagnose/cause.ts'

/** The catalogue as it was agreed: the rung, the code and its sides. */
const AGREED = `
1 physical.no-device CS · physical.no-driver CS · physical.no-carrier CS · physical.errors CS
1 wifi.blocked C · wifi.not-associated C · wifi.weak-signal C
2 link.down CS · link.bridge-port SP · link.vlan-mismatch CS · link.neighbour-failed CPS
2 link.neighbour-wrong CS · link.duplicate-address CS · link.checksum CPS
3 address.none CS · address.link-local-only C · address.wrong-prefix CS · address.not-on-server S
3 address.duplicate-detected CS · address.ipv6-broken CPS · service.network-down CS
3 route.none CSP · route.rejecting CSP · route.gateway-dead CS · route.wrong-egress CS
3 route.overlap CS · route.return-missing SP · route.asymmetric SP
3 route.reverse-path-filter SP · route.forwarding-off PS · route.loop P · route.dead-end P
3 nat.no-masquerade PS · nat.wrong-target PS · nat.hairpin PS · nat.conntrack-full PS
3 mtu.black-hole P · mtu.local-mismatch CS · path.loss CPS · path.slow CPS
3 dns.no-resolver C · dns.unreachable CP · dns.server-error PS · dns.no-such-name S
3 dns.no-address S · dns.wrong-answer CPS · dns.hosts-override C · dns.slow CP
4 tcp.no-listener S · tcp.bound-to-loopback S · tcp.bound-elsewhere S · tcp.accept-queue-full S
4 tcp.ports-exhausted C · tcp.frozen S · service.slow-greeting S · tcp.zero-window CS
4 tcp.stalled CPS · tcp.idle-cut PS · tcp.reset CPS · udp.port-unreachable S
4 firewall.egress-drop CS · firewall.egress-reject CS · firewall.ingress-drop SC
4 firewall.ingress-reject S · firewall.ingress-reset S · firewall.forward-drop SP
4 firewall.path-drop P · firewall.forward-reject SP · firewall.path-reject P
4 firewall.path-reset P · firewall.redirect CPS · firewall.banned S · firewall.bpf-drop CSP
5 session.accepted-then-closed S · session.login-refused S · proxy.broken CP · proxy.required CP
5 portal.captive P
6 tls.not-tls S · tls.expired S · tls.clock-skew CS · tls.wrong-name S · tls.untrusted SC
6 tls.no-common-version SC · tls.client-certificate C · tls.intercepted P
7 service.stopped S · service.crash-loop S · service.no-resources S · service.denied S
7 service.rate-limited S · ssh.key-exchange CS · service.wrong-protocol SC
7 http.server-error S · http.upstream-down S · http.redirect-loop S · http.not-found S
7 ftp.data-channel CPS · smtp.refused S`
  .trim()
  .split('\n')
  .flatMap((line) =>
    line
      .slice(2)
      .split(' · ')
      .map((entry) => {
        const [code = '', sides = ''] = entry.split(' ')
        return { layer: Number(line[0]), code: code as CauseCode, sides }
      }),
  )

describe('the catalogue', () => {
  test.for(AGREED)('$code is on rung $layer, side $sides', ({ layer, code, sides }) => {
    expect(CAUSE_CODES).toContain(code)
    expect(causeLayer(code)).toBe(layer)
    expect(
      causeSides(code)
        .map((side) => side.charAt(0).toUpperCase())
        .join(''),
    ).toBe(sides)
  })

  test('holds no code beyond those, and each once', () => {
    expect([...CAUSE_CODES].toSorted()).toEqual(AGREED.map(({ code }) => code).toSorted())
  })

  test('goes from the cable to the application', () => {
    const layers = CAUSE_CODES.map(causeLayer)
    expect(layers).toEqual(layers.toSorted())
  })

  test('says of each what it is, to follow a colon: no capital, no full stop', () => {
    for (const code of CAUSE_CODES)
      expect(causeTitle(code), code).toMatch(/^(?:[a-z]|DHCP|IPv6)[^\n]{8,90}[^.\s]$/)
    expect(new Set(CAUSE_CODES.map(causeTitle)).size).toBe(CAUSE_CODES.length)
  })
})

/**
 * What may explain one another, since it is the same interface that is seen twice: without a
 * driver there is no device, without a carrier it looks down, and a route to a dead one misleads.
 */
const OF_ONE_INTERFACE =
  /^(physical\.(no-device|no-driver|no-carrier)|link\.down|service\.network-down|route\.(overlap|wrong-egress))$/

describe('what explains what', () => {
  test.for([
    ['service.stopped', 'tcp.no-listener'],
    ['service.crash-loop', 'service.stopped'],
    ['tcp.frozen', 'tcp.accept-queue-full'],
    ['firewall.egress-drop', 'dns.unreachable'],
    ['firewall.ingress-drop', 'firewall.path-drop'],
    ['firewall.forward-drop', 'firewall.path-drop'],
    ['link.down', 'route.none'],
    ['link.down', 'dns.unreachable'],
    ['link.down', 'firewall.path-drop'],
    ['physical.no-carrier', 'route.gateway-dead'],
    ['physical.no-driver', 'address.none'],
    ['wifi.blocked', 'wifi.not-associated'],
    ['service.network-down', 'address.none'],
    ['address.none', 'route.none'],
    ['address.wrong-prefix', 'route.gateway-dead'],
    ['route.gateway-dead', 'link.neighbour-failed'],
    ['dns.hosts-override', 'tls.wrong-name'],
    ['mtu.local-mismatch', 'mtu.black-hole'],
    ['mtu.black-hole', 'tcp.frozen'],
    ['nat.wrong-target', 'firewall.redirect'],
    ['firewall.redirect', 'service.wrong-protocol'],
    ['tls.clock-skew', 'tls.expired'],
    ['portal.captive', 'tls.untrusted'],
  ] as const)('%s explains %s, and not the other way round', ([reason, consequence]) => {
    expect(explainedBy(reason)).toContain(consequence)
    expect(explainedBy(consequence)).not.toContain(reason)
  })

  test('a consequence of a consequence is explained as well', () => {
    for (const code of CAUSE_CODES)
      for (const consequence of explainedBy(code))
        for (const further of explainedBy(consequence))
          if (further !== code)
            expect(explainedBy(code), `${code} > ${consequence}`).toContain(further)
  })

  test('nothing explains itself', () => {
    for (const code of CAUSE_CODES) expect(explainedBy(code)).not.toContain(code)
  })

  test('nothing goes round in a circle but what may be wrong with one interface', () => {
    for (const code of CAUSE_CODES)
      for (const other of explainedBy(code))
        if (explainedBy(other).has(code)) {
          expect(code, `${code} and ${other}`).toMatch(OF_ONE_INTERFACE)
          expect(other, `${code} and ${other}`).toMatch(OF_ONE_INTERFACE)
        }
  })

  test('an answer of the application explains nothing below it', () => {
    // A 5xx, a refused login or a missing page say that everything below them works.
    for (const code of ['http.server-error', 'http.not-found', 'session.login-refused'] as const)
      expect([...explainedBy(code)]).toEqual([])
  })
})
