/** Causes on rung 1: the device, its driver, its cable or its radio. */
export const PHYSICAL = {
  'physical.no-device': {
    layer: 1,
    sides: 'CS',
    title: 'there is no network device',
    stopsDelivery: true,
    explains: ['link.down'],
  },
  'physical.no-driver': {
    layer: 1,
    sides: 'CS',
    title: 'a network device has no driver',
    stopsDelivery: true,
    explains: ['physical.no-device', 'link.down'],
  },
  'physical.no-carrier': {
    layer: 1,
    sides: 'CS',
    title: 'the interface has no carrier: nothing is connected to it',
    stopsDelivery: true,
    explains: ['link.vlan-mismatch', 'service.network-down'],
  },
  'physical.errors': {
    layer: 1,
    sides: 'CS',
    title: 'the link damages frames',
    explains: ['path.loss', 'tcp.stalled', 'address.ipv6-broken'],
  },
  'wifi.blocked': {
    layer: 1,
    sides: 'C',
    title: 'the radio is blocked',
    stopsDelivery: true,
    explains: ['wifi.not-associated', 'physical.no-carrier', 'link.down'],
  },
  'wifi.not-associated': {
    layer: 1,
    sides: 'C',
    title: 'the wireless interface has joined no network',
    stopsDelivery: true,
    explains: ['physical.no-carrier'],
  },
  'wifi.weak-signal': {
    layer: 1,
    sides: 'C',
    title: 'the wireless signal is too weak',
    explains: [],
  },
} as const
