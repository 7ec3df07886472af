/** Causes on rung 5: connections that are accepted and go no further, proxies and portals. */
export const SESSION = {
  'session.accepted-then-closed': {
    layer: 5,
    sides: 'S',
    title: 'the server closes without having said a byte',
    explains: [],
  },
  'session.login-refused': {
    layer: 5,
    sides: 'S',
    title: 'the login is refused',
    explains: [],
  },
  'proxy.broken': {
    layer: 5,
    sides: 'CP',
    title: 'the configured proxy does not work',
    explains: [],
  },
  'proxy.required': {
    layer: 5,
    sides: 'CP',
    title: 'only the proxy leads out',
    explains: [
      'firewall.path-drop',
      'firewall.path-reject',
      'firewall.forward-drop',
      'firewall.forward-reject',
      'dns.unreachable',
      'dns.no-such-name',
      'route.none',
      'route.dead-end',
    ],
  },
  'portal.captive': {
    layer: 5,
    sides: 'P',
    title: 'a captive portal answers in place of the server',
    explains: [
      'tls.intercepted',
      'tls.wrong-name',
      'tls.untrusted',
      'service.wrong-protocol',
      'firewall.path-drop',
      'firewall.path-reject',
      'firewall.path-reset',
      'firewall.redirect',
      'http.redirect-loop',
      'http.not-found',
    ],
  },
} as const
