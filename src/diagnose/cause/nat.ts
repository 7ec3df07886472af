/** Causes on rung 3: addresses and ports that are rewritten on the way. */
export const NAT = {
  'nat.no-masquerade': {
    layer: 3,
    sides: 'PS',
    title: 'private source addresses leave untranslated',
    explains: [
      'route.return-missing',
      'route.dead-end',
      'route.asymmetric',
      'firewall.path-drop',
      'dns.unreachable',
    ],
  },
  'nat.wrong-target': {
    layer: 3,
    sides: 'PS',
    title: 'a port forwarding leads to the wrong place',
    explains: [
      'tls.intercepted',
      'firewall.redirect',
      'firewall.path-drop',
      'firewall.path-reject',
      'link.neighbour-failed',
      'route.dead-end',
      'service.wrong-protocol',
      'tcp.no-listener',
      'tls.not-tls',
      'tls.wrong-name',
    ],
  },
  'nat.hairpin': {
    layer: 3,
    sides: 'PS',
    title: 'the public address does not work from inside',
    explains: ['nat.wrong-target', 'firewall.path-drop', 'route.asymmetric'],
  },
  'nat.conntrack-full': {
    layer: 3,
    sides: 'PS',
    title: 'the connection tracking table is full',
    explains: ['firewall.path-drop', 'path.loss'],
  },
} as const
