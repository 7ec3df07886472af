/** Causes on rung 7: the service and what it answers. */
export const APPLICATION = {
  'service.stopped': {
    layer: 7,
    sides: 'S',
    title: 'the service is stopped',
    explains: ['tcp.no-listener', 'udp.port-unreachable', 'http.upstream-down'],
  },
  'service.crash-loop': {
    layer: 7,
    sides: 'S',
    title: 'the service crashes again and again',
    explains: [
      'service.stopped',
      'tcp.no-listener',
      'session.accepted-then-closed',
      'http.upstream-down',
    ],
  },
  'service.no-resources': {
    layer: 7,
    sides: 'S',
    title: 'the service is out of resources',
    explains: [],
  },
  'service.denied': {
    layer: 7,
    sides: 'S',
    title: 'the service denies access',
    explains: [],
  },
  'service.rate-limited': {
    layer: 7,
    sides: 'S',
    title: 'the service limits the rate',
    explains: [],
  },
  'ssh.key-exchange': {
    layer: 7,
    sides: 'CS',
    title: 'the two ends have no key exchange in common',
    explains: [],
  },
  'service.wrong-protocol': {
    layer: 7,
    sides: 'SC',
    title: 'another service answers on the port',
    explains: [],
  },
  'http.server-error': {
    layer: 7,
    sides: 'S',
    title: 'the application fails',
    explains: [],
  },
  'http.upstream-down': {
    layer: 7,
    sides: 'S',
    title: 'the backend behind the server does not answer',
    explains: [],
  },
  'http.redirect-loop': {
    layer: 7,
    sides: 'S',
    title: 'the redirects lead in a circle',
    explains: [],
  },
  'http.not-found': {
    layer: 7,
    sides: 'S',
    title: 'the path or the virtual host does not exist',
    explains: [],
  },
  'ftp.data-channel': {
    layer: 7,
    sides: 'CPS',
    title: 'the data connection of FTP fails',
    explains: [],
  },
  'smtp.refused': {
    layer: 7,
    sides: 'S',
    title: 'the mail server refuses',
    explains: [],
  },
} as const
