/** Causes on rung 3: what the path does to packets: their size, their loss, their time. */
export const PATH = {
  'mtu.black-hole': {
    layer: 3,
    sides: 'P',
    title: 'large packets vanish on the path and nobody says so',
    ofDelivery: true,
    explains: ['tcp.frozen', 'tcp.stalled', 'service.slow-greeting'],
  },
  'mtu.local-mismatch': {
    layer: 3,
    sides: 'CS',
    title: 'the interface sends larger packets than its link carries',
    ofDelivery: true,
    explains: ['mtu.black-hole'],
  },
  'path.loss': {
    layer: 3,
    sides: 'CPS',
    title: 'packets are lost on the way',
    ofDelivery: true,
    explains: [
      'link.neighbour-failed',
      'tcp.stalled',
      'tcp.frozen',
      'service.slow-greeting',
      'session.accepted-then-closed',
      'dns.unreachable',
      'dns.slow',
      'address.ipv6-broken',
      'firewall.path-drop',
      'route.return-missing',
      'mtu.black-hole',
    ],
  },
  'path.slow': {
    layer: 3,
    sides: 'P',
    title: 'the path is far slower than it should be',
    ofDelivery: true,
    explains: [],
  },
} as const
