/**
 * TLS records and alerts, RFC 8446 §5.1 and §6, RFC 5246 §6.2 and §7.2. The hellos that they carry
 * are read by `tls-hello.ts`. All fields big-endian:
 *
 *    0  content type 8 | version 16 | length 16 | fragment
 */
import { isStopped, type Stopped } from '../base/stopped.ts'
import { bytesBetween, joinBytes, stoppedAt, viewOf } from '../wire/bytes.ts'

/** Bytes before a record's fragment. */
export const TLS_RECORD_BYTES = 5

/** RFC 5246 §6.2.3 allows 2048 bytes more than a plain fragment's 16384. */
const MOST_FRAGMENT_BYTES = (1 << 14) + 2048

/** The content types, RFC 8446 §5.1 and RFC 6520. */
export const TLS_CONTENT: {
  readonly changeCipherSpec: 20
  readonly alert: 21
  readonly handshake: 22
  readonly applicationData: 23
} = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 }

/** One record. */
export type TlsRecord = {
  /** As in `TLS_CONTENT`. */
  readonly contentType: number
  /** 0x0303 is TLS 1.2, and what TLS 1.3 writes too. */
  readonly version: number
  readonly lengthBytes: number
  readonly fragmentAt: number
  /** Where what there is of the fragment ends. */
  readonly fragmentEnd: number
  readonly complete: boolean
}

/** Reads the record at `at`; what is not TLS stops with nothing that fits. */
export function readTlsRecord(view: DataView, at: number, end: number): TlsRecord | Stopped {
  if (end - at < TLS_RECORD_BYTES) return stoppedAt('tls record', at, TLS_RECORD_BYTES, end)
  const contentType = view.getUint8(at)
  const version = view.getUint16(at + 1)
  const lengthBytes = view.getUint16(at + 3)
  const known = contentType >= 20 && contentType <= 24 && version >= 0x0300 && version <= 0x0304
  if (!known || lengthBytes > MOST_FRAGMENT_BYTES) {
    return stoppedAt('tls record', at, TLS_RECORD_BYTES, at)
  }
  const fragmentAt = at + TLS_RECORD_BYTES
  const fragmentEnd = Math.min(end, fragmentAt + lengthBytes)
  const complete = fragmentEnd - fragmentAt === lengthBytes
  return { contentType, version, lengthBytes, fragmentAt, fragmentEnd, complete }
}

/** True when the bytes begin with the head of a TLS record. */
export const isTlsRecord = (bytes: Uint8Array): boolean =>
  !isStopped(readTlsRecord(viewOf(bytes), 0, bytes.length))

/** The fragments of the handshake records that the bytes begin with, as one. */
export function handshakeBytes(bytes: Uint8Array): Uint8Array {
  const view = viewOf(bytes)
  const fragments: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const record = readTlsRecord(view, at, bytes.length)
    if (isStopped(record) || record.contentType !== TLS_CONTENT.handshake) break
    fragments.push(bytesBetween(view, record.fragmentAt, record.fragmentEnd))
    at = record.fragmentEnd
  }
  return joinBytes(...fragments)
}

/** What a side says before it closes, RFC 8446 §6. */
export type TlsAlert = { readonly fatal: boolean; readonly code: number; readonly name: string }

/** Reads the alert in the first record of `bytes`; null where the record is another. */
export function readTlsAlert(bytes: Uint8Array): TlsAlert | null {
  const view = viewOf(bytes)
  const record = readTlsRecord(view, 0, bytes.length)
  // A longer fragment is encrypted.
  if (isStopped(record) || record.contentType !== TLS_CONTENT.alert) return null
  if (record.lengthBytes !== 2 || !record.complete) return null
  const code = view.getUint8(record.fragmentAt + 1)
  return { fatal: view.getUint8(record.fragmentAt) === 2, code, name: alertName(code) }
}

/** IANA's registry “TLS Alerts”, with those that RFC 8446 §6 keeps reserved. */
const ALERTS: Readonly<Record<number, string>> = {
  0: 'close_notify',
  10: 'unexpected_message',
  20: 'bad_record_mac',
  21: 'decryption_failed',
  22: 'record_overflow',
  30: 'decompression_failure',
  40: 'handshake_failure',
  41: 'no_certificate',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  60: 'export_restriction',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  90: 'user_canceled',
  100: 'no_renegotiation',
  109: 'missing_extension',
  110: 'unsupported_extension',
  111: 'certificate_unobtainable',
  112: 'unrecognized_name',
  113: 'bad_certificate_status_response',
  114: 'bad_certificate_hash_value',
  115: 'unknown_psk_identity',
  116: 'certificate_required',
  120: 'no_application_protocol',
}

/** An alert's name in the standard, or `alert 99`. */
export const alertName = (code: number): string => ALERTS[code] ?? `alert ${code}`

const VERSIONS: Readonly<Record<number, string>> = {
  512: 'SSL 2.0',
  768: 'SSL 3.0',
  769: 'TLS 1.0',
  770: 'TLS 1.1',
  771: 'TLS 1.2',
  772: 'TLS 1.3',
}

/** A protocol version's name, or `version 0x7f1c`. */
export const tlsVersionName = (version: number): string =>
  VERSIONS[version] ?? `version 0x${version.toString(16).padStart(4, '0')}`
