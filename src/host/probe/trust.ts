/**
 * Whether a served certificate chain is trusted here. OpenSSL has judged the chain during the
 * handshake, but without any root: parsing all ~140 of a store costs more than the rest of a check.
 * What is left open is only whether the store holds the issuer. It is found by its name in DER
 * (X.509, ITU-T X.690 §8), and just that one is parsed and its signature verified.
 */
import type { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

/** Where distributions keep what the machine trusts, as one file of PEM; the first that exists. */
const BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Arch, Alpine
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL
  '/etc/ssl/ca-bundle.pem', // SUSE
  '/etc/ssl/cert.pem',
]

/** What is trusted. */
export type Store = {
  /** The certificates, in DER, whose subject is this name in DER, as text. */
  readonly find: (subject: string) => readonly Buffer[]
  /** A subject, in DER, that holds this text. */
  readonly subjectWith: (text: string) => string | null
}

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

/** What is read of a certificate's DER: names as text, and the algorithm of its signature. */
type Names = {
  readonly issuer: string
  readonly subject: string
  /** An AlgorithmIdentifier, X.509's as text: an object identifier, maybe with parameters. */
  readonly algorithm: string
}

/** The names in a certificate, RFC 5280 §4.1: serial, algorithm, issuer, validity, subject. */
export function readNames(der: Buffer): Names | null {
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
  return fields.length < 5
    ? null
    : { algorithm: text(fields[1]), issuer: text(fields[2]), subject: text(fields[4]) }
}

const BEGIN = '-----BEGIN CERTIFICATE-----'
const END = '-----END CERTIFICATE-----'

/** The certificates of a PEM text, by subject; nothing else of them is read. */
export function readBundle(pem: string): ReadonlyMap<string, readonly Buffer[]> {
  const found = new Map<string, Buffer[]>()
  for (let at = pem.indexOf(BEGIN); at >= 0; at = pem.indexOf(BEGIN, at + BEGIN.length)) {
    const end = pem.indexOf(END, at)
    if (end < 0) break
    const der = Buffer.from(pem.slice(at + BEGIN.length, end), 'base64')
    const subject = readNames(der)?.subject
    if (subject === undefined) continue
    const same = found.get(subject)
    if (same) same.push(der)
    else found.set(subject, [der])
  }
  return found
}

/** The certificates of several texts; a text is only looked at when those before it do not help. */
export function makeStore(texts: readonly (() => string)[]): Store {
  const bundles = new Map<number, ReadonlyMap<string, readonly Buffer[]>>()
  /** The first answer that a bundle has. */
  const first = <T>(
    read: (bundle: ReadonlyMap<string, readonly Buffer[]>) => T | undefined,
  ): T | undefined => {
    for (const [at, text] of texts.entries()) {
      const bundle = bundles.get(at) ?? readBundle(text())
      bundles.set(at, bundle)
      const found = read(bundle)
      if (found !== undefined) return found
    }
    return undefined
  }
  return {
    find: (subject) => first((bundle) => bundle.get(subject)) ?? [],
    subjectWith: (text) =>
      first((bundle) => [...bundle.keys()].find((subject) => subject.includes(text))) ?? null,
  }
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
  const machine = [() => readText(BUNDLES.find(existsSync) ?? ''), () => nodeRoots.join('\n')]
  return makeStore([
    ...(extra ? [() => readText(extra)] : []),
    ...(chosen ? [() => readText(chosen)] : machine),
  ])
}

/** A path of certificates is seldom longer than four; more is a loop. */
const LONGEST_PATH = 8

const parse = (der: Buffer): X509Certificate | null => {
  try {
    // Loaded only here: a check without TLS does not need it.
    return new (process.getBuiltinModule('node:crypto').X509Certificate)(der)
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
    const candidates = store.find(readNames(current.raw)?.issuer ?? '')
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

/** Signatures that no usual client takes any more, by the object identifiers of RFC 3279 §2.2. */
const WEAK_SIGNATURES = [
  '2a864886f70d010104', // md5WithRSAEncryption
  '2a864886f70d010105', // sha1WithRSAEncryption
  '2a8648ce3d0401', // ecdsa-with-SHA1
].map((hex) => Buffer.from(hex, 'hex').toString('latin1'))

/** Debian's OpenSSL wants 112 bits of security: 2048 of RSA; SSL_CTX_set_security_level(3). */
const LEAST_RSA_BITS = 2048

/** What usual clients refuse of a chain that is trusted: a short key or a weak signature; else null. */
export function findWeakness(chain: readonly X509Certificate[]): string | null {
  for (const [at, one] of chain.entries()) {
    const { asymmetricKeyType, asymmetricKeyDetails } = one.publicKey
    if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) < LEAST_RSA_BITS)
      return at === 0 ? 'EE_KEY_TOO_SMALL' : 'CA_KEY_TOO_SMALL'
    // Nobody verifies the signature of a root by itself.
    const algorithm = one.subject === one.issuer ? '' : (readNames(one.raw)?.algorithm ?? '')
    if (WEAK_SIGNATURES.some((weak) => algorithm.includes(weak))) return 'CA_MD_TOO_WEAK'
  }
  return null
}

/**
 * The organisation of a trusted root to which the last certificate's issuer, which is missing,
 * belongs by its name: then it is an intermediate of theirs that the server does not send.
 */
export function findKin(chain: readonly X509Certificate[], store: Store): string | null {
  const last = chain.at(-1)
  const organisation = /^O=(.{3,})$/m.exec(last?.issuer ?? '')?.[1]
  if (!last || organisation === undefined || last.subject === last.issuer) return null
  const text = Buffer.from(organisation, 'utf8').toString('latin1')
  // The length before it in DER, so that it is the whole of a name and not a part.
  return store.subjectWith(`${String.fromCharCode(text.length)}${text}`) && organisation
}
