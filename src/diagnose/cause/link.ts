/** Causes on rung 2: the interface, its bridge or VLAN, its neighbours. */
export const LINK = {
  'link.down': {
    layer: 2,
    sides: 'CS',
    title: 'the interface is administratively down',
    stopsDelivery: true,
    explains: ['service.network-down', 'physical.no-carrier'],
  },
  'link.bridge-port': {
    layer: 2,
    sides: 'SP',
    title: 'a bridge port is missing or does not forward',
    stopsDelivery: true,
    explains: [],
  },
  'link.vlan-mismatch': {
    layer: 2,
    sides: 'CS',
    title: 'the port is in another VLAN or wants authentication',
    explains: [],
  },
  'link.neighbour-failed': {
    layer: 2,
    sides: 'CPS',
    title: 'an on-link host does not answer ARP or ND',
    ofDelivery: true,
    explains: [],
  },
  'link.neighbour-wrong': {
    layer: 2,
    sides: 'CS',
    title: 'a neighbour entry holds the wrong MAC address',
    stopsDelivery: true,
    explains: [],
  },
  'link.duplicate-address': {
    layer: 2,
    sides: 'CS',
    title: 'two hosts answer for one address',
    explains: [],
  },
  'link.checksum': {
    layer: 2,
    sides: 'CS',
    title: 'checksums are wrong',
    explains: [],
  },
} as const
