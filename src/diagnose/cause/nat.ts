/** Causes on rung 3: addresses and ports that are rewritten on the way. */
export const NAT = {
  'nat.no-masquerade': {
    layer: 3,
    sides: 'PS',
    title: 'private source addresses leave untranslated',
    explains: [],
  },
  'nat.wrong-target': {
    layer: 3,
    sides: 'PS',
    title: 'a port forwarding leads to the wrong place',
    explains: [
      'tls.intercepted',
      'firewall.redirect',
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
    explains: [],
  },
  'nat.conntrack-full': {
    layer: 3,
    sides: 'PS',
    title: 'the connection tracking table is full',
    explains: ['firewall.path-drop', 'path.loss'],
  },
} as const
