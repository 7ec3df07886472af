/**
 * Whether a served certificate chain is trusted here. OpenSSL has judged the chain during the
 * handshake, but without any root: parsing all ~140 of a store costs more than the rest of a check.
 * What is left open is only whether the store holds the issuer. It is found by its name in DER
 * (X.509, ITU-T X.690 §8), and just that one is parsed and its signature verified.
 */
import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

/** Where distributions keep what the machine trusts, as one file of PEM; the first that exists. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Arch, Alpine
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL
  '/etc/ssl/ca-bundle.pem', // SUSE
  '/etc/ssl/cert.pem',
]

/** Certificates by their subject's DER, as text. */
export type Store = ReadonlyMap<string, readonly Buffer[]>

type Piece = { readonly from: number; readonly at: number; readonly end: number }

/** The element at `from`: its header, its content from `at` to `end`; null where it is cut short. */
function readElement(der: Buffer, from: number): Piece | null {
  const first = der[from + 1]
  if (first === undefined) return null
  const more = first < 0x80 ? 0 : first & 0x7f
  if (more > 4 || from + 2 + more > der.length) return null
  const length = more === 0 ? first & 0x7f : der.readUIntBE(from + 2, more)
  const at = from + 2 + more
  return at + length > der.length ? null : { from, at, end: at + length }
}

/** [0] EXPLICIT, the version of a certificate that is not of version 1; RFC 5280 §4.1. */
const VERSION_TAG = 0xa0

/** The names in a certificate, RFC 5280 §4.1: serial, algorithm, issuer, validity, subject. */
export function readNames(
  der: Buffer,
): { readonly issuer: string; readonly subject: string } | null {
  const certificate = readElement(der, 0)
  const signed = certificate && readElement(der, certificate.at)
  if (!signed) return null
  const fields: Piece[] = []
  for (let at = signed.at; fields.length < 6 && at < signed.end; ) {
    const field = readElement(der, at)
    if (!field) return null
    if (fields.length > 0 || der[at] !== VERSION_TAG) fields.push(field)
    at = field.end
  }
  const text = (field: Piece | undefined): string =>
    field ? der.toString('latin1', field.from, field.end) : ''
  return fields.length < 5 ? null : { issuer: text(fields[2]), subject: text(fields[4]) }
}

const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g

/** The certificates of PEM texts, by name; nothing is parsed further. */
export function readStore(pems: readonly string[]): Store {
  const store = new Map<string, Buffer[]>()
  for (const pem of pems)
    for (const [, base64 = ''] of pem.matchAll(PEM)) {
      const der = Buffer.from(base64, 'base64')
      const subject = readNames(der)?.subject
      if (subject === undefined) continue
      const same = store.get(subject)
      if (same) same.push(der)
      else store.set(subject, [der])
    }
  return store
}

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/**
 * What is trusted here: SSL_CERT_FILE where it is set, else the machine's bundle and the roots that
 * come with Node; and NODE_EXTRA_CA_CERTS.
 */
export function openStore(
  environment: Readonly<Record<string, string | undefined>>,
  nodeRoots: readonly string[],
): Store {
  const { SSL_CERT_FILE: chosen, NODE_EXTRA_CA_CERTS: extra } = environment
  const own = chosen ? [readText(chosen)] : [readText(BUNDLES.find(existsSync) ?? ''), ...nodeRoots]
  return readStore([...own, extra ? readText(extra) : ''])
}

/** A path of certificates is seldom longer than four; more is a loop. */
const LONGEST_PATH = 8

const parse = (der: Buffer): X509Certificate | null => {
  try {
    return new X509Certificate(der)
  } catch {
    return null
  }
}

const isExpired = (certificate: X509Certificate, now: number): boolean =>
  Date.parse(certificate.validTo) < now

/** The root in the store that `certificate` leads to through the store alone; null if none. */
function rootOf(certificate: X509Certificate, store: Store): X509Certificate | null {
  let current = certificate
  for (let steps = 0; steps < LONGEST_PATH; steps++) {
    const candidates = store.get(readNames(current.raw)?.issuer ?? '') ?? []
    const child = current
    const issuer = candidates
      .map(parse)
      .find((one) => one !== null && child.checkIssued(one) && child.verify(one.publicKey))
    if (!issuer) return null
    if (issuer.subject === issuer.issuer) return issuer
    current = issuer
  }
  return null
}

/** What OpenSSL says where only the issuer of a served certificate is not at hand; X509_STORE_CTX_get_error(3). */
const ISSUER_MISSING: ReadonlySet<string> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
])

/**
 * OpenSSL's `verdict` on `chain` (the server's own first), reached without roots, as it would be
 * with those of `store`: null when the chain is trusted.
 */
export function judgeChain(
  chain: readonly X509Certificate[],
  verdict: string | null,
  store: Store,
  now: number,
): string | null {
  if (verdict === null) return null
  const missing = ISSUER_MISSING.has(verdict)
  if (!missing && verdict !== 'CERT_HAS_EXPIRED') return verdict
  for (const [at, certificate] of chain.entries()) {
    const root = rootOf(certificate, store)
    if (!root) continue
    // A server may send more than the path needs; only what is on it must be valid.
    const expired = [...chain.slice(0, at + 1), root].some((one) => isExpired(one, now))
    return expired ? 'CERT_HAS_EXPIRED' : null
  }
  return verdict
}
