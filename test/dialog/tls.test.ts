import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explainStopped, isStopped } from '../../src/base/stopped.ts'
import {
  alertName,
  handshakeBytes,
  isTlsRecord,
  readTlsAlert,
  readTlsRecord,
  TLS_CONTENT,
  tlsVersionName,
} from '../../src/dialog/tls.ts'
import { viewOf } from '../../src/wire/bytes.ts'
import { recordedBytes, recordedText } from './recorded.ts'

test('a record that OpenSSL sent is read', () => {
  const hello = recordedBytes('clientHello13')
  expect(readTlsRecord(viewOf(hello), 0, hello.length)).toEqual({
    contentType: TLS_CONTENT.handshake,
    version: 0x0301,
    lengthBytes: 512,
    fragmentAt: 5,
    fragmentEnd: 517,
    complete: true,
  })
})

test('a record that is cut is told so', () => {
  const hello = recordedBytes('clientHello13')
  expect(readTlsRecord(viewOf(hello), 0, 100)).toMatchObject({ fragmentEnd: 100, complete: false })
  const short = readTlsRecord(viewOf(hello), 0, 4)
  expect(isStopped(short) && explainStopped(short)).toBe('tls record at 0: needs 5 bytes, has 4')
})

test('plain text and odd lengths are no records', () => {
  expect(isTlsRecord(recordedBytes('tlsAlert'))).toBe(true)
  expect(isTlsRecord(new TextEncoder().encode(recordedText('nginx')))).toBe(false)
  expect(isTlsRecord(Uint8Array.of(22, 3, 1, 0xff, 0xff))).toBe(false)
  expect(isTlsRecord(Uint8Array.of(22, 3, 9, 0, 1))).toBe(false)
  expect(isTlsRecord(Uint8Array.of(22, 3))).toBe(false)
})

test('the alerts that nginx sent are named', () => {
  expect(readTlsAlert(recordedBytes('tlsAlert'))).toEqual({
    fatal: true,
    code: 50,
    name: 'decode_error',
  })
  expect(readTlsAlert(recordedBytes('tlsAlertAlpn'))?.name).toBe('no_application_protocol')
  expect(readTlsAlert(recordedBytes('clientHello13'))).toBeNull()
  expect(readTlsAlert(Uint8Array.of(21, 3, 3, 0, 2, 2))).toBeNull()
})

test('alerts have the names of RFC 8446 §6', () => {
  const names = [0, 40, 42, 45, 48, 70, 80, 112, 116].map(alertName)
  expect(names).toEqual([
    'close_notify',
    'handshake_failure',
    'bad_certificate',
    'certificate_expired',
    'unknown_ca',
    'protocol_version',
    'internal_error',
    'unrecognized_name',
    'certificate_required',
  ])
  expect(alertName(99)).toBe('alert 99')
})

test('versions are named', () => {
  expect(tlsVersionName(0x0304)).toBe('TLS 1.3')
  expect(tlsVersionName(0x7f1c)).toBe('version 0x7f1c')
})

test('a message that is spread over records is put together', () => {
  const records = Uint8Array.of(22, 3, 3, 0, 2, 1, 2, 22, 3, 3, 0, 1, 3, 20, 3, 3, 0, 1, 1)
  expect([...handshakeBytes(records)]).toEqual([1, 2, 3])
})

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom(20, 21, 22, 23),
      (bytes, type) => {
        bytes.set([type, 3, 3, 0].slice(0, bytes.length))
        readTlsAlert(bytes)
        handshakeBytes(bytes)
      },
    ),
  )
})
