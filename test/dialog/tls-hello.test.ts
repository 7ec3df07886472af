import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainStopped, isStopped } from '../../src/base/stopped.ts'
import { handshakeBytes } from '../../src/dialog/tls.ts'
import { cipherSuiteName, readClientHello, readServerHello } from '../../src/dialog/tls-hello.ts'
import { viewOf } from '../../src/wire/bytes.ts'
import { recordedBytes } from './recorded.ts'

const client13 = handshakeBytes(recordedBytes('clientHello13'))
const server13 = handshakeBytes(recordedBytes('serverHello13'))
const server12 = handshakeBytes(recordedBytes('serverHello12'))

// The values expected here are what tshark 4 prints of the same bytes.
test('a client that offers TLS 1.3 is read', () => {
  const hello = readClientHello(viewOf(client13), 0, client13.length)
  if (isStopped(hello)) throw new Error(explainStopped(hello))
  expect(hello).toMatchObject({
    legacyVersion: 0x0303,
    serverName: 'www.example.test',
    alpn: ['h2', 'http/1.1'],
    supportedVersions: [0x0304, 0x0303],
    damaged: null,
  })
  expect(hello.cipherSuites).toHaveLength(18)
  expect(hello.cipherSuites.slice(0, 4).map(cipherSuiteName)).toEqual([
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  ])
})

test('a client of TLS 1.2 offers no list of versions', () => {
  const bytes = handshakeBytes(recordedBytes('clientHello12'))
  expect(readClientHello(viewOf(bytes), 0, bytes.length)).toMatchObject({
    legacyVersion: 0x0303,
    supportedVersions: [],
    alpn: ['http/1.1'],
  })
})

test('what a server of TLS 1.3 chose is read', () => {
  expect(readServerHello(viewOf(server13), 0, server13.length)).toMatchObject({
    version: 0x0304,
    legacyVersion: 0x0303,
    cipherSuite: 0x1302,
    retry: false,
    damaged: null,
  })
})

test('what nginx chose with TLS 1.2 is read', () => {
  expect(readServerHello(viewOf(server12), 0, server12.length)).toMatchObject({
    version: 0x0303,
    cipherSuite: 0xc030,
    alpn: ['http/1.1'],
    retry: false,
  })
})

test('the other side’s hello is not taken for this one', () => {
  expect(isStopped(readServerHello(viewOf(client13), 0, client13.length))).toBe(true)
  expect(isStopped(readClientHello(viewOf(server13), 0, server13.length))).toBe(true)
})

test('a hello that is cut within its extensions keeps what came before', () => {
  const hello = readClientHello(viewOf(client13), 0, 140)
  expect(hello).toMatchObject({ legacyVersion: 0x0303, serverName: 'www.example.test' })
  expect('damaged' in hello && hello.damaged).not.toBeNull()
})

test('a suite without a name is its number', () => {
  expect(cipherSuiteName(0x00ff)).toBe('0x00ff')
})

test('no bytes make it throw', () => {
  const any = fc.constantFrom(client13, server13, server12)
  fc.assert(
    fc.property(any, fc.nat(), fc.nat(255), fc.nat(), (message, place, value, cut) => {
      const bytes = message.slice(0, cut % (message.length + 1))
      if (bytes.length > 0) bytes[place % bytes.length] = value
      readClientHello(viewOf(bytes), 0, bytes.length)
      readServerHello(viewOf(bytes), 0, bytes.length)
    }),
    { numRuns: 2000 },
  )
})
