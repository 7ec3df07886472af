/** Causes on rung 3: the addresses of an interface, and the service that sets them. */
export const ADDRESS = {
  'address.none': {
    layer: 3,
    sides: 'CS',
    title: 'the interface has no usable address',
    ofDelivery: true,
    explains: ['route.none', 'route.gateway-dead', 'dns.unreachable', 'address.ipv6-broken'],
  },
  'address.link-local-only': {
    layer: 3,
    sides: 'C',
    title: 'DHCP gave no address',
    ofDelivery: true,
    explains: ['route.none', 'route.gateway-dead', 'dns.unreachable', 'address.none'],
  },
  'address.wrong-prefix': {
    layer: 3,
    sides: 'CS',
    title: 'the prefix length of an address is wrong',
    ofDelivery: true,
    explains: [
      'link.neighbour-failed',
      'route.none',
      'route.gateway-dead',
      'dns.unreachable',
      'firewall.path-drop',
      'route.return-missing',
    ],
  },
  'address.not-on-server': {
    layer: 3,
    sides: 'S',
    title: 'the address is on no interface of the server',
    ofDelivery: true,
    explains: ['firewall.path-drop', 'dns.wrong-answer', 'link.neighbour-failed'],
  },
  'address.duplicate-detected': {
    layer: 3,
    sides: 'CS',
    title: 'duplicate address detection failed',
    ofDelivery: true,
    explains: ['address.none', 'address.ipv6-broken', 'link.duplicate-address'],
  },
  'address.ipv6-broken': {
    layer: 3,
    sides: 'CPS',
    title: 'IPv6 is announced and does not work',
    ofDelivery: true,
    explains: [],
  },
  'service.network-down': {
    layer: 3,
    sides: 'CS',
    title: 'the networking service is not running',
    explains: ['address.none', 'address.link-local-only', 'route.none', 'link.down'],
  },
} as const
