/** Causes on rung 4: ports, and the sockets behind them. */
export const TRANSPORT = {
  'tcp.no-listener': {
    layer: 4,
    sides: 'S',
    title: 'nothing listens on the port',
    explains: [],
  },
  'tcp.bound-to-loopback': {
    layer: 4,
    sides: 'S',
    title: 'the service listens on loopback only',
    explains: ['tcp.no-listener'],
  },
  'tcp.bound-elsewhere': {
    layer: 4,
    sides: 'S',
    title: 'the service listens on another address or port',
    explains: ['tcp.no-listener'],
  },
  'tcp.accept-queue-full': {
    layer: 4,
    sides: 'S',
    title: 'the accept queue of the service is full',
    explains: [],
  },
  'tcp.ports-exhausted': {
    layer: 4,
    sides: 'C',
    title: 'no local port is left',
    explains: [],
  },
  'tcp.frozen': {
    layer: 4,
    sides: 'S',
    title: 'the process behind the port does not run on',
    explains: [
      'tcp.accept-queue-full',
      'service.slow-greeting',
      'firewall.ingress-drop',
      'http.upstream-down',
      'tcp.zero-window',
    ],
  },
  'service.slow-greeting': {
    layer: 4,
    sides: 'S',
    title: 'the service answers only after seconds',
    explains: [],
  },
  'tcp.zero-window': {
    layer: 4,
    sides: 'CS',
    title: 'the receiver has closed its window',
    explains: ['service.slow-greeting'],
  },
  'tcp.stalled': {
    layer: 4,
    sides: 'CPS',
    title: 'data is sent again and again and never acknowledged',
    explains: ['tcp.frozen', 'service.slow-greeting'],
  },
  'tcp.idle-cut': {
    layer: 4,
    sides: 'PS',
    title: 'something cuts idle connections',
    explains: [],
  },
  'tcp.reset': {
    layer: 4,
    sides: 'CPS',
    title: 'the connection is reset after data',
    explains: ['session.accepted-then-closed'],
  },
  'udp.port-unreachable': {
    layer: 4,
    sides: 'S',
    title: 'nothing listens on the UDP port',
    explains: [],
  },
} as const
