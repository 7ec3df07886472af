/** Causes on rung 6: TLS and its certificates. */
export const PRESENTATION = {
  'tls.not-tls': {
    layer: 6,
    sides: 'S',
    title: 'the port does not speak TLS',
    explains: ['service.wrong-protocol'],
  },
  'tls.expired': {
    layer: 6,
    sides: 'S',
    title: 'the certificate is not valid at this time',
    explains: [],
  },
  'tls.clock-skew': {
    layer: 6,
    sides: 'CS',
    title: 'a clock is wrong',
    explains: ['tls.expired'],
  },
  'tls.wrong-name': {
    layer: 6,
    sides: 'S',
    title: 'the certificate is for another name',
    explains: [],
  },
  'tls.untrusted': {
    layer: 6,
    sides: 'SC',
    title: 'the certificate has no trusted issuer',
    explains: [],
  },
  'tls.no-common-version': {
    layer: 6,
    sides: 'SC',
    title: 'client and server have no TLS version or cipher in common',
    explains: [],
  },
  'tls.client-certificate': {
    layer: 6,
    sides: 'C',
    title: 'the server wants a certificate of the client',
    explains: [],
  },
  'tls.intercepted': {
    layer: 6,
    sides: 'P',
    title: 'something on the path replaces the certificate',
    explains: ['tls.untrusted', 'tls.wrong-name'],
  },
} as const
