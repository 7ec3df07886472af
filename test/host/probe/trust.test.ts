import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer, rootCertificates } from 'node:tls'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  findKin,
  findWeakness,
  judgeChain,
  makeStore,
  openStore,
  readBundle,
  readNames,
} from '../../../src/host/probe/trust.ts'
import { labDirectory } from '../../../src/lab/data.ts'
import { makeCertificates } from '../certificates.ts'

let directory: string
let path: (name: string) => string
const read = (name: string): string => readFileSync(path(name), 'utf8')
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rungs-trust-'))
  path = makeCertificates(directory)
})
afterAll(() => rmSync(directory, { recursive: true }))

const readStore = (pems: readonly string[]) => makeStore(pems.map((pem) => () => pem))

const chainOf = (name: string): X509Certificate[] =>
  (read(name).match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []).map(
    (pem) => new X509Certificate(pem),
  )

/** What OpenSSL says in a real handshake with these roots. */
const handshake = (chain: string, key: string, ca: string[]): Promise<string | null> =>
  new Promise((resolve) => {
    const server = createServer({ cert: read(chain), key: read(key) })
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      const host = { port, host: '127.0.0.1', servername: 'www.example.org' }
      const socket = connect({ ...host, ca, rejectUnauthorized: false }, () => {
        resolve(socket.authorizationError as unknown as string | null)
        socket.destroy()
        server.close()
      })
    })
  })

describe('the verdict without roots, completed by the store, is that of OpenSSL with it', () => {
  test.each([
    ['full.pem', 'leaf.key', 'root.pem'],
    ['full.pem', 'leaf.key', 'other.pem'],
    ['full.pem', 'leaf.key', 'false.pem'],
    ['full-root.pem', 'leaf.key', 'root.pem'],
    ['full-root.pem', 'leaf.key', 'other.pem'],
    ['leaf.pem', 'leaf.key', 'root.pem'],
    ['expired.pem', 'leaf.key', 'root.pem'],
    ['expired.pem', 'leaf.key', 'other.pem'],
    ['self.pem', 'self.key', 'root.pem'],
  ])('%s by %s under %s', async (chain, key, root) => {
    const verdict = await handshake(chain, key, [])
    expect(verdict).not.toBeNull()
    const expected = await handshake(chain, key, [read(root)])
    const store = readStore([read('other.pem'), read(root)])
    expect(judgeChain(chainOf(chain), verdict, store, Date.now())).toBe(expected)
  })

  test('a certificate that is in the store itself is trusted', async () => {
    const verdict = await handshake('self.pem', 'self.key', [])
    expect(verdict).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
    const store = readStore([read('self.pem')])
    expect(judgeChain(chainOf('self.pem'), verdict, store, Date.now())).toBeNull()
  })

  test('an intermediate of the store leads to its root', () => {
    const judge = (...pems: string[]) =>
      judgeChain(
        chainOf('leaf.pem'),
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        readStore(pems.map(read)),
        Date.now(),
      )
    expect(judge('mid.pem', 'root.pem')).toBeNull()
    expect(judge('mid.pem')).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  })

  test('a root that has expired trusts nobody', () => {
    const later = Date.now() + 31 * 86_400_000
    const verdict = 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'
    const store = readStore([read('root.pem')])
    expect(judgeChain(chainOf('full.pem'), verdict, store, later)).toBe('CERT_HAS_EXPIRED')
  })

  test('any other fault stays', () => {
    const store = readStore([read('root.pem')])
    const judge = (verdict: string) => judgeChain(chainOf('full.pem'), verdict, store, Date.now())
    for (const verdict of ['CERT_NOT_YET_VALID', 'INVALID_PURPOSE', 'CERT_SIGNATURE_FAILURE'])
      expect(judge(verdict)).toBe(verdict)
  })
})

describe('names in DER', () => {
  test('every root of Node is found by its own subject', () => {
    const store = readStore([rootCertificates.join('\n')])
    for (const pem of rootCertificates) {
      const { raw } = new X509Certificate(pem)
      const names = readNames(raw)
      expect(names?.subject).toBe(names?.issuer)
      expect(store.find(names?.subject ?? '').some((der) => der.equals(raw))).toBe(true)
    }
  })

  test('the issuer is the subject of the one that signed', () => {
    const [leaf, mid] = chainOf('full.pem')
    expect(readNames(leaf?.raw ?? Buffer.alloc(0))?.issuer).toBe(
      readNames(mid?.raw ?? Buffer.alloc(0))?.subject,
    )
  })

  test('are those that openssl sees', () => {
    const text = execFileSync('openssl', ['asn1parse', '-in', path('leaf.pem')], {
      encoding: 'utf8',
    })
    const names = readNames(chainOf('leaf.pem')[0]?.raw ?? Buffer.alloc(0))
    expect(text).toContain('Test, Ltd')
    expect(names?.subject).toContain('Test, Ltd')
    expect(names?.issuer).not.toContain('Test, Ltd')
  })

  test('no bytes throw, cut short or invented', () => {
    const der = chainOf('leaf.pem')[0]?.raw ?? Buffer.alloc(0)
    for (let end = 0; end < der.length; end++) readNames(der.subarray(0, end))
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void readNames(Buffer.from(bytes))))
    fc.assert(fc.property(fc.string(), (text) => void readBundle(text)))
  })
})

describe('the store', () => {
  const subjectOf = (name: string): string =>
    readNames(chainOf(name)[0]?.raw ?? Buffer.alloc(0))?.subject ?? ''

  test('is the file that was chosen, and what is added', () => {
    const store = openStore(
      { SSL_CERT_FILE: path('root.pem'), NODE_EXTRA_CA_CERTS: path('other.pem') },
      rootCertificates,
    )
    expect(store.find(subjectOf('root.pem')).length).toBe(1)
    expect(store.find(subjectOf('other.pem')).length).toBe(1)
    for (const name of readBundle(rootCertificates.join('\n')).keys())
      expect(store.find(name)).toEqual([])
  })

  test('has the roots of Node where nothing is chosen, and lacks what cannot be read', () => {
    const store = openStore({ NODE_EXTRA_CA_CERTS: '/no/such/file' }, rootCertificates)
    for (const name of readBundle(rootCertificates.join('\n')).keys())
      expect(store.find(name).length).toBeGreaterThan(0)
    expect(store.find(subjectOf('root.pem'))).toEqual([])
  })

  test('keeps two roots of one name, and stops at a text that is cut short', () => {
    const bundle = readBundle(
      `junk ${read('root.pem')}${read('false.pem')}-----BEGIN CERTIFICATE-----`,
    )
    expect([...bundle.values()].map((same) => same.length)).toEqual([2])
  })
})

describe('what is wrong beside trust', () => {
  const lab = (name: string): X509Certificate[] =>
    (
      readFileSync(join(labDirectory(), 'tls', `${name}.pem`), 'utf8').match(
        /-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g,
      ) ?? []
    ).map((pem) => new X509Certificate(pem))

  test('is a key or a signature that usual clients find too weak', () => {
    expect(findWeakness(lab('weak'))).toBe('EE_KEY_TOO_SMALL')
    expect(findWeakness(lab('good'))).toBeNull()
    const sha1 = join(directory, 'sha1.pem')
    const signed = ['x509', '-req', '-sha1', '-in', path('leaf.csr'), '-CA', path('mid.pem')]
    execFileSync(
      'openssl',
      [...signed, '-CAkey', path('mid.key'), '-set_serial', '9', '-out', sha1],
      {
        stdio: 'ignore',
      },
    )
    expect(findWeakness(chainOf('sha1.pem'))).toBe('CA_MD_TOO_WEAK')
  })

  test('is an intermediate that lacks, of an organisation whose root is trusted', () => {
    const store = readStore([readFileSync(join(labDirectory(), 'tls/ca.pem'), 'utf8')])
    expect(findKin(lab('incomplete'), store)).toBe('rungs lab')
    expect(findKin(lab('self-signed'), store)).toBeNull()
    expect(findKin(lab('inspected'), store)).toBeNull()
    expect(findKin(lab('incomplete'), readStore([read('other.pem')]))).toBeNull()
  })
})
