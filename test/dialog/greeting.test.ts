import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identify, type Service } from '../../src/dialog/greeting.ts'
import { recordedBytes, recordedText } from './recorded.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('the servers that were recorded are known with their versions', () => {
  expect(identify(recordedBytes('ssh'))).toEqual({
    service: 'ssh',
    product: 'OpenSSH',
    version: '9.2p1',
    text: 'SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10',
  })
  expect(identify(bytes(recordedText('vsftpd')))).toEqual({
    service: 'ftp',
    product: 'vsFTPd',
    version: '3.0.3',
    text: '220 (vsFTPd 3.0.3)',
  })
  expect(identify(bytes(recordedText('nginxTlsPortPlain')))).toEqual({
    service: 'http',
    product: 'nginx',
    version: '1.22.1',
    text: 'HTTP/1.1 400 Bad Request',
  })
  expect(identify(recordedBytes('tlsAlert'))).toEqual({
    service: 'tls',
    product: null,
    version: null,
    text: 'TLS alert decode_error',
  })
  expect(identify(recordedBytes('serverHello13'))).toMatchObject({ service: 'tls' })
})

test('nothing is unknown, and so is what no service says', () => {
  const unknown = { service: 'unknown', product: null, version: null }
  expect(identify(new Uint8Array(0))).toEqual({ ...unknown, text: '' })
  expect(identify(bytes('hello there\r\n'))).toEqual({ ...unknown, text: 'hello there' })
  expect(identify(Uint8Array.of(0, 1, 2, 3))).toEqual({ ...unknown, text: '' })
})

test('a line is shown without control characters and not at any length', () => {
  expect(identify(bytes('\u001b[2Jhi')).text).toBe('\\x1b[2Jhi')
  expect(identify(bytes('x'.repeat(1 << 20))).text).toHaveLength(200)
})

describe('where the bytes fit several services, what is expected decides', () => {
  const said = bytes('220 host ready\r\n')

  test.each([
    ['smtp', 'smtp'],
    ['ftp', 'ftp'],
    ['ssh', 'unknown'],
    [null, 'unknown'],
  ] as const)('expecting %s, a bare 220 is %s', (expected, service) => {
    expect(identify(said, expected).service).toBe(service)
  })

  test('but it does not overrule what they say', () => {
    expect(identify(bytes('220 mail ESMTP Postfix\r\n'), 'ftp').service).toBe('smtp')
    expect(identify(recordedBytes('ssh'), 'http').service).toBe('ssh')
  })
})

test('no bytes make it throw, whatever is expected', () => {
  const expected = fc.constantFrom<Service | null>(null, 'smtp', 'postgres', 'redis', 'dns')
  const start = fc.constantFrom(
    '',
    '220 ',
    'HTTP/1.1 200 ',
    'SSH-',
    '* OK ',
    '-ERR ',
    'E\0\0',
    'AMQP',
    '\u0001\0\0',
  )
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 60 }), expected, (head, tail, service) => {
      const identity = identify(Uint8Array.from([...bytes(head), ...tail]), service)
      expect(identity.text).not.toMatch(/[\0-\x1f\x7f]/)
    }),
    { numRuns: 2000 },
  )
})
